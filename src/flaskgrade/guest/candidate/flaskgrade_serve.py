"""Prepare the submission and become its server.

`flaskgrade_serve.py BIND WORKERS THREADS PREPARE_JSON [PORT MODULE [ARGUMENT]...]`

With a PORT, the server is the submission's own, `python -m MODULE`, and a relay leads to it.
PREPARE_JSON is a list of argv lists, each as after `python -m`. Those of `flask` run in one
process, one after the other; the first step that fails ends it all with its exit code, so that the
log ends with the reason.

Libraries are imported once (see flaskgrade_libraries.py); the steps run in a fork, so that
gunicorn's workers see nothing of them but their results.
"""

import gc
import json
import os
import subprocess
import sys
from pathlib import Path

import flaskgrade_discovery as discovery
import flaskgrade_libraries as libraries
import flaskgrade_relay as relay


def prepare(steps, settings):
    """Run the steps; return an exit code and the FLASK_APP value that loaded, if one was needed."""
    value = app = None
    for step in steps:
        print("$ " + " ".join(step), file=sys.stderr, flush=True)
        if step[0] == "flask":
            if app is None:
                discovery.runs_main()
                value, app = discovery.load()
            code = discovery.invoke(app, step[1:])
        else:
            command = [sys.executable, "-m", *step]
            code = subprocess.run(command, env=settings, check=False).returncode
        if code != 0:
            print(f"This step ended with exit code {code}.", file=sys.stderr, flush=True)
            return (code if 0 < code < 256 else 1), value  # noqa: PLR2004 - what exit codes hold
    return 0, value


def forked(work, *arguments):
    """Run `work` in a fork and return what it returned, or (exit code, None) if it died."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        result = work(*arguments)
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(writing, json.dumps(result).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    if told:
        return json.loads(told)
    return (os.waitstatus_to_exitcode(status) or 1), None


def binding(bind, settings):
    """Return gunicorn's arguments for its socket.

    One that was handed down is given to it as systemd would: else it removes the socket's file when
    it ends, which is not there, and dies of that with requests unanswered.
    """
    if not bind.startswith("fd:"):
        return ("--bind", bind)
    settings |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}  # it takes them away again
    return ()


def main(bind, workers, threads, prepare_json, port="", *command):
    """Prepare, then serve until the end."""
    settings = dict(os.environ)
    fresh = libraries.import_all(Path.cwd())
    gc.freeze()  # what is imported is shared by the forks, not copied on each collection
    if steps := json.loads(prepare_json):
        code, value = forked(prepare, steps, settings)
        if code != 0:
            return code if code > 0 else 1
        if value is not None:
            settings |= {"FLASKGRADE_APPS": json.dumps([value]), "FLASK_APP": value}
    if command:
        return relay.serve(bind, command, int(port), settings)
    argv = [
        *("gunicorn", "--config", "/dev/null", *binding(bind, settings)),
        *("--worker-class", "gthread"),
        *("--workers", workers, "--threads", threads, "--umask", "7", "--no-control-socket"),
        *("--worker-tmp-dir", "/dev/shm"),  # noqa: S108 - the sandbox's own, in memory
        *("--timeout", "30", "--graceful-timeout", "30", "flaskgrade_served:application"),
    ]
    if not fresh:
        os.execve(sys.executable, [sys.executable, "-m", *argv], settings)  # noqa: S606
    os.environ.update(settings)
    sys.argv = argv
    from gunicorn.app.wsgiapp import run

    return run()


if __name__ == "__main__":
    ended = main(*sys.argv[1:])
    sys.stderr.flush()
    os._exit(ended or 0)

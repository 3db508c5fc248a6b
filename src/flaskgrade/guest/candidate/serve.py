"""Prepare the submission and become its server: `serve.py BIND WORKERS THREADS PREPARE_JSON`.

PREPARE_JSON is a list of argv lists, each as after `python -m`. Those of `flask` run in this
process, one after the other: starting Flask anew for each would cost more than they do. The first
step that fails ends it all with its exit code, so that the log ends with the reason.
"""

import json
import os
import subprocess
import sys

import discovery


def main(bind, workers, threads, prepare):
    """Run the steps, then replace this process by gunicorn."""
    settings = dict(os.environ)  # what an app does to its environment ends with the steps
    steps = json.loads(prepare)
    if any(step[0] == "flask" for step in steps):
        discovery.runs_main()
        value, app = discovery.load()
        settings["FLASKGRADE_APPS"] = json.dumps([value])
        settings["FLASK_APP"] = value
    for step in steps:
        print("$ " + " ".join(step), file=sys.stderr, flush=True)
        if step[0] == "flask":
            code = discovery.invoke(app, step[1:])
        else:
            command = [sys.executable, "-m", *step]
            code = subprocess.run(command, env=settings, check=False).returncode
        if code != 0:
            print(f"This step ended with exit code {code}.", file=sys.stderr, flush=True)
            return code if code > 0 else 1
    return os.execve(  # noqa: S606
        sys.executable,
        [
            *(sys.executable, "-m", "gunicorn", "--config", "/dev/null", "--bind", bind),
            *("--workers", workers, "--threads", threads, "--worker-class", "gthread"),
            *("--umask", "7", "--no-control-socket"),
            *("--worker-tmp-dir", "/dev/shm"),  # noqa: S108 - the sandbox's own, in memory
            *("--timeout", "30", "--graceful-timeout", "2", "served:application"),
        ],
        settings,
    )


if __name__ == "__main__":
    ended = main(*sys.argv[1:])
    sys.stderr.flush()
    os._exit(ended)

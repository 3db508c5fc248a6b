"""Prepare the submission and become its server: `serve.py BIND WORKERS THREADS PREPARE_JSON`.

PREPARE_JSON is a list of argv lists, each run as `python -m …`; the first that fails ends it all
with its exit code, so that the log ends with the reason.
"""

import json
import os
import subprocess
import sys


def main(bind, workers, threads, prepare):
    """Run the steps, then replace this process by gunicorn."""
    apps = json.loads(os.environ["FLASKGRADE_APPS"])
    steps = json.loads(prepare)
    if steps and len(apps) > 1:
        # `flask` commands need the one that loads; asking costs a process, so only when in doubt.
        code = "import discovery; discovery.runs_main(); print(discovery.load()[0])"
        chosen = subprocess.run(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=False
        )
        if chosen.returncode != 0:
            return chosen.returncode
        apps = [chosen.stdout.strip().splitlines()[-1] if chosen.stdout.strip() else ""]
        os.environ["FLASKGRADE_APPS"] = json.dumps(apps)
    if apps[0]:
        os.environ["FLASK_APP"] = apps[0]
    for step in steps:
        print("$ " + " ".join(step), file=sys.stderr, flush=True)
        code = subprocess.run([sys.executable, "-m", *step], check=False).returncode
        if code != 0:
            print(f"This step ended with exit code {code}.", file=sys.stderr, flush=True)
            return code if code > 0 else 1
    return os.execv(  # noqa: S606
        sys.executable,
        [
            *(sys.executable, "-m", "gunicorn", "--config", "/dev/null", "--bind", bind),
            *("--workers", workers, "--threads", threads, "--worker-class", "gthread"),
            *("--umask", "7", "--no-control-socket"),
            *("--worker-tmp-dir", "/dev/shm"),  # noqa: S108 - the sandbox's own, in memory
            *("--timeout", "30", "--graceful-timeout", "2", "served:application"),
        ],
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

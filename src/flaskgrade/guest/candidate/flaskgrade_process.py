"""Become a process beside the web application: flaskgrade_process.py MODULE [ARGUMENT]...

What follows is as after `python -m`. `flask` is run on the application that is served, found as it
is found there.
"""

import os
import sys

import flaskgrade_discovery as discovery


def main(*argv):
    """Return an exit code, where there is one to return."""
    if argv[0] != "flask":
        os.execv(sys.executable, [sys.executable, "-m", *argv])  # noqa: S606
    discovery.runs_main()
    _, app = discovery.load()
    return discovery.invoke(app, argv[1:])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

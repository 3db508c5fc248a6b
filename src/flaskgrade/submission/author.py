"""The name that git knows its user by.

The one place that reads the user's own configuration; no repository is looked at, so that nothing
of a candidate's has a say.
"""

import subprocess

SECONDS = 5


def author() -> str:
    """Return the user's name, as commits have it, or nothing where git knows none."""
    try:
        told = subprocess.run(
            ("git", "config", "--global", "--get", "user.name"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return told.stdout.decode("utf-8", "replace").strip()

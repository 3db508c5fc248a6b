"""Grade a submission for real and show the report: `demo.py FLASKGRADE`.

The submission is what a candidate might hand in for `room-bookings`: the reference solution with
the check for overlapping bookings made without a lock. It is put into a git repository of its own
in a temporary folder and graded like any other.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
EXERCISE = PROJECT / "exercises" / "room-bookings"
VARIANT = "race"


def main(flaskgrade: str) -> int:
    """Make the repository, grade it, and return flaskgrade's exit code."""
    with tempfile.TemporaryDirectory(prefix="flaskgrade-demo-") as folder:
        submission = handed_in(Path(folder) / "room-bookings-submission")
        command = [flaskgrade, "grade", str(submission), "--exercise", "room-bookings"]
        out = ["--out", str(PROJECT / "flaskgrade-reports" / "demo")]
        return subprocess.run([*command, *out], check=False).returncode


def handed_in(folder: Path) -> Path:
    """Make the candidate's repository; return it."""
    shutil.copytree(EXERCISE / "solution", folder, ignore=shutil.ignore_patterns(".git"))
    git(folder, "init", "--quiet")
    git(folder, "apply", str(EXERCISE / "variants" / VARIANT / "patch.diff"))
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Room bookings")
    return folder


def git(folder: Path, *argv: str) -> None:
    """Run git in the folder, independent of what the user has configured."""
    author = {
        "GIT_AUTHOR_NAME": "A Candidate",
        "GIT_AUTHOR_EMAIL": "candidate@example.com",
        "GIT_COMMITTER_NAME": "A Candidate",
        "GIT_COMMITTER_EMAIL": "candidate@example.com",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    subprocess.run(["git", *argv], cwd=folder, env={**os.environ, **author}, check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

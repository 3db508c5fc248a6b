"""Commands are watched while they run, and get all that they are given."""

import os
import sys
from pathlib import Path

from flaskgrade.environment import watched


def test_what_is_given_arrives_though_every_look_comes_too_late(tmp_path: Path) -> None:
    """On a machine so busy that a look's time is over before it began, no input is lost."""
    done = watched.run(
        [sys.executable, "-c", "import sys; sys.stdout.write(sys.stdin.read()[::-1])"],
        stdin=b"flask",
        cwd=tmp_path,
        env=dict(os.environ),
        seconds=20.0,
        scratch=tmp_path,
        look_seconds=-1.0,
    )

    assert done.stdout == b"ksalf"

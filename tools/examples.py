"""Make examples/reports anew by a real grading of the demo's submission: `examples.py`."""

import shutil
import subprocess
import sys
from pathlib import Path

from demo import handed_in

from flaskgrade.report import terminal
from flaskgrade.report.document import read
from flaskgrade.report.registry import RENDERERS

REPORTS = Path(__file__).resolve().parent.parent / "examples" / "reports"
CANDIDATE = Path("/tmp/candidate")  # the report names it: the same on every machine
FLASKGRADE = Path(sys.executable).with_name("flaskgrade")


def main() -> int:
    """Grade, and write every format."""
    shutil.rmtree(CANDIDATE, ignore_errors=True)
    CANDIDATE.mkdir(mode=0o755)
    submission = handed_in(CANDIDATE / "room-bookings")
    try:
        subprocess.run(
            [
                *(FLASKGRADE, "grade", submission.as_uri(), "--exercise", "room-bookings"),
                *("--out", REPORTS, "--format", ",".join(RENDERERS), "--quiet"),
            ],
            check=False,  # a gate is broken on purpose
        )
    finally:
        shutil.rmtree(CANDIDATE)
    report = read((REPORTS / "report.json").read_text(encoding="utf-8"))
    shown = terminal.render(report, width=100, color=False)
    (REPORTS / "report.txt").write_text(shown, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

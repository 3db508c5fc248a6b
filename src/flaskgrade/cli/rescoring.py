"""One stored report under another rubric: what is printed of it, and what is written.

It is read for each of both: of thousands, none is kept.
"""

from pathlib import Path

from flaskgrade.cli.review_store import alone, save
from flaskgrade.cli.stored import load
from flaskgrade.cohort.rescore import rescored
from flaskgrade.model.report import Report
from flaskgrade.model.rubric import Rubric
from flaskgrade.report import plain, view


def look(path: Path, rubric: Rubric) -> tuple[str, bool]:
    """Return the line that is printed, and whether the band is another. Raises UsageError."""
    before = load(path)
    after = rescored(before, rubric)
    moves = _band(before) != _band(after)
    name = plain.line(before.title, 44)
    old, new = (view.total_interval(one.scorecard) for one in (before, after))
    bands = f"{_band(before)} {'→' if moves else ' '} {_band(after)}"
    return f"{name:<44} {old:>11} → {new:<11} {bands}\n", moves


def rewrite(path: Path, rubric: Rubric) -> None:
    """Write the report anew, and each format that lies beside it."""
    with alone(path):
        save(path, rescored(load(path), rubric))


def _band(report: Report) -> str:
    card = report.scorecard
    return " to ".join(dict.fromkeys((card.band_low, card.band_high)))

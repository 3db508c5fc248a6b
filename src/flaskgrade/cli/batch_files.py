"""The files of a batch's reports: in a folder for each entry, and nothing of before is lost."""

from pathlib import Path

from flaskgrade.cli.delivery import TERMINAL, rendered, set_aside, write_whole
from flaskgrade.errors import UsageError
from flaskgrade.model.report import Report
from flaskgrade.report.document import read
from flaskgrade.report.registry import RENDERERS

JSON = "report.json"


def write(report: Report, formats: tuple[str, ...], folder: Path) -> None:
    """Write a report's files. Raises OSError.

    Files of the same content are left as they are: somebody may have reviewed or rescored them. A
    JSON report of other content becomes `report.before.json`, the next `report.before-2.json`.
    """
    there = _content(folder / JSON)
    same = there is not None and there == _identity(report)
    if there is not None and not same:
        set_aside(folder / JSON)
    for name in formats:
        if name == TERMINAL:
            continue
        path = folder / RENDERERS[name].file_name
        if not (same and path.is_file()):
            write_whole(path, rendered(report, name))


def _identity(report: Report) -> tuple[object, ...]:
    """Return what tells one grading from another, but for the rubric, which may change later."""
    origin = report.provenance
    return (origin.tree, origin.commit, origin.exercise, origin.started)


def _content(path: Path) -> tuple[object, ...] | None:
    try:
        return _identity(read(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, UsageError):
        return None

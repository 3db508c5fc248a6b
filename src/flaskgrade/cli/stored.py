"""Reports that were written before, read back from their JSON files."""

from pathlib import Path

from flaskgrade.errors import UsageError
from flaskgrade.model.report import Report
from flaskgrade.report.document import read


def text(path: Path) -> str:
    """Return what a file holds. Raises UsageError where it can't be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"cannot read {path}: {error}", hint="Give the JSON files that `grade` wrote."
        ) from error


def load(path: Path) -> Report:
    """Return the report of a file. Raises UsageError, naming the file, where it is none."""
    try:
        return read(text(path))
    except UsageError as error:
        if str(path) in error.message:
            raise
        raise UsageError(f"{path}: {error.message}", hint=error.hint) from error

"""Many stored reports, read on all processors and kept as small as a comparison needs them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from flaskgrade.cli import sources
from flaskgrade.cli.many import each
from flaskgrade.cli.stored import load
from flaskgrade.cohort.entry import entry
from flaskgrade.errors import UsageError
from flaskgrade.model.cohort import Entry
from flaskgrade.model.rubric import Rubric

NAME = re.compile(r"[\w+-]+")  # of a rubric or an exercise, and no place to fetch one from


def entries(paths: Sequence[Path], rubric: str | None = None) -> tuple[Entry, ...]:
    """Return an entry for each report, in the order given.

    `rubric` is where the rubric is that they were scored by; without it, it is looked for by the
    name that the report has. Raises UsageError for the first file that is no report, and for a
    `rubric` that is none.
    """
    read = partial(_read, rubric=sources.rubric(rubric) if rubric else None)
    return tuple(replace(one, given=place) for place, one in enumerate(each(read, paths)))


def _read(path: Path, rubric: Rubric | None) -> Entry:
    report = load(path)
    return entry(report, rubric or _rubric(report.provenance.rubric.name))


@cache
def _rubric(name: str) -> Rubric | None:
    """Return a rubric that is at hand. A report's word does not make us fetch anything."""
    if not NAME.fullmatch(name):
        return None
    try:
        return sources.rubric(name)
    except UsageError:
        return None

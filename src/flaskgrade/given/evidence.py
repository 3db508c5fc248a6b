"""Evidence without what is the starter's: nobody answers for lines that they were given.

Findings on the starter's own, unchanged lines go, and so does what they count against: files that
are untouched, functions, lines of source. How many findings went is said in the summary and in the
measure `starter_findings`. What a check finds that looks at the whole (a migration that fails, a
hidden test) has no line, and stays.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flaskgrade.given.lines import Given
from flaskgrade.model.evidence import Evidence, Finding, Item, Location, Measure, Status

FEWEST_LINES = 100  # that density is counted on: one slip in a mend of ten lines is not one in ten
MOST_SHOWN = 20  # places that a check tells of one problem; there may be more


@dataclass(frozen=True, kw_only=True)
class Starter:
    """What was given, and how much of the measures it accounts for."""

    given: Given
    share: float = 0.0  # of the lines of source, from 0 to 1
    functions: int = 0
    functions_annotated: int = 0


def without_starter(evidence: Evidence, starter: Starter) -> Evidence:
    """Return the evidence for what the candidate has written or changed."""
    given = starter.given
    removed = tuple(one for one in evidence.findings if _is_given(one.location, given))
    findings = tuple(one for one in evidence.findings if not _is_given(one.location, given))
    items = tuple(
        item for one in evidence.items if (item := _item(one, removed, findings, given)) is not None
    )
    measures = _measures(evidence, starter, items)
    kept = replace(evidence, findings=findings, items=items, measures=measures)
    if not removed and items == evidence.items:
        return kept
    clean = not findings and all(item.status is Status.PASSED for item in items)
    status = Status.PASSED if clean and evidence.status is Status.FAILED else evidence.status
    said = f" {len(removed)} findings on the starter's own lines do not count." if removed else ""
    return replace(
        kept,
        status=status,
        summary=f"{evidence.summary}{said}",
        measures=(*measures, Measure(name="starter_findings", value=len(removed))),
    )


def _is_given(location: Location | None, given: Given) -> bool:
    return location is not None and given.holds(location.path, location.line)


def _item(
    item: Item, removed: Iterable[Finding], findings: Iterable[Finding], given: Given
) -> Item | None:
    """Return an item as far as it is about the candidate's work; None if it is not at all.

    Some items stand for a file, and have its path as their id; others for a question, and their
    findings have the id as their code.
    """
    place = item.location
    if place is not None and item.id == place.path:
        return None if item.id in given.whole or _is_given(place, given) else item
    gone = [one for one in removed if one.code == item.id]
    if item.status is not Status.FAILED or not gone:
        return item
    left = next((one for one in findings if one.code == item.id), None)
    if left is not None:
        return replace(item, message=left.message, location=left.location)
    if len(gone) >= MOST_SHOWN:
        return item
    return replace(item, status=Status.PASSED, message="", location=None)


def _measures(evidence: Evidence, starter: Starter, items: tuple[Item, ...]) -> tuple[Measure, ...]:
    """Return the measures for what the candidate has written.

    Whoever has added no function is judged by those that are there.
    """
    left = {item.id for item in items}
    gone = [item for item in evidence.items if item.id not in left]
    lines, functions = (evidence.measure(name) or 0 for name in ("source_lines", "functions"))
    less = {
        "source_lines": min(round(lines * starter.share), max(lines - FEWEST_LINES, 0)),
        "files": len(gone),
        "files_formatted": sum(item.status is Status.PASSED for item in gone),
    }
    if functions > starter.functions:
        less["functions"] = starter.functions
        less["functions_annotated"] = starter.functions_annotated
    return tuple(
        replace(one, value=max(one.value - less.get(one.name, 0), 0)) for one in evidence.measures
    )

"""A cohort as CSV: a row per candidate, and the low and high end of each criterion's share."""

import csv
from io import StringIO

from flaskgrade.model.cohort import Cohort, Entry, Place
from flaskgrade.model.score import Standing
from flaskgrade.report import codec, cohort_view
from flaskgrade.report.table import inert

COLUMNS = (
    *("place_best", "place_worst", "candidate", "source", "commit"),
    *("total_low", "total_high", "verdict", "band", "broken_gates"),
)


def render(cohort: Cohort) -> str:
    """Return the cohort as CSV with a header; what does not apply to somebody is empty."""
    out = StringIO()
    table = csv.writer(out, lineterminator="\n")
    ends = [f"{inert(one.id)}_{end}" for one in cohort.questions for end in ("low", "high")]
    table.writerow((*COLUMNS, *ends))
    for entry, place in zip(cohort.entries, cohort.places, strict=True):
        table.writerow((*_who(entry, place), *_shares(cohort, entry)))
    return out.getvalue()


def _who(entry: Entry, place: Place) -> tuple[object, ...]:
    candidate = entry.candidate
    return (
        place.best,
        place.worst,
        *map(inert, (candidate.title, candidate.source, candidate.pinned)),
        *(codec.number(end) for end in (candidate.low, candidate.high)),
        cohort_view.VERDICTS[candidate.passed],
        inert(cohort_view.band(candidate)),
        inert("; ".join(candidate.broken_gates)),
    )


def _shares(cohort: Cohort, entry: Entry) -> list[object]:
    marks = {mark.score.id: mark.score for mark in entry.marks}
    found: list[object] = []
    for question in cohort.questions:
        one = marks.get(question.id)
        if one is None or one.standing is Standing.NOT_APPLICABLE or not one.of:
            found += ["", ""]
        else:
            found += [codec.number(end / one.of) for end in (one.low, one.high)]
    return found


def pairs(who: list[tuple[str, str]]) -> str:
    """Return who is who: pseudonyms and the files that they stand for."""
    out = StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(("candidate", "report"))
    table.writerows(tuple(map(inert, one)) for one in who)
    return out.getvalue()

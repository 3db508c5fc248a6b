"""The report as CSV: a row per criterion, for a spreadsheet of many submissions.

Spreadsheets run what begins like a formula: such text gets an apostrophe before it.
https://owasp.org/www-community/attacks/CSV_Injection
"""

import csv
from io import StringIO

from flaskgrade.model.report import Report
from flaskgrade.model.review import NOTHING_SAID
from flaskgrade.model.score import CriterionScore
from flaskgrade.report import codec, plain, review_view

TEXT_LIMIT = 1000
COLUMNS = (
    *("submission", "commit", "exercise", "rubric", "total_low", "total_high", "band"),
    *("criterion", "title", "category", "low", "high", "of", "standing", "reason"),
)
REVIEW_COLUMNS = ("automatic_low", "automatic_high", "reviewers", "said")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(report: Report) -> str:
    """Return the report as CSV with a header, each row whole by itself."""
    shown = plain.cleaned(report, TEXT_LIMIT)
    origin, card = shown.provenance, shown.scorecard
    band = " to ".join(dict.fromkeys((card.band_low, card.band_high)))
    exercise = origin.exercise.name if origin.exercise else ""
    out = StringIO()
    table = csv.writer(out, lineterminator="\n")
    # Only where people said something: spreadsheets of other reports keep their columns.
    reviewed = shown.review != NOTHING_SAID
    table.writerow((*COLUMNS, *REVIEW_COLUMNS) if reviewed else COLUMNS)
    for one in card.criteria:
        table.writerow(
            (
                *map(inert, (origin.source, origin.commit or origin.tree, exercise)),
                inert(origin.rubric.name),
                *(codec.number(value) for value in (card.low, card.high)),
                inert(band),
                *map(inert, (one.id, one.title, one.category)),
                *(codec.number(value) for value in (one.low, one.high, one.of)),
                one.standing.value,
                inert(one.reason),
                *(map(inert, _by_people(shown, one)) if reviewed else ()),
            )
        )
    return out.getvalue()


def _by_people(report: Report, one: CriterionScore) -> tuple[str, str, str, str]:
    """Return what the evidence came to, and who said what why, where that may be told."""
    said = [line for line in review_view.history(report) if line.criterion == one.id]
    low, high = (
        (str(codec.number(one.automatic.low)), str(codec.number(one.automatic.high)))
        if one.automatic
        else ("", "")
    )
    return (
        low,
        high,
        "; ".join(dict.fromkeys(line.who for line in said)),
        "; ".join(f"{line.what}: {line.why}" if line.why else line.what for line in said),
    )


def inert(text: str) -> str:
    """Return a text on one line that no spreadsheet takes for a formula."""
    words = plain.line(text, TEXT_LIMIT)
    return f"'{words}" if words.startswith(_FORMULA) else words

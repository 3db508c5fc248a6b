"""Score stored evidence again: under another rubric, or to see that nothing was changed. Pure."""

from dataclasses import replace
from enum import Enum
from fractions import Fraction

from flaskgrade.model.report import CategoryTitle, Earlier, Report, Versioned
from flaskgrade.model.rubric import Rubric
from flaskgrade.model.score import Scorecard
from flaskgrade.scoring import score

SERVES = "serves"
ACCEPTANCE = "acceptance"
EXAMINED = frozenset({SERVES, ACCEPTANCE})
TOTALS = ("low", "high", "of", "band_low", "band_high", "passed", "pass_mark", "works")


def rescored(report: Report, rubric: Rubric) -> Report:
    """Return the report under another rubric; what it came to before is kept in it.

    What the new rubric looks at and nobody has run is not assessed.
    """
    card = report.scorecard
    earlier = Earlier(
        rubric=report.provenance.rubric,
        low=card.low,
        high=card.high,
        of=card.of,
        band_low=card.band_low,
        band_high=card.band_high,
        passed=card.passed,
    )
    return replace(
        report,
        scorecard=scorecard(report, rubric),
        categories=tuple(CategoryTitle(id=c.id, title=c.title) for c in rubric.categories),
        provenance=replace(report.provenance, rubric=versioned(rubric)),
        earlier=(*report.earlier, earlier),
    )


def versioned(rubric: Rubric) -> Versioned:
    """Return a rubric's name, version and digest, as provenance has them."""
    return Versioned(name=rubric.name, version=str(rubric.version), digest=rubric.digest)


def scorecard(report: Report, rubric: Rubric) -> Scorecard:
    """Return what the evidence of a report comes to, with what people said of it."""
    examined = EXAMINED if report.provenance.exercise else frozenset({SERVES})
    return score(
        rubric,
        report.evidence,
        expects=frozenset(examined | (rubric.checks - EXAMINED)),
        review=report.review,
    )


def differences(stored: Scorecard, recomputed: Scorecard) -> tuple[str, ...]:
    """Return a sentence for each place where a scorecard is not what its evidence comes to."""
    found = []
    for kind, ones, others in (
        ("criterion", stored.criteria, recomputed.criteria),
        ("gate", stored.gates, recomputed.gates),
    ):
        mine, theirs = ({each.id: each for each in part} for part in (ones, others))
        found += [f"the {kind} {name} is not in the rubric" for name in mine if name not in theirs]
        found += [f"the {kind} {name} is missing" for name in theirs if name not in mine]
        found += [
            f"the {kind} {name}: {field} is {_told(getattr(mine[name], field))}, "
            f"and the evidence comes to {_told(getattr(theirs[name], field))}"
            for name in mine
            if name in theirs
            for field in vars(mine[name])
            if getattr(mine[name], field) != getattr(theirs[name], field)
        ]
    found += [
        f"{name} is {_told(getattr(stored, name))}, "
        f"and the evidence comes to {_told(getattr(recomputed, name))}"
        for name in TOTALS
        if getattr(stored, name) != getattr(recomputed, name)
    ]
    if not found and stored != recomputed:
        found.append("criteria or gates are in another order, or there twice")
    return tuple(found)


def _told(value: object) -> str:
    if isinstance(value, Fraction):
        return f"{float(value):.2f}"
    return repr(value.value if isinstance(value, Enum) else value)

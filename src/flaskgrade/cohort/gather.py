"""Entries to a cohort: ordered, with the places they may have and what weights change. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from flaskgrade.cohort.agreement import agreements
from flaskgrade.cohort.compare import order, side_by_side
from flaskgrade.cohort.places import TIE, positions, ranges
from flaskgrade.cohort.similar import placed
from flaskgrade.cohort.statistics import consistency, questions
from flaskgrade.cohort.weights import position_keys, scenarios
from flaskgrade.model.cohort import Cohort, Entry, Place, Similarity
from flaskgrade.model.score import Standing

BETWEEN = " · "  # an exercise and a submission, in a report's title


def gather(
    entries: Sequence[Entry],
    *,
    tie: Fraction = TIE,
    allow_mixed: bool = False,
    blind: bool = False,
    similarity: Similarity | None = None,
) -> Cohort:
    """Return the cohort of these entries, the highest total first.

    `tie` is how many points apart two totals must be to count as different. With `blind`, entries
    come from `cohort.blind` and the cohort only says so. `similarity` is by `Entry.given`. Raises
    UsageError as `compare` does.
    """
    named = _applying(_named(entries))
    comparison = side_by_side(
        [one.candidate for one in named],
        [title for one in named for title in one.titles],
        allow_mixed=allow_mixed,
    )
    ordered = tuple(sorted(named, key=lambda one: order(one.candidate)))
    totals = [(one.candidate.low, one.candidate.high) for one in ordered]
    possible = ranges(totals, tie)
    before = positions(position_keys(totals))
    changed = scenarios(ordered, before, possible)
    tried = [before, *(one.positions for one in changed)]
    return Cohort(
        comparison=comparison,
        entries=ordered,
        places=tuple(
            Place(best=best, worst=worst, position=now, firmest=min(all_of), loosest=max(all_of))
            for (best, worst), now, all_of in zip(
                possible, before, zip(*tried, strict=True), strict=True
            )
        ),
        tie=tie,
        scenarios=changed,
        questions=questions(ordered),
        consistency=consistency(ordered),
        agreements=agreements(ordered),
        similarity=placed(similarity, ordered) if similarity else None,
        blind=blind,
        cap_known=all(
            one.claimed_cap is not None or not any(mark.score.claimed for mark in one.marks)
            for one in ordered
        ),
    )


def _applying(entries: Sequence[Entry]) -> Sequence[Entry]:
    """Return the entries without what applies to none of them: a rubric serves many exercises."""
    applies = {
        mark.score.id
        for one in entries
        for mark in one.marks
        if mark.score.standing is not Standing.NOT_APPLICABLE
    }
    return [
        replace(one, marks=tuple(mark for mark in one.marks if mark.score.id in applies))
        for one in entries
    ]


def _named(entries: Sequence[Entry]) -> Sequence[Entry]:
    """Return the entries without what all titles begin with: the exercise's, in most cohorts."""
    heads = {one.candidate.title.partition(BETWEEN)[0] for one in entries}
    if len(heads) != 1 or not all(BETWEEN in one.candidate.title for one in entries):
        return entries
    return [
        replace(
            one,
            candidate=replace(one.candidate, title=one.candidate.title.partition(BETWEEN)[2]),
        )
        for one in entries
    ]

"""What the evidence of a check can hold, so that a rubric can be held against it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Output:
    """What a check hands on, at most. The codes of its findings start with its name and a colon."""

    items: bool = True  # something that passes or fails by itself
    criteria: frozenset[str] = frozenset()  # that its items name
    any_criterion: bool = False  # its items name whatever criteria an exercise does
    more_codes: frozenset[str] = frozenset()  # what codes of its findings may start with, too
    measures: frozenset[str] = frozenset()
    claimed: bool = False  # by code that ran beside the candidate's

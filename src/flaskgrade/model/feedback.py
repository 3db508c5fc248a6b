"""What a candidate is told: kind, specific, and nothing that is hidden."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Place:
    """A line of the candidate's own, and what was seen there."""

    where: str  # "app/views.py:12"
    what: str


@dataclass(frozen=True, kw_only=True)
class Remark:
    """A criterion: how far it holds, what the brief says of it, where to look."""

    title: str
    share: float  # 0 to 1, of what it asks
    brief: tuple[str, ...] = ()  # the brief's sentences that did not hold
    places: tuple[Place, ...] = ()
    more_places: int = 0
    link: str = ""  # something to read


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """A letter to a candidate. It holds no points: a company decides whether it tells them."""

    task: str
    went_well: tuple[Remark, ...] = ()
    to_improve: tuple[Remark, ...] = ()
    open: tuple[str, ...] = ()  # criteria that could not be assessed, for which nobody is to blame
    commit: str = ""
    left_out: int = 0  # parts that could have told what is hidden; for the company, never written

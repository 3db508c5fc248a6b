"""An interview sheet: questions that follow from a submission's evidence, as values."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Place:
    """What to have open while asking: a line of theirs, or a request and its answer."""

    where: str  # "app/views.py:12", "POST /rooms → 500"; empty where only `what` is known
    what: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """A prompt to talk, and what a good answer says."""

    about: str
    ask: str
    good: str
    places: tuple[Place, ...] = ()
    more_places: int = 0


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The questions for one candidate, the most telling first."""

    title: str
    commit: str
    questions: tuple[Question, ...]
    left_out: int = 0  # questions that would have gone beyond an hour

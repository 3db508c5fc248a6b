"""How one rubric differs from another, in points of 100 and in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from fractions import Fraction

from flaskgrade.model.rubric import Criterion, Rubric
from flaskgrade.rubric.weights import plain
from flaskgrade.rubric.words import gate_in_words, rule_in_words, works_in_words

SEEN = Fraction(1, 200)  # what two decimals can show
_WHOLE = Fraction(100)


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """A category or criterion in points of both rubrics; None: one does not have it."""

    id: str
    title: str
    points: tuple[Fraction | None, Fraction | None]
    otherwise: tuple[str, ...] = ()  # what else differs, in words
    kept: bool = False  # it has the weight that it had: its points moved as those of others did


@dataclass(frozen=True, kw_only=True)
class Said:
    """What both rubrics say of one thing, in words; None: one says nothing."""

    name: str
    words: tuple[str | None, str | None]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """All that differs; what is the same is left out."""

    categories: tuple[Weighed, ...]
    criteria: tuple[Weighed, ...]
    gates: tuple[Said, ...]
    bands: tuple[Said, ...]
    rest: tuple[Said, ...]

    @property
    def is_none(self) -> bool:
        """Tell whether nothing differs that bears on a score."""
        return not (self.categories or self.criteria or self.gates or self.bands or self.rest)


@dataclass(frozen=True, kw_only=True)
class Side:
    """A rubric, and the points of 100 of the criteria that are compared."""

    rubric: Rubric
    points: Mapping[str, Fraction]

    @property
    def criteria(self) -> Mapping[str, Criterion]:
        """The criteria that are compared, by id."""
        return {one.id: one for one in self.rubric.criteria if one.id in self.points}

    @property
    def categories(self) -> Mapping[str, str]:
        """The titles of categories."""
        return {one.id: one.title for one in self.rubric.categories}

    def category_points(self, category: str) -> Fraction | None:
        """Return what a category has, or None if it has no criterion."""
        found = [self.points[one.id] for one in self.criteria.values() if one.category == category]
        return sum(found, Fraction(0)) if found else None


def difference(one: Side, other: Side) -> Difference:
    """Return how `other` differs from `one`, in their order, what only `other` has last."""
    return Difference(
        categories=tuple(
            weighed
            for each, title in {**other.categories, **one.categories}.items()
            if _shows(
                weighed := Weighed(
                    id=each,
                    title=title,
                    points=(one.category_points(each), other.category_points(each)),
                )
            )
        ),
        criteria=tuple(
            weighed
            for each in _keys(one.criteria, other.criteria)
            if _shows(weighed := _criterion(each, one, other))
        ),
        gates=_differing(_gates(one.rubric), _gates(other.rubric)),
        bands=_differing(_bands(one.rubric), _bands(other.rubric)),
        rest=_differing(_rest(one.rubric), _rest(other.rubric)),
    )


def _criterion(name: str, one: Side, other: Side) -> Weighed:
    before, after = one.criteria.get(name), other.criteria.get(name)
    otherwise = tuple(_otherwise(before, after)) if before and after else ()
    either = before or after
    assert either is not None  # noqa: S101 - the name is of one of them
    return Weighed(
        id=name,
        title=either.title,
        points=(one.points.get(name), other.points.get(name)),
        otherwise=otherwise,
        kept=bool(before and after and before.weight == after.weight and not otherwise),
    )


def _otherwise(before: Criterion, after: Criterion) -> Iterable[str]:
    if before.rule != after.rule:
        # In shares of the criterion, since its points are in the columns.
        yield f"{rule_in_words(before, _WHOLE)} → {rule_in_words(after, _WHOLE)}"
    for field in fields(Criterion):
        if field.name not in {"id", "weight", "rule"}:
            was, is_now = getattr(before, field.name), getattr(after, field.name)
            if was != is_now:
                yield f"{field.name}: {_written(was)} → {_written(is_now)}"


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)


def _shows(weighed: Weighed) -> bool:
    before, after = weighed.points
    if before is None or after is None:
        return before is not after
    return bool(weighed.otherwise) or abs(before - after) >= SEEN


def _gates(rubric: Rubric) -> Mapping[str, str]:
    return {f"{one.id}: {one.title}": gate_in_words(one, rubric.bands) for one in rubric.gates}


def _bands(rubric: Rubric) -> Mapping[str, str]:
    return {one.name: f"from {plain(one.at_least)} on" for one in rubric.bands}


def _rest(rubric: Rubric) -> Mapping[str, str]:
    return {
        "pass mark": plain(rubric.pass_mark),
        "claimed cap": plain(rubric.claimed_cap),
        "how far the app works": works_in_words(rubric),
        "reviewers of each reviewed criterion": str(rubric.reviewers),
    }


def _differing(one: Mapping[str, str], other: Mapping[str, str]) -> tuple[Said, ...]:
    return tuple(
        Said(name=name, words=(one.get(name), other.get(name)))
        for name in _keys(one, other)
        if one.get(name) != other.get(name)
    )


def _keys(one: Mapping[str, object], other: Mapping[str, object]) -> Iterable[str]:
    return dict.fromkeys((*one, *other))

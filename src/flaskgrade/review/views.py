"""Which view answers a request, by the rules that the source declares. Pure.

A rule is compared segment by segment, without a regular expression: candidates write rules. Where
a blueprint's prefix can't be told by reading, the end of the path decides; where two views fit
equally well, none is named.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flaskgrade.flaskapp.facts import Blueprint, Route
from flaskgrade.flaskapp.project_facts import ProjectFacts
from flaskgrade.model.evidence import Location

DEEPEST = 8  # blueprints on blueprints


@dataclass(frozen=True, kw_only=True)
class View:
    """A view with the segments of its rule, blueprints' prefixes before it."""

    segments: tuple[str, ...]
    methods: tuple[str, ...]
    location: Location


def views(facts: ProjectFacts) -> tuple[View, ...]:
    """Return the views of a project."""
    made = {one.location: one for one in facts.blueprints}
    return tuple(
        View(
            segments=_segments(f"{_prefix(route, made)}/{route.rule}"),
            methods=route.methods,
            location=route.location,
        )
        for route in facts.routes
    )


def view_of(method: str, path: str, among: Sequence[View]) -> Location | None:
    """Return where the view stands that answers a request; None where that can't be told."""
    asked = _segments(path.partition("?")[0])
    wanted = "GET" if method == "HEAD" else method
    fitting = [
        (fit, one.location)
        for one in among
        if (not one.methods or wanted in one.methods) and (fit := _fit(one.segments, asked))
    ]
    best = max((fit for fit, _ in fitting), default=None)
    places = {place for fit, place in fitting if fit == best}
    return places.pop() if len(places) == 1 else None


def _prefix(route: Route, made: dict[Location, Blueprint]) -> str:
    prefix, here = "", route.owner_at
    for _ in range(DEEPEST):
        blueprint = made.get(here) if here is not None else None
        if blueprint is None:
            break
        prefix = f"{blueprint.prefix or ''}/{prefix}"
        here = blueprint.parents[0] if len(blueprint.parents) == 1 else None
    return prefix


def _segments(path: str) -> tuple[str, ...]:
    return tuple(part for part in path.split("/") if part)


def _fit(rule: tuple[str, ...], asked: tuple[str, ...]) -> tuple[bool, int] | None:
    """Return how well a rule fits: all of the path, and by how many words; None: not at all."""
    place = next((n for n, part in enumerate(rule) if part.startswith("<path:")), None)
    if place is not None:
        fits = len(asked) > place and _alike(rule[:place], asked[:place])
        return (True, _words(rule[:place])) if fits else None
    whole = len(rule) == len(asked)
    if len(rule) > len(asked) or not (whole or _words(rule)):
        return None
    return (whole, _words(rule)) if _alike(rule, asked[len(asked) - len(rule) :]) else None


def _alike(rule: tuple[str, ...], asked: tuple[str, ...]) -> bool:
    return all("<" in ours or ours == theirs for ours, theirs in zip(rule, asked, strict=True))


def _words(rule: tuple[str, ...]) -> int:
    return sum("<" not in part for part in rule)

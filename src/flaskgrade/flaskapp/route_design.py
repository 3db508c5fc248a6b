"""How the routes of a project are named, which methods they take, and what they are given."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from flaskgrade.flaskapp.facts import Route
from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.path_words import segments, style, verb_in
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Scope
from flaskgrade.flaskapp.view_functions import Views
from flaskgrade.flaskapp.writing_gets import WritingGets
from flaskgrade.model.evidence import Location

SHARE = 5  # a style that less than one of so many parts has, and only one, is a slip

_PAGES = ("render", "redirect", "flash")  # in the names of what is called, helpers included
_UNCONVERTED = re.compile(r"<(?:string:|default:)?(\w+)>")
_BY_HAND = frozenset({"int", "float", "UUID"})


@dataclass(frozen=True, kw_only=True)
class Named:
    """A route, and the part of it that is worth a word."""

    rule: str
    what: str
    location: Location


@dataclass(frozen=True, kw_only=True)
class RouteDesign:
    """What is wrong with the routes."""

    verbs: tuple[Named, ...] = ()  # what: the part of the path
    writing_gets: tuple[Named, ...] = ()  # what: where it writes
    by_hand: tuple[Named, ...] = ()  # what: the parameter
    styles: tuple[Named, ...] = ()  # what: the style that few parts have
    main_style: str | None = None


def find_route_design(project: Project, routes: tuple[Route, ...]) -> RouteDesign:
    """Return what can be told by the rules and by the views that they lead to."""
    views, gets = Views(project), WritingGets(project)
    verbs, writing, by_hand = [], [], []
    pages, hands = _pages(project), _by_hand(project)
    for route in routes:
        found = views.of(route)
        verb = verb_in(route.rule)
        if verb is not None and found and not any(id(view) in pages for view in found):
            verbs.append(Named(rule=route.rule, what=verb, location=route.location))
        wrote = next(filter(None, (gets.of(route, view) for view in found)), None)
        if wrote is not None:
            writing.append(Named(rule=route.rule, what=str(wrote), location=route.location))
        for name in _UNCONVERTED.findall(route.rule):
            place = next((hands[id(v), name] for v in found if (id(v), name) in hands), None)
            if place is not None:
                by_hand.append(Named(rule=route.rule, what=name, location=place))
    main, styles = _styles(routes)
    return RouteDesign(
        verbs=tuple(verbs),
        writing_gets=tuple({one.what: one for one in reversed(writing)}.values())[::-1],
        by_hand=tuple({one.location: one for one in reversed(by_hand)}.values())[::-1],
        styles=styles,
        main_style=main,
    )


def _pages(project: Project) -> frozenset[int]:
    """Return the functions that answer with pages, where forms have addresses of their own."""
    return frozenset(
        id(scope)
        for site in project.sites()
        if any(word in called(site.call) for word in _PAGES)
        for scope in _around(site.scope)
    )


def _by_hand(project: Project) -> dict[tuple[int, str], Location]:
    """Return where functions make a number or a UUID of a name, by function and name."""
    found: dict[tuple[int, str], Location] = {}
    for site in project.sites():
        match site.call:
            case ast.Call(args=[ast.Name(id=name)]) if called(site.call) in _BY_HAND:
                found.setdefault((id(site.scope), name), site.location)
    return found


def _around(scope: Scope | None) -> Iterator[Scope]:
    while scope is not None:
        yield scope
        scope = scope.parent


def _styles(routes: tuple[Route, ...]) -> tuple[str | None, tuple[Named, ...]]:
    """Return the style of most parts of more than one word, and the parts of another."""
    first: dict[str, Route] = {}
    for route in routes:
        for segment in segments(route.rule):
            if style(segment) is not None:
                first.setdefault(segment, route)
    count = Counter(style(segment) for segment in first)
    if len(count) < 2:  # noqa: PLR2004 - one style, or none
        return None, ()
    main = count.most_common(1)[0][0]
    others = [segment for segment in first if style(segment) != main]
    if len(others) == 1 and len(first) > SHARE:
        return main, ()
    return main, tuple(
        Named(rule=first[one].rule, what=style(one) or "", location=first[one].location)
        for one in others
    )

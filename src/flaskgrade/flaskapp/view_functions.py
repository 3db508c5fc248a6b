"""The functions that answer requests, and those that people call from a command line."""

import ast
from collections.abc import Iterator

from flaskgrade.flaskapp.facts import Route
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import FunctionNode, Scope

_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "dispatch_request"})
NAMESAKES = 10  # functions of one name that a rule may mean
_COMMANDS = frozenset({"command", "cli_command", "option", "argument"})


class Views:
    """The functions and the methods of classes that rules name.

    What a rule decorates is known by its place. Else a name is looked for in the file of its rule
    first: others may use it for something else.
    """

    def __init__(self, project: Project) -> None:
        self._named: dict[str, list[Scope]] = {}
        self._near: dict[tuple[str, str], list[Scope]] = {}
        self._decorated: dict[tuple[str, int, str], list[Scope]] = {}
        for scope in project.functions():
            name = scope.qualname.rpartition(".")[2]
            top = scope if scope.owner is None else scope.owner
            if top is not scope and name not in _VERBS:
                continue
            path, called = scope.source.path, top.qualname.rpartition(".")[2]
            self._named.setdefault(called, []).append(scope)
            self._near.setdefault((path, called), []).append(scope)
            for decorator in _decorators(top):
                key = (path, decorator.lineno, called)
                self._decorated.setdefault(key, []).append(scope)

    def of(self, route: Route) -> tuple[Scope, ...]:
        """Return what answers for a rule: one function, or some methods of a class."""
        name, place = route.handler.rpartition(".")[2], route.location
        found = (
            self._decorated.get((place.path, place.line or 0, name))
            or self._near.get((place.path, name))
            or self._named.get(name, [])
        )
        return tuple(found[:NAMESAKES])


def _decorators(scope: Scope) -> list[ast.expr]:
    return [] if isinstance(scope.node, ast.Module) else scope.node.decorator_list


def view_functions(project: Project, routes: tuple[Route, ...]) -> tuple[Scope, ...]:
    """Return the functions and methods that answer for any of the rules, once each."""
    views = Views(project)
    distinct = {(route.location, route.handler): route for route in routes}
    found = {id(scope): scope for route in distinct.values() for scope in views.of(route)}
    return tuple(found.values())


def command_functions(project: Project) -> Iterator[Scope]:
    """Return the functions that a decorator makes a command."""
    for scope in project.functions():
        node = scope.node
        if isinstance(node, FunctionNode):
            names = (getattr(getattr(d, "func", d), "attr", "") for d in node.decorator_list)
            if not _COMMANDS.isdisjoint(names):
                yield scope

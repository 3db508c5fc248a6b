"""The functions that answer requests, and those that people call from a command line."""

from collections.abc import Iterator

from flaskgrade.flaskapp.facts import Route
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import FunctionNode, Scope

_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "dispatch_request"})
_COMMANDS = frozenset({"command", "cli_command", "option", "argument"})


class Views:
    """The functions and the methods of classes that rules name.

    A name is looked for in the file of its rule first: others may use it for something else.
    """

    def __init__(self, project: Project) -> None:
        self._named: dict[str, list[Scope]] = {}
        for scope in project.functions():
            name = scope.qualname.rpartition(".")[2]
            if scope.owner is None:
                self._named.setdefault(name, []).append(scope)
            elif name in _VERBS:
                owner = scope.owner.qualname.rpartition(".")[2]
                self._named.setdefault(owner, []).append(scope)

    def of(self, route: Route) -> tuple[Scope, ...]:
        """Return what answers for a rule: one function, or some methods of a class."""
        named = self._named.get(route.handler.rpartition(".")[2], ())
        near = [scope for scope in named if scope.source.path == route.location.path]
        return tuple(near or named)


def view_functions(project: Project, routes: tuple[Route, ...]) -> tuple[Scope, ...]:
    """Return the functions and methods that answer for any of the rules, once each."""
    views = Views(project)
    distinct = {(route.location.path, route.handler): route for route in routes}
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

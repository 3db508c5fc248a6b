"""The functions that answer requests, and those that people call from a command line."""

from collections.abc import Iterator

from flaskgrade.flaskapp.facts import Route
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import FunctionNode, Scope

_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "dispatch_request"})
_COMMANDS = frozenset({"command", "cli_command", "option", "argument"})


def view_functions(project: Project, routes: tuple[Route, ...]) -> tuple[Scope, ...]:
    """Return the functions that routes name, and the methods of classes that they name, once each.

    A name is looked for in the file of its rule first: others may use it for something else.
    """
    functions: dict[str, list[Scope]] = {}
    methods: dict[str, list[Scope]] = {}
    for scope in project.functions():
        name = scope.qualname.rpartition(".")[2]
        if scope.owner is None:
            functions.setdefault(name, []).append(scope)
        elif name in _VERBS:
            owner = scope.owner.qualname.rpartition(".")[2]
            methods.setdefault(owner, []).append(scope)
    found: dict[int, Scope] = {}
    for path, handler in dict.fromkeys((r.location.path, r.handler) for r in routes):
        for table in (functions, methods):
            named = table.get(handler.rpartition(".")[2], ())
            near = [scope for scope in named if scope.source.path == path] or named
            found.update((id(scope), scope) for scope in near)
    return tuple(found.values())


def command_functions(project: Project) -> Iterator[Scope]:
    """Return the functions that a decorator makes a command."""
    for scope in project.functions():
        node = scope.node
        if isinstance(node, FunctionNode):
            names = (getattr(getattr(d, "func", d), "attr", "") for d in node.decorator_list)
            if not _COMMANDS.isdisjoint(names):
                yield scope

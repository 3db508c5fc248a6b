"""Definitions that nothing runs: what stands in them is done by nobody."""

import ast
from collections.abc import Iterable

from flaskgrade.flaskapp.facts import Factory
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Scope
from flaskgrade.flaskapp.use import unused

# What `flask run` looks for: https://flask.palletsprojects.com/en/stable/cli/#application-discovery
_FOUND_BY_FLASK = ("create_app", "make_app", "app", "application")


class Dormant:
    """The functions and classes outside the tests that nothing names which is itself in use.

    Factories are in use, whoever calls them: a server does, by a name in its configuration.
    """

    def __init__(self, project: Project, factories: Iterable[Factory]) -> None:
        names = (*_FOUND_BY_FLASK, *(factory.name.split(".")[-1] for factory in factories))
        started = ast.Module(
            body=[ast.Expr(value=ast.Name(id=name, ctx=ast.Load())) for name in names],
            type_ignores=[],
        )
        self._unused = unused((*(file.source.tree for file in project.files), started))

    def holds(self, scope: Scope) -> bool:
        """Tell whether code in this scope never runs."""
        at: Scope | None = scope
        while at is not None:
            if id(at.node) in self._unused:
                return True
            at = at.parent
        return False

"""Definitions that nothing runs: what stands in them is done by nobody."""

import ast
from collections.abc import Iterable

from flaskgrade.flaskapp.facts import Factory
from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Scope
from flaskgrade.flaskapp.use import unused

# With these, a name in any file may bring code to life.
_BY_NAME = frozenset({"import_string", "import_module", "entry_points", "iter_entry_points"})
# What `flask run` looks for: https://flask.palletsprojects.com/en/stable/cli/#application-discovery
_FOUND_BY_FLASK = ("create_app", "make_app", "app", "application")


class Dormant:
    """The functions and classes outside the tests that nothing names which is itself in use.

    Factories are in use, whoever calls them: a server does, by a name in its configuration. Where
    the project imports by name, as from a list of plug-ins, nothing is taken to be dormant.
    """

    def __init__(self, project: Project, factories: Iterable[Factory]) -> None:
        names = (*_FOUND_BY_FLASK, *(factory.name.split(".")[-1] for factory in factories))
        started = ast.Module(
            body=[ast.Expr(value=ast.Name(id=name, ctx=ast.Load())) for name in names],
            type_ignores=[],
        )
        by_name = any(called(site.call) in _BY_NAME for site in project.sites())
        trees = tuple(file.source.tree for file in project.files)
        self._unused = frozenset() if by_name else unused((*trees, started))

    def holds(self, scope: Scope) -> bool:
        """Tell whether code in this scope never runs."""
        at: Scope | None = scope
        while at is not None:
            if id(at.node) in self._unused:
                return True
            at = at.parent
        return False

"""Where code uses Flask's context: `current_app`, `g`, `request`, `session`."""

import ast
from dataclasses import dataclass

from flaskgrade.flaskapp.nodes import Spot
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Imported
from flaskgrade.model.evidence import Location

_PROXIES = frozenset({"current_app", "g", "request", "session"})


@dataclass(frozen=True, kw_only=True)
class ContextUse:
    """A use of a proxy. `at_import`: as the module is imported, where there is no context yet."""

    proxy: str
    location: Location
    at_import: bool


def find_context_uses(project: Project) -> tuple[ContextUse, ...]:
    """Return the uses of Flask's proxies outside the tests, each line once for each proxy."""
    found: dict[tuple[str, Location], ContextUse] = {}
    for spot in project.nodes.of(ast.Name):
        proxy = _proxy(spot)
        if proxy is not None:
            use = ContextUse(
                proxy=proxy, location=spot.location, at_import=spot.scope.function is None
            )
            found.setdefault((proxy, spot.location), use)
    return tuple(found.values())


def _proxy(spot: Spot[ast.Name]) -> str | None:
    """Return which proxy a name is, if it was imported from Flask as one."""
    home = spot.scope.home(spot.node.id)
    for binding in home.bindings[spot.node.id] if home is not None else ():
        if (
            isinstance(binding, Imported)
            and binding.module.split(".")[0] == "flask"
            and binding.name in _PROXIES
        ):
            return binding.name
    return None

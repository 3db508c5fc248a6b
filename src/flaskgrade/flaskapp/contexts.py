"""Where code uses Flask's context: `current_app`, `g`, `request`, `session`."""

import ast
from dataclasses import dataclass

from flaskgrade.flaskapp.import_time import PROXIES, pushes, run_at_import
from flaskgrade.flaskapp.nodes import Spot
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Imported, Scanned
from flaskgrade.model.evidence import Location

MEANINGS = 200  # of one name; whoever gives it more is not followed


@dataclass(frozen=True, kw_only=True)
class ContextUse:
    """A use of a proxy. `at_import`: as the module is imported, where there is no context yet."""

    proxy: str
    location: Location
    at_import: bool


def find_context_uses(project: Project) -> tuple[ContextUse, ...]:
    """Return the uses of Flask's proxies outside the tests, each line once for each proxy.

    To hand a proxy on, or to name it in a lambda, is no use at import.
    """
    early: dict[str, frozenset[int]] = {}
    found: dict[tuple[str, Location], ContextUse] = {}
    for spot in project.nodes.of(ast.Name):
        proxy = proxy_of(spot)
        if proxy is None:
            continue
        at_import = False
        if spot.scope.function is None:
            path = spot.scope.source.path
            if path not in early:
                early[path] = _used_at_import(project.file(spot.scope))
            at_import = id(spot.node) in early[path]
        use = ContextUse(proxy=proxy, location=spot.location, at_import=at_import)
        known = found.setdefault((proxy, spot.location), use)
        if at_import and not known.at_import:
            found[proxy, spot.location] = use
    return tuple(found.values())


def find_pushed(project: Project) -> tuple[Location, ...]:
    """Return where code outside the tests pushes a context for good, as modules are imported."""
    return tuple(
        file.module.place(call) for file in project.files for call in pushes(file.source.tree)
    )


def proxy_of(spot: Spot[ast.Name]) -> str | None:
    """Return which proxy a name is, if it was imported from Flask as one."""
    home = spot.scope.home(spot.node.id)
    for binding in home.bindings[spot.node.id][:MEANINGS] if home is not None else ():
        if (
            isinstance(binding, Imported)
            and binding.module.split(".")[0] == "flask"
            and binding.name in PROXIES
        ):
            return binding.name
    return None


def _used_at_import(file: Scanned) -> frozenset[int]:
    """Return the ids of the names that are asked for something as a module is imported."""
    if any(pushes(file.source.tree)):
        return frozenset()
    found = set()
    for node in run_at_import(file.source.tree):
        match node:
            case ast.Attribute(value=ast.Name() as name) | ast.Subscript(value=ast.Name() as name):
                found.add(id(name))
            case _:
                continue
    return frozenset(found)

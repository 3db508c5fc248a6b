"""Where logging is set up: handlers attached, or a configuration given to it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Site
from flaskgrade.flaskapp.values import External
from flaskgrade.model.evidence import Location

_CALLS = frozenset({"basicConfig", "dictConfig", "fileConfig", "addHandler"})
_GROWING = frozenset({"append", "extend", "insert"})


@dataclass(frozen=True, kw_only=True)
class LoggingSetup:
    """A call or assignment that decides where log records go."""

    how: str
    location: Location


def find_logging_setups(project: Project) -> tuple[LoggingSetup, ...]:
    """Return where code outside the tests sets logging up. A level alone is no set-up."""
    return tuple(_setups(project))


def _setups(project: Project) -> Iterator[LoggingSetup]:
    for site in project.sites():
        name = called(site.call)
        if name in _CALLS:
            yield LoggingSetup(how=name, location=site.location)
        elif name in _GROWING and _is_handlers(_owner(site)):
            yield LoggingSetup(how="handlers", location=site.location)
        elif name in {"add", "configure"} and _loguru(project, site):
            yield LoggingSetup(how=f"loguru {name}", location=site.location)
    for spot in project.nodes.of(ast.Assign):
        if any(map(_is_handlers, spot.node.targets)):
            yield LoggingSetup(how="handlers", location=spot.location)


def _owner(site: Site) -> ast.expr | None:
    return site.call.func.value if isinstance(site.call.func, ast.Attribute) else None


def _is_handlers(node: ast.expr | None) -> bool:
    """Tell whether an expression is the handlers of a logger: `app.logger.handlers`."""
    match node:
        case ast.Attribute(
            attr="handlers",
            value=ast.Name(id=name)
            | ast.Attribute(attr=name)
            | ast.Call(func=ast.Attribute(attr=name)),
        ):
            return "log" in name.lower() or name == "root"
    return False


def _loguru(project: Project, site: Site) -> bool:
    owner = _owner(site)
    return owner is not None and any(
        isinstance(value, External) and value.name == "loguru.logger"
        for value in project.values(owner, site.scope)
    )

"""Where Celery's settings come from: the application's, or literals in the code."""

import ast
from collections.abc import Iterator, Sequence

from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Assigned, Scope, Site
from flaskgrade.model.evidence import Location

_ADDRESSES = frozenset(
    {
        *("broker", "backend", "broker_url", "result_backend", "BROKER_URL", "CELERY_BROKER_URL"),
        *("CELERY_RESULT_BACKEND", "RESULT_BACKEND"),
    }
)
_MEANINGS = 60  # of one name


def find_literals(project: Project, made: Sequence[Site]) -> tuple[tuple[Location, str], ...]:
    """Return where the code outside the tests writes an address, and the name of the setting.

    `made` are the calls that make Celery's objects. Where other settings are loaded, these count.
    """
    updates = [site for site in project.sites() if _is_update(site.call)]
    if any(_loads(site.call) for site in project.sites()):
        return ()
    found = (
        *(one for site in (*made, *updates) for one in _given(site)),
        *_assigned(project),
    )
    return tuple(
        dict.fromkeys(
            (scope.place(node), name)
            for name, node, scope in found
            if name in _ADDRESSES and _is_written(node, scope)
        )
    )


def _is_update(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(attr="update", value=ast.Attribute(attr="conf")):
            return True
    return False


def _loads(call: ast.Call) -> bool:
    """Tell whether settings of the application, or of a module, are loaded into Celery."""
    if called(call) == "config_from_object":
        return True
    return _is_update(call) and any(not isinstance(given, ast.Dict) for given in call.args[:1])


def _given(site: Site) -> Iterator[tuple[str, ast.expr, Scope]]:
    for keyword in site.call.keywords:
        yield keyword.arg or "", keyword.value, site.scope
    for given in site.call.args[:1]:
        if isinstance(given, ast.Dict):
            for key, value in zip(given.keys, given.values, strict=True):
                yield str(getattr(key, "value", "")), value, site.scope


def _assigned(project: Project) -> Iterator[tuple[str, ast.expr, Scope]]:
    for spot in project.nodes.of(ast.Assign):
        for target in spot.node.targets:
            match target:
                case ast.Attribute(attr=name, value=ast.Attribute(attr="conf")):
                    yield name, spot.node.value, spot.scope
                case _:
                    continue


def _is_written(node: ast.expr, scope: Scope) -> bool:
    """Tell whether an address is written there, or given to a name of the same module."""
    if isinstance(node, ast.Name):
        home = scope.home(node.id)
        bindings = home.bindings[node.id][:_MEANINGS] if home is not None else []
        return bool(bindings) and all(
            isinstance(one, Assigned) and isinstance(one.value, ast.Constant) and not one.steps
            for one in bindings
        )
    return isinstance(node, ast.Constant) and isinstance(node.value, str)

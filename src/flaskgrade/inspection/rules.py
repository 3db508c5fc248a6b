"""Blueprints and URL rules."""

from collections import Counter
from typing import Any

from flaskgrade.flaskapp.facts import Blueprint, Route
from flaskgrade.inspection.inspect import Inspection

# What makes blueprints of its own is none of the layers that hide Flask's routing.
_LAYERS_ON_BLUEPRINTS = frozenset(
    {"flask", "apiflask", "flask-smorest", "flask-rest-api", "flask-admin", "flask-appbuilder"}
)


def blueprints(inspection: Inspection) -> dict[str, Any]:
    """Return the blueprints with where each is made and what it goes on."""
    found = inspection.facts.blueprints
    made = {one.location for one in found}
    return {
        "present": bool(found),
        "count_defined": len(found),
        "count_registered": sum(one.registered is not None for one in found),
        "list": [[one.name, one.location.path, one.location.line] for one in found],
        "nested": any(parent in made for one in found for parent in one.parents),
        "details": [_blueprint(one) for one in found],
    }


def routes(inspection: Inspection) -> dict[str, Any]:
    """Return the URL rules, counted and listed."""
    found = inspection.facts.routes
    files = Counter(route.location.path for route in found)
    most = max(files.values(), default=0)
    biggest = [path for path, count in files.items() if count == most]
    layered = [route for route in found if route.layer not in _LAYERS_ON_BLUEPRINTS]
    grouped = [r for r in found if r.layer in _LAYERS_ON_BLUEPRINTS and r.on_blueprint]
    return {
        "total_declared": len(found),
        "on_app": len(found) - len(grouped) - len(layered),
        "on_blueprints": len(grouped),
        "via_api_layer": len(layered),
        "max_in_one_file": most,
        "biggest_file": biggest[0] if len(biggest) == 1 else None,
        "list": [_route(route) for route in found],
    }


def _blueprint(one: Blueprint) -> dict[str, Any]:
    return {
        "name": one.name,
        "variable": one.variable,
        "file": one.location.path,
        "line": one.location.line,
        "registered_at": None if one.registered is None else str(one.registered),
        "prefix": one.prefix,
        "registered_on": [str(parent) for parent in one.parents],
    }


def _route(route: Route) -> dict[str, Any]:
    return {
        "rule": route.rule,
        "methods": list(route.methods),
        "handler": route.handler,
        "file": route.location.path,
        "line": route.location.line,
        "owner": route.owner,
        "owner_at": None if route.owner_at is None else str(route.owner_at),
        "on_blueprint": route.on_blueprint,
        "layer": route.layer,
    }

"""How the code hangs together: handlers, hooks, commands, circles, shared state, templates."""

from typing import Any

from flaskgrade.flaskapp.contexts import find_context_uses
from flaskgrade.flaskapp.handlers import find_commands, find_error_handlers, find_hooks
from flaskgrade.flaskapp.imports import find_circles
from flaskgrade.flaskapp.layers import find_direct_access
from flaskgrade.flaskapp.state import find_module_state
from flaskgrade.flaskapp.templates import find_unescaped, is_template, read_templates
from flaskgrade.inspection.inspect import Inspection
from flaskgrade.model.evidence import Location


def error_handlers(inspection: Inspection) -> list[dict[str, Any]]:
    """Return what answers for which status or exception."""
    return [
        {"handles": one.handles, "handler": one.handler, **_place(one.location)}
        for one in find_error_handlers(inspection.project)
    ]


def hooks(inspection: Inspection) -> list[dict[str, Any]]:
    """Return what Flask calls around requests and when it renders."""
    return [
        {"kind": one.kind, "handler": one.handler, **_place(one.location)}
        for one in find_hooks(inspection.project)
    ]


def commands(inspection: Inspection) -> list[dict[str, Any]]:
    """Return the commands for the command line."""
    return [{"name": one.name, **_place(one.location)} for one in find_commands(inspection.project)]


def context(inspection: Inspection) -> dict[str, Any]:
    """Return how often Flask's context is used, and where there is none yet."""
    uses = find_context_uses(inspection.project)
    return {
        "uses": {
            proxy: sum(one.proxy == proxy for one in uses)
            for proxy in ("current_app", "g", "request", "session")
        },
        "at_import": [str(one.location) for one in uses if one.at_import],
    }


def import_circles(inspection: Inspection) -> list[dict[str, Any]]:
    """Return the groups of files that import each other, and the imports that do it."""
    return [
        {"files": list(one.paths), "imports": [str(place) for place in one.places]}
        for one in find_circles(inspection.project)
    ]


def module_state(inspection: Inspection) -> list[dict[str, Any]]:
    """Return the names of modules that functions change."""
    return [
        {
            "name": one.name,
            **_place(one.location),
            "changed_at": [str(place) for place in one.changed],
        }
        for one in find_module_state(inspection.project)
    ]


def layers(inspection: Inspection) -> dict[str, Any]:
    """Return the views that touch the database themselves."""
    facts = inspection.facts
    found = find_direct_access(inspection.project, facts.routes, facts.models)
    return {
        "views_with_database_access": [
            {"handler": one.handler, **_place(one.location), "first_at": str(one.first)}
            for one in found
        ]
    }


def templates(inspection: Inspection) -> dict[str, Any]:
    """Return how templates build on each other, and where values are not escaped."""
    paths = [path for path in inspection.tree.files if is_template(path)]
    found = read_templates(inspection.surroundings.texts(paths))
    unescaped = [place for one in found for place in one.unescaped]
    return {
        "count": len(paths),
        "extending": sum(one.extends is not None for one in found),
        "bases": sorted({one.extends for one in found if one.extends is not None}),
        "unescaped": [str(place) for place in (*unescaped, *find_unescaped(inspection.project))],
    }


def _place(location: Location) -> dict[str, Any]:
    return {"file": location.path, "line": location.line}

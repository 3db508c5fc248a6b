"""Applications and factories, and which of them is served."""

from typing import Any

from flaskgrade.flaskapp.facts import AppCreation, Factory
from flaskgrade.flaskapp.layout import is_aside
from flaskgrade.flaskapp.served import Candidate, candidates
from flaskgrade.inspection.inspect import Inspection


def flask_app(inspection: Inspection) -> bool:
    """Tell whether the project is a Flask application, or a part that others mount."""
    facts = inspection.facts
    made = (
        *(app.location for app in facts.apps),
        *(factory.location for factory in facts.factories),
        *(blueprint.location for blueprint in facts.blueprints),
    )
    return facts.uses_flask and any(not is_aside(at.path) for at in made)


def app_root(inspection: Inspection) -> str | None:
    """Return the folder that the application's imports start at."""
    path = _path(inspection)
    if path is None:
        return None
    root = inspection.project.modules.root(path)
    return root.as_posix()


def served(inspection: Inspection) -> dict[str, Any] | None:
    """Return which application is meant, and what speaks for it."""
    factory = _factory(inspection)
    app = _module_level(inspection)
    if factory is not None:
        why = "a factory that creates the application and sets it up"
        if factory in inspection.facts.preparers:
            why = "sets up and returns the application that its module creates"
        return {"kind": "factory", "name": factory.name, **_place(factory), "why": why}
    if app is None:
        return None
    one = app.app
    name = one.variable or one.kind
    return {"kind": "application", "name": name, **_place(one), "why": _why(app)}


def app_factory(inspection: Inspection) -> dict[str, Any]:
    """Return the factory of the served application, and the others."""
    main = _factory(inspection)
    if main is None:
        nothing = dict.fromkeys(("name", "file", "line", "takes_config_arg"))
        return {"present": False, **nothing, "other_factories": []}
    return {
        "present": True,
        "name": main.name.rsplit(".", 1)[-1],
        **_place(main),
        "takes_config_arg": main.takes_config,
        "other_factories": [
            [other.name, other.location.path, other.location.line]
            for other in _factories(inspection)
            if other is not main
        ],
    }


def module_level_app(inspection: Inspection) -> dict[str, Any]:
    """Return the application that a module creates as it is imported, and more of them."""
    found = _module_levels(inspection)
    if not found:
        return {"present": False, "file": None, "line": None, "also": []}
    main, *others = found
    return {
        "present": True,
        **_place(main.app),
        "also": [[one.app.location.path, one.app.location.line] for one in others],
    }


def module_level_factory_calls(inspection: Inspection) -> list[list[Any]]:
    """Return where modules call a factory as they are imported."""
    return [[call.path, call.line] for call in inspection.facts.factory_calls]


def apps(inspection: Inspection) -> list[dict[str, Any]]:
    """Return all applications, the most likely served first."""
    return [
        {
            "kind": one.app.kind,
            "variable": one.app.variable,
            "function": one.app.function,
            **_place(one.app),
            "routes": one.routes,
            "blueprints": one.blueprints,
        }
        for one in candidates(inspection.facts)
    ]


def _module_levels(inspection: Inspection) -> tuple[Candidate, ...]:
    """Return the applications of modules; those of examples only where there is nothing else."""
    found = tuple(
        one
        for one in candidates(inspection.facts)
        if one.app.function is None and (one.app.variable or one.routes or one.blueprints)
    )
    near = tuple(one for one in found if not one.aside)
    elsewhere = any(not is_aside(app.location.path) for app in inspection.facts.apps)
    return near if near or elsewhere else found


def _module_level(inspection: Inspection) -> Candidate | None:
    found = _module_levels(inspection)
    return found[0] if found else None


def _factories(inspection: Inspection) -> tuple[Factory, ...]:
    """Return the factories, the main one first; else what prepares an application of a module."""
    found = inspection.facts.factories
    if not any(not is_aside(one.location.path) for one in found):
        found = (*inspection.facts.preparers, *found)
    return tuple(sorted(found, key=lambda one: is_aside(one.location.path)))


def _factory(inspection: Inspection) -> Factory | None:
    return next(iter(_factories(inspection)), None)


def _path(inspection: Inspection) -> str | None:
    factory = _factory(inspection)
    if factory is not None:
        return factory.location.path
    app = _module_level(inspection)
    if app is not None:
        return app.app.location.path
    return next((one.location.path for one in inspection.facts.blueprints), None)


def _place(one: AppCreation | Factory) -> dict[str, Any]:
    return {"file": one.location.path, "line": one.location.line}


def _why(one: Candidate) -> str:
    return (
        f"created as its module is imported; {one.routes} routes and {one.blueprints} blueprints "
        "go on it"
    )

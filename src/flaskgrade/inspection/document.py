"""An inspection as one JSON document: the field names are those of `inspect.schema.json`."""

import json
from typing import Any

from flaskgrade import __version__
from flaskgrade.inspection import (
    architecture,
    data,
    features,
    red_flags,
    rules,
    settings,
    structure,
)
from flaskgrade.inspection.inspect import Inspection
from flaskgrade.inspection.memory import uncollected

FORMAT = 1

# A section is a function of the inspection; a new one is one line here and one in the schema.
SECTIONS = {
    "flask_app": architecture.flask_app,
    "app_root": architecture.app_root,
    "served": architecture.served,
    "app_factory": architecture.app_factory,
    "module_level_app": architecture.module_level_app,
    "module_level_factory_calls": architecture.module_level_factory_calls,
    "apps": architecture.apps,
    "blueprints": rules.blueprints,
    "routes": rules.routes,
    "extensions": data.extensions,
    "orm": data.orm,
    "models": data.models,
    "migrations": data.migrations,
    "config": settings.config,
    "tests": features.tests,
    "features": features.features,
    "red_flags": red_flags.red_flags,
    "error_handlers": structure.error_handlers,
    "hooks": structure.hooks,
    "commands": structure.commands,
    "context": structure.context,
    "import_circles": structure.import_circles,
    "module_state": structure.module_state,
    "layers": structure.layers,
    "templates": structure.templates,
    "unread": data.unread,
    "python2": data.python2,
}


def document(inspection: Inspection) -> dict[str, Any]:
    """Return the document as a value: JSON's types only, the same for the same files."""
    head: dict[str, Any] = {"format": FORMAT, "flaskgrade": __version__}
    with uncollected():
        return head | {name: section(inspection) for name, section in SECTIONS.items()}


def render(inspection: Inspection) -> str:
    """Return the document as JSON text."""
    return json.dumps(document(inspection), indent=2, ensure_ascii=False) + "\n"

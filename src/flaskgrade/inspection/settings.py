"""Configuration: where settings come from, and what of them is written in the code."""

from typing import Any

from flaskgrade.flaskapp.application import application_files
from flaskgrade.flaskapp.configuration import find_config_classes
from flaskgrade.flaskapp.environment_reads import find_environment_reads
from flaskgrade.flaskapp.secrets import SESSION_KEY, find_secrets, session_key_set
from flaskgrade.inspection.inspect import Inspection
from flaskgrade.inspection.pyfiles import secrets_in_pyfiles


def config(inspection: Inspection) -> dict[str, Any]:
    """Return how the application is configured."""
    project = inspection.project
    reads = find_environment_reads(project)
    classes = find_config_classes(project)
    paths = {file.source.path for file in application_files(project)}
    keys = [one for one in find_secrets(project) if one.session_key and one.location.path in paths]
    loaded = [place for name, place in secrets_in_pyfiles(inspection) if name == SESSION_KEY]
    return {
        "from_env": bool(reads),
        "config_classes": bool(classes),
        "hardcoded_secret_key": bool(keys or loaded),
        "secret_key_kind": _kind(
            inspection, [*(one.fallback for one in keys), *(False for _ in loaded)]
        ),
        "literals_at": [*(str(one.location) for one in keys), *map(str, loaded)],
        "environment": [
            {"variable": one.variable, "file": one.location.path, "line": one.location.line}
            for one in reads
        ],
        "classes": [
            {
                "name": one.name,
                "file": one.location.path,
                "line": one.location.line,
                "loaded_at": str(one.loaded),
            }
            for one in classes
        ],
    }


def _kind(inspection: Inspection, fallbacks: list[bool]) -> str:
    if fallbacks:
        return "fallback" if all(fallbacks) else "literal"
    return "computed" if session_key_set(inspection.project) else "absent"

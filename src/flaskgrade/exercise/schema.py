"""The JSON Schema of exercise.yaml, for editors: it completes keys and marks mistakes.

The loader is the judge: it also sees whether the tests are there. Both share keys and patterns.
"""

from flaskgrade.exercise.launch import (
    DATABASES,
    LAUNCH_KEYS,
    MOST_PROCESSES,
    OWN_SERVER_KEYS,
    PROCESS,
    VARIABLE,
)
from flaskgrade.exercise.load import (
    AT_MOST_KEYS,
    CRITERION,
    KEYS,
    LEVEL,
    NAME,
    OPTIONAL_KEYS,
    PROTECTED,
    TEST_ID,
)
from flaskgrade.model.exercise import SERVICES, WEB

_TITLE = {"type": "string", "pattern": r"\S", "maxLength": 200}
_ARGV: dict[str, object] = {
    "type": "array",
    "minItems": 1,
    "items": {"type": "string", "pattern": r"\S"},
}
_OWN_SERVER: dict[str, object] = {
    "command": _ARGV | {"description": "Words after `python -m` that start it."},
    "port": {"type": "integer", "minimum": 1, "maximum": 65535},
}
_LAUNCH: dict[str, object] = {
    "app": {"type": "string", "description": "auto: as Flask finds it; else a FLASK_APP value."},
    "prepare": {
        "type": "array",
        "description": "Commands before the start, each as words after `python -m`.",
        "items": _ARGV,
    },
    "environment": {
        "type": "object",
        "description": "Variables; {scratch} is a private folder that the app may write to, "
        "{database} the URL of its database, {redis} of Redis, {downstream} of what hidden tests "
        "play.",
        "propertyNames": {"pattern": f"^{VARIABLE}$"},
        "additionalProperties": {"type": "string", "pattern": r"\S", "maxLength": 2000},
    },
    "workers": {"type": "integer", "minimum": 1, "maximum": 16},
    "threads": {"type": "integer", "minimum": 1, "maximum": 64},
    "start_seconds": {"type": "number", "exclusiveMinimum": 0, "maximum": 600},
    "database": {"enum": list(DATABASES), "description": "What {database} leads to."},
    "services": {
        "type": "array",
        "description": "What runs beside the app, besides its database.",
        "uniqueItems": True,
        "items": {"enum": list(SERVICES)},
    },
    "processes": {
        "type": "object",
        "description": "Processes beside the web app, each as words after `python -m`.",
        "propertyNames": {"pattern": f"^{PROCESS}$", "not": {"const": WEB}},
        "maxProperties": MOST_PROCESSES,
        "additionalProperties": _ARGV,
    },
    "downstream": {
        "type": "boolean",
        "description": "Whether hidden tests play a service that the app calls at {downstream}.",
    },
    "own_server": {
        "type": "object",
        "description": "A server of the submission's own, on TCP, in the place of gunicorn.",
        "properties": _OWN_SERVER,
        "required": list(OWN_SERVER_KEYS),
        "additionalProperties": False,
    },
}
_POINTS = {"type": "number", "minimum": 0, "maximum": 100}
_AT_MOST: dict[str, object] = {"starter": _POINTS, "empty": _POINTS}
_FILE: dict[str, object] = {
    "name": {"type": "string", "pattern": f"^{NAME}$"},
    "title": _TITLE,
    "version": {"type": "integer", "minimum": 1},
    "level": {"type": "string", "pattern": f"^{LEVEL}$", "description": "The usual rubric."},
    "use_case": _TITLE,
    "time_box_minutes": {"type": "integer", "minimum": 1, "maximum": 10_000},
    "launch": {"type": "object", "properties": _LAUNCH, "additionalProperties": False},
    "test_seconds": {"type": "number", "exclusiveMinimum": 0, "maximum": 600},
    "run_seconds": {"type": "number", "exclusiveMinimum": 0, "maximum": 7200},
    "criteria": {
        "type": "array",
        "description": "Criteria beside the hidden tests that the brief asks for, such as M1.",
        "uniqueItems": True,
        "items": {"type": "string", "pattern": f"^{CRITERION}$"},
    },
    "protected": {
        "type": "array",
        "description": "Files of the starter that the candidate must leave alone.",
        "uniqueItems": True,
        "items": {"type": "string", "pattern": f"^{PROTECTED}$"},
    },
    "at_most": {
        "type": "object",
        "description": "Points that the untouched starter, and an empty app, may earn.",
        "properties": _AT_MOST,
        "additionalProperties": False,
    },
    "acceptance": {
        "type": "object",
        "description": "The hidden tests of each criterion.",
        "minProperties": 1,
        "propertyNames": {"pattern": f"^{CRITERION}$"},
        "additionalProperties": {
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": {"type": "string", "pattern": f"^{TEST_ID}$"},
        },
    },
}


def exercise_schema() -> dict[str, object]:
    """Return the schema (2020-12)."""
    for keys, properties in (
        ((*KEYS, *OPTIONAL_KEYS), _FILE),
        (LAUNCH_KEYS, _LAUNCH),
        (OWN_SERVER_KEYS, _OWN_SERVER),
        (AT_MOST_KEYS, _AT_MOST),
    ):
        if set(keys) != set(properties):
            raise ValueError(f"schema and loader differ in {set(keys) ^ set(properties)}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "flaskgrade exercise",
        "type": "object",
        "properties": _FILE,
        "required": list(KEYS),
        "additionalProperties": False,
    }

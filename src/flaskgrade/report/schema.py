"""The published JSON Schema (draft 2020-12) of the JSON report."""

import json
from importlib.resources import files
from typing import Any

FILE_NAME = "report.schema.json"


def text() -> str:
    """Return the schema as it is shipped."""
    return files("flaskgrade.report").joinpath(FILE_NAME).read_text(encoding="utf-8")


def schema() -> dict[str, Any]:
    """Return the schema as a value."""
    loaded: dict[str, Any] = json.loads(text())
    return loaded

"""The published JSON Schema of the JSON report: https://json-schema.org/draft/2020-12"""

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

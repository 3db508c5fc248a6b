"""The published JSON Schema (draft 2020-12) of what `flaskgrade inspect --json` prints."""

from importlib.resources import files

FILE_NAME = "inspect.schema.json"


def text() -> str:
    """Return the schema as it is shipped."""
    return files("flaskgrade.inspection").joinpath(FILE_NAME).read_text(encoding="utf-8")

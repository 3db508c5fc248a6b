"""The fingerprint of a rubric: equal for rubrics that say the same, however their files say it."""

import hashlib
import json
from dataclasses import fields, is_dataclass
from enum import Enum
from fractions import Fraction

from flaskgrade.model.rubric import Rubric


def digest(rubric: Rubric) -> str:
    """Return the SHA-256, in hexadecimal, of all that a rubric says but its own digest.

    Criteria and gates may stand in any order; works, categories and bands mean something by theirs.
    """
    said = _fields(rubric)
    del said["digest"]
    if rubric.reviewers == 1:
        del said["reviewers"]  # rubrics from before it could be said keep their digest
    said["criteria"] = _sorted_by_id(rubric.criteria)
    said["gates"] = _sorted_by_id(rubric.gates)
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _sorted_by_id(entries: tuple[object, ...]) -> list[dict[str, object]]:
    return sorted((_fields(entry) for entry in entries), key=lambda entry: str(entry["id"]))


def _fields(value: object) -> dict[str, object]:
    """Return the fields of a dataclass as JSON, and its class, by which alone rules may differ."""
    if not is_dataclass(value):
        raise TypeError(f"not a dataclass: {value!r}")
    said = {field.name: _json(getattr(value, field.name)) for field in fields(value)}
    return {"": type(value).__name__, **said}


def _json(value: object) -> object:
    if isinstance(value, tuple):
        return [_json(each) for each in value]
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, (str, bool, int)):
        return value
    return _fields(value)

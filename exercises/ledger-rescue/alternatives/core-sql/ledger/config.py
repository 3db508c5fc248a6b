"""Settings."""

import os
from collections.abc import Mapping
from typing import Any


def load(overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Return all settings. Raise RuntimeError if one is missing."""
    settings = {
        "SQLALCHEMY_DATABASE_URI": os.environ.get("DATABASE_URL"),
        "OPERATOR_KEY": os.environ.get("OPERATOR_KEY"),
        "MAX_CONTENT_LENGTH": 64 * 1024,
        **overrides,
    }
    if not settings["SQLALCHEMY_DATABASE_URI"] or not settings["OPERATOR_KEY"]:
        raise RuntimeError("Set DATABASE_URL and OPERATOR_KEY in the environment; see README.md.")
    return settings

"""Configuration: what the environment decides, and what is the same everywhere."""

import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any


def load(overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Return all settings.

    Raise RuntimeError if one is missing, so that a mistake shows at the start and not with
    the first request.
    """
    settings = {
        "SQLALCHEMY_DATABASE_URI": os.environ.get("DATABASE_URL"),
        "SECRET_KEY": os.environ.get("SECRET_KEY"),
        "ADMIN_EMAIL": os.environ.get("ADMIN_EMAIL"),
        "ADMIN_PASSWORD": os.environ.get("ADMIN_PASSWORD"),
        "MAX_CONTENT_LENGTH": 64 * 1024,
        "HASH_METHOD": "scrypt",
        "SESSION_LIFETIME": timedelta(hours=1),
        **overrides,
    }
    if not settings["SQLALCHEMY_DATABASE_URI"] or not settings["SECRET_KEY"]:
        raise RuntimeError("Set DATABASE_URL and SECRET_KEY in the environment; see README.md.")
    return settings

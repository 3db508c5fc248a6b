"""Configuration: what the environment decides, and what is the same everywhere."""

import os
from collections.abc import Mapping
from typing import Any


def load(overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Return all settings.

    Raise RuntimeError if one is missing, so that a mistake shows at the start and not with
    the first request.
    """
    settings = {
        "SQLALCHEMY_DATABASE_URI": os.environ.get("DATABASE_URL"),
        "SECRET_KEY": os.environ.get("SECRET_KEY"),
        "ADMIN_USERNAME": os.environ.get("ADMIN_USERNAME"),
        "ADMIN_PASSWORD": os.environ.get("ADMIN_PASSWORD"),
        "MAX_CONTENT_LENGTH": 1024 * 1024,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,  # a token lives as long as its session
        "HASH_METHOD": "scrypt",
        **overrides,
    }
    if not settings["SQLALCHEMY_DATABASE_URI"] or not settings["SECRET_KEY"]:
        raise RuntimeError("Set DATABASE_URL and SECRET_KEY in the environment; see README.md.")
    return settings

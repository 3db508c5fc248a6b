"""Configuration: what the environment decides, and what is the same everywhere."""

import os
from collections.abc import Mapping
from typing import Any

REQUIRED = (
    ("SQLALCHEMY_DATABASE_URI", "DATABASE_URL"),
    *((name, name) for name in ("REDIS_URL", "LEDGER_URL", "WEBHOOK_SECRETS", "OPERATOR_TOKEN")),
)


def load(overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Return all settings.

    Raise RuntimeError if one is missing, so that a mistake shows at the start and not with
    the first event.
    """
    settings = {
        "SQLALCHEMY_DATABASE_URI": os.environ.get("DATABASE_URL"),
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_pre_ping": True,
            "connect_args": {"connect_timeout": 3},
            "hide_parameters": True,  # they hold payments, and errors are logged
        },
        "REDIS_URL": os.environ.get("REDIS_URL"),
        "LEDGER_URL": os.environ.get("LEDGER_URL"),
        "LEDGER_TIMEOUT_SECONDS": float(os.environ.get("LEDGER_TIMEOUT_SECONDS", "5")),
        "RETRY_BASE_SECONDS": float(os.environ.get("RETRY_BASE_SECONDS", "5")),
        "MAX_ATTEMPTS": int(os.environ.get("MAX_ATTEMPTS", "10")),
        "WEBHOOK_SECRETS": _secrets(os.environ.get("WEBHOOK_SECRETS", "")),
        "WEBHOOK_TOLERANCE_SECONDS": 300,
        "OPERATOR_TOKEN": os.environ.get("OPERATOR_TOKEN"),
        "MAX_CONTENT_LENGTH": 64 * 1024,
        **overrides,
    }
    missing = [variable for name, variable in REQUIRED if not settings[name]]
    if missing:
        raise RuntimeError(f"Set {', '.join(missing)} in the environment; see README.md.")
    settings["CELERY"] = {
        "broker_url": settings["REDIS_URL"],
        "broker_connection_retry_on_startup": True,
        # A Redis that says nothing must not hold a request up for longer than this. The worker
        # itself listens for one second at a time.
        "broker_transport_options": {
            "socket_timeout": 2,
            "socket_connect_timeout": 2,
            "max_retries": 0,
        },
        "task_ignore_result": True,
        "worker_prefetch_multiplier": 1,
    }
    return settings


def _secrets(listed: str) -> tuple[bytes, ...]:
    return tuple(one.strip().encode() for one in listed.split(",") if one.strip())

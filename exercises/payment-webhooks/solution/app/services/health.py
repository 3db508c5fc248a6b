"""Whether what the service depends on does its work."""

import logging
from collections.abc import Callable

from flask import current_app
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

SECONDS = 2

log = logging.getLogger(__name__)


def checks() -> dict[str, str]:
    """Return "ok" or "down" for each of them; takes twice two seconds at most."""
    return {"database": _state(_ask_database), "redis": _state(_ask_redis)}


def _state(ask: Callable[[], object]) -> str:
    try:
        ask()
    except (SQLAlchemyError, RedisError) as error:
        log.warning("not ready", extra={"error": repr(error)})
        return "down"
    return "ok"


def _ask_database() -> None:
    """Ask over a connection of its own: a query over one of the pool could hang for ever."""
    engine = create_engine(
        current_app.config["SQLALCHEMY_DATABASE_URI"],
        poolclass=NullPool,
        connect_args={"connect_timeout": SECONDS},
    )
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))


def _ask_redis() -> None:
    url = current_app.config["REDIS_URL"]
    with Redis.from_url(
        url,
        socket_timeout=SECONDS,
        socket_connect_timeout=SECONDS,
        retry=Retry(NoBackoff(), 0),
    ) as redis:
        redis.ping()

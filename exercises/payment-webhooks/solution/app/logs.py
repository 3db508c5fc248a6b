"""Logs: one JSON object a line, with the id of the request that the work is done for."""

import json
import logging
import re
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from celery.signals import setup_logging
from flask import Flask, Response, g, request

HEADER = "X-Request-ID"
EXTRAS = ("event_id", "event_type", "attempt", "outcome", "status", "method", "path", "ms", "error")

_ACCEPTABLE = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

log = logging.getLogger(__name__)


class JsonFormatter(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": _request_id.get(),
        }
        line |= {name: getattr(record, name) for name in EXTRAS if hasattr(record, name)}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def configure() -> None:
    """Send what is logged anywhere in the process to stderr, as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # a line of its own for each attempt


@setup_logging.connect
def _instead_of_celerys(**_: object) -> None:
    """Keep Celery from setting up a log of its own, which is not JSON."""
    configure()


def request_id() -> str:
    """Return the id of the request that is being worked on."""
    return _request_id.get() or "-"


@contextmanager
def on_behalf_of(identifier: str) -> Iterator[None]:
    """Log what the block does under a request's id."""
    token = _request_id.set(identifier)
    try:
        yield
    finally:
        _request_id.reset(token)


def _begin() -> None:
    given = request.headers.get(HEADER, "")
    _request_id.set(given if _ACCEPTABLE.fullmatch(given) else secrets.token_hex(16))
    g.started = time.perf_counter()


def _end(response: Response) -> Response:
    response.headers[HEADER] = request_id()
    log.info(
        "request",
        extra={
            "method": request.method,
            "path": request.path,
            "status": response.status_code,
            "ms": round((time.perf_counter() - g.started) * 1000, 1),
        },
    )
    return response


def register(app: Flask) -> None:
    """Give each request an id, and leave a line about it."""
    app.before_request(_begin)
    app.after_request(_end)

"""Logs as JSON, and request ids."""

import logging
import re
import sys
import uuid
from contextvars import ContextVar

from flask import Flask, Response, request
from pythonjsonlogger.json import JsonFormatter

current: ContextVar[str | None] = ContextVar("current", default=None)
log = logging.getLogger("webhooks")


class _WithRequestId(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current.get()
        return True


def configure(**_: object) -> None:
    """Log JSON to stdout; fit to be Celery's setup_logging, too."""
    handler = logging.StreamHandler(sys.stdout)
    handler.addFilter(_WithRequestId())
    handler.setFormatter(
        JsonFormatter(
            "%(asctime)s %(levelname)s %(message)s %(request_id)s",
            rename_fields={"asctime": "timestamp", "levelname": "level"},
            datefmt="%Y-%m-%dT%H:%M:%S%z",
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    current.set(given if re.fullmatch(r"[\w.-]{1,64}", given, re.ASCII) else uuid.uuid4().hex)


def _end(response: Response) -> Response:
    response.headers["X-Request-ID"] = current.get() or ""
    log.info("request", extra={"method": request.method, "status": response.status_code})
    return response


def register(app: Flask) -> None:
    """Give requests their ids."""
    app.before_request(_begin)
    app.after_request(_end)

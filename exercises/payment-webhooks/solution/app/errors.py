"""Every error that a client can see, and the one shape in which it is answered."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import ClassVar

from flask import Flask, Response, jsonify
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

Fields = Mapping[str, Sequence[str]]

log = logging.getLogger(__name__)


class ApiError(Exception):
    """An answer that is not the one that was hoped for."""

    status: ClassVar[HTTPStatus] = HTTPStatus.INTERNAL_SERVER_ERROR
    code: ClassVar[str] = "internal_server_error"

    def __init__(self, message: str, fields: Fields | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields


class UnreadableError(ApiError):
    """The body is no JSON."""

    status = HTTPStatus.BAD_REQUEST
    code = "unreadable"


class UnsignedError(ApiError):
    """The request was not signed by the provider, or too long ago."""

    status = HTTPStatus.UNAUTHORIZED
    code = "bad_signature"


class UnauthenticatedError(ApiError):
    """There is no operator's token."""

    status = HTTPStatus.UNAUTHORIZED
    code = "unauthenticated"


class NotFoundError(ApiError):
    """There is no such event."""

    status = HTTPStatus.NOT_FOUND
    code = "not_found"


class ConflictError(ApiError):
    """The event is not in a state that allows it."""

    status = HTTPStatus.CONFLICT
    code = "conflict"


class InvalidError(ApiError):
    """Readable, but not acceptable: names each field with what is wrong with it."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "validation_failed"

    def __init__(self, fields: Fields) -> None:
        super().__init__("Some fields are not acceptable.", fields)


def _answer(status: int, code: str, message: str, fields: Fields | None = None) -> Response:
    error: dict[str, object] = {"code": code, "message": message}
    if fields is not None:
        error["fields"] = fields
    response = jsonify(error=error)
    response.status_code = status
    return response


def _on_api_error(error: ApiError) -> Response:
    response = _answer(error.status, error.code, error.message, error.fields)
    if isinstance(error, UnauthenticatedError):
        response.headers["WWW-Authenticate"] = 'Bearer realm="payment-webhooks"'
    return response


def _on_http_exception(error: HTTPException) -> Response:
    """Keep werkzeug's headers, such as Allow, and replace its body."""
    code = error.name.lower().replace(" ", "_")
    response = _answer(error.code or 500, code, error.description or error.name)
    response.headers.extend(
        [(name, value) for name, value in error.get_headers() if name != "Content-Type"]
    )
    return response


def _on_database_down(error: Exception) -> Response:
    log.error("the database is not available", exc_info=error)
    response = _answer(503, "unavailable", "This cannot be done at the moment.")
    response.headers["Retry-After"] = "5"
    return response


def _on_anything_else(error: Exception) -> Response:
    log.error("unhandled exception", exc_info=error)
    return _answer(500, "internal_server_error", "Something went wrong on our side.")


def register(app: Flask) -> None:
    """Answer all errors of the application in one shape."""
    app.register_error_handler(ApiError, _on_api_error)
    app.register_error_handler(HTTPException, _on_http_exception)
    app.register_error_handler(OperationalError, _on_database_down)
    app.register_error_handler(PoolTimeoutError, _on_database_down)
    app.register_error_handler(Exception, _on_anything_else)

"""Every error that a client can see, and the one shape in which it is answered."""

import logging
from collections.abc import Mapping, Sequence
from typing import ClassVar

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

Fields = Mapping[str, Sequence[str]]

log = logging.getLogger(__name__)


class LedgerError(Exception):
    """An answer that is not the one that was hoped for."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_server_error"

    def __init__(self, message: str, fields: Fields | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields


class UnauthenticatedError(LedgerError):
    """There is no good key."""

    status = 401
    code = "unauthenticated"


class ForbiddenError(LedgerError):
    """A good key, of somebody who may not do this."""

    status = 403
    code = "forbidden"


class NotFoundError(LedgerError):
    """No such thing, or none that the caller may know of."""

    status = 404
    code = "not_found"


class ConflictError(LedgerError):
    """It does not go together with what is there."""

    status = 409
    code = "conflict"


class InsufficientFundsError(ConflictError):
    """There is less on the account than it takes."""

    code = "insufficient_funds"


class InvalidError(LedgerError):
    """Readable, but not acceptable: names each field with what is wrong with it."""

    status = 422
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


def _on_ledger_error(error: LedgerError) -> Response:
    response = _answer(error.status, error.code, error.message, error.fields)
    if isinstance(error, UnauthenticatedError):
        response.headers["WWW-Authenticate"] = 'Bearer realm="tally"'
    return response


def _on_http_exception(error: HTTPException) -> Response:
    """Keep werkzeug's headers, such as Allow, and replace its body."""
    code = error.name.lower().replace(" ", "_")
    response = _answer(error.code or 500, code, error.description or error.name)
    response.headers.extend(
        [(name, value) for name, value in error.get_headers() if name != "Content-Type"]
    )
    return response


def _on_anything_else(error: Exception) -> Response:
    log.error("Unhandled exception", exc_info=error)
    return _answer(500, "internal_server_error", "Something went wrong on our side.")


def register(app: Flask) -> None:
    """Answer all errors of the application in one shape."""
    app.register_error_handler(LedgerError, _on_ledger_error)
    app.register_error_handler(HTTPException, _on_http_exception)
    app.register_error_handler(Exception, _on_anything_else)

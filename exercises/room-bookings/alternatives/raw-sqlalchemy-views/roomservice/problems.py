"""Errors: raised anywhere, answered here."""

from http import HTTPStatus
from typing import Any

from flask import Flask, current_app, jsonify
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException

CHALLENGE = {"WWW-Authenticate": "Bearer"}


class ProblemError(Exception):
    """An error with a status, for the client to read."""

    def __init__(self, status: HTTPStatus, message: str, **fields: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.fields = {name: [text] for name, text in fields.items()}


def _envelope(status: HTTPStatus, message: str, fields: Any = None) -> dict[str, Any]:
    error: dict[str, Any] = {"code": status.phrase.lower().replace(" ", "-"), "message": message}
    return {"error": {**error, "fields": fields} if fields else error}


def _problem(error: ProblemError) -> ResponseReturnValue:
    headers = CHALLENGE if error.status == HTTPStatus.UNAUTHORIZED else {}
    return jsonify(_envelope(error.status, error.message, error.fields)), error.status, headers


def _invalid(error: ValidationError) -> ResponseReturnValue:
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return jsonify(_envelope(status, "Please look at these fields.", error.messages)), status


def _http(error: HTTPException) -> ResponseReturnValue:
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    response = jsonify(_envelope(status, error.description or status.phrase))
    headers = [(name, text) for name, text in error.get_headers() if name != "Content-Type"]
    return response, status, headers


def _bug(error: Exception) -> ResponseReturnValue:
    current_app.logger.error("unexpected", exc_info=error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return jsonify(_envelope(status, "This is our fault.")), status


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(ProblemError, _problem)
    app.register_error_handler(ValidationError, _invalid)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _bug)

"""Every error in one shape."""

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException


class UnacceptableError(Exception):
    """What was sent can be read, and is not acceptable."""


def init_app(app: Flask) -> None:
    """Answer errors as JSON."""
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(UnacceptableError, _invalid)


def _refused(error: HTTPException) -> ResponseReturnValue:
    return jsonify(error={"message": error.description or error.name}), error.code or 500


def _invalid(error: UnacceptableError) -> ResponseReturnValue:
    return jsonify(error={"message": str(error)}), 422

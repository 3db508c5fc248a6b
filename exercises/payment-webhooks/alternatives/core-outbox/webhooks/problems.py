"""Errors, in the one shape that they have."""

from typing import Any

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException


class Problem(Exception):
    """An answer with an error in it."""

    def __init__(self, status: int, code: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.headers = more.pop("headers", {})
        self.body = {"error": {"code": code, "message": message, **more}}


def _on_problem(problem: Problem) -> ResponseReturnValue:
    return problem.body, problem.status, problem.headers


def _on_http(error: HTTPException) -> ResponseReturnValue:
    response = jsonify(error={"code": f"http_{error.code}", "message": error.name})
    response.status_code = error.code or 500
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _on_database(_: OperationalError) -> ResponseReturnValue:
    return {"error": {"code": "unavailable", "message": "Try again later."}}, 503


def register(app: Flask) -> None:
    """Answer errors."""
    app.register_error_handler(Problem, _on_problem)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(OperationalError, _on_database)

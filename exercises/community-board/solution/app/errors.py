"""Every error that somebody can see, and the one page that shows it."""

import logging

from flask import Flask, Response, make_response, render_template
from werkzeug.exceptions import HTTPException

log = logging.getLogger(__name__)


def _page(status: int, name: str, text: str) -> Response:
    return make_response(render_template("error.html", status=status, name=name, text=text), status)


def _on_http_exception(error: HTTPException) -> Response:
    """Keep werkzeug's headers, such as Allow or a redirect's Location, and replace its body."""
    response = _page(error.code or 500, error.name, error.description or "")
    response.headers.extend(
        [(name, value) for name, value in error.get_headers() if name != "Content-Type"]
    )
    return response


def _on_anything_else(error: Exception) -> Response:
    log.error("Unhandled exception", exc_info=error)
    return _page(500, "Internal Server Error", "Something went wrong on our side.")


def register(app: Flask) -> None:
    """Show all errors of the application in one frame."""
    app.register_error_handler(HTTPException, _on_http_exception)
    app.register_error_handler(Exception, _on_anything_else)

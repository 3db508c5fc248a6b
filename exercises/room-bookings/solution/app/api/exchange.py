"""Read requests and write lists: what all resources do alike."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, jsonify, request
from pydantic import BaseModel
from werkzeug.exceptions import BadRequest

from app.models import Base
from app.schemas import load
from app.services.pages import Page

Row = TypeVar("Row", bound=Base)
Model = TypeVar("Model", bound=BaseModel)


def json_object() -> dict[str, Any]:
    """Return the request's body; werkzeug answers 400, 413 and 415 by itself."""
    try:
        body = request.get_json()
    except RecursionError:
        raise BadRequest("The body is nested too deeply.") from None
    if not isinstance(body, dict):
        raise BadRequest("The body is no JSON object.")
    return body


def query(model: type[Model]) -> Model:
    """Return the query parameters, or raise InvalidError."""
    return load(model, request.args.to_dict())


def page_answer(page: Page[Row], body_of: Callable[[Row], dict[str, Any]]) -> Response:
    """Answer one page of a list."""
    return jsonify(
        items=[body_of(row) for row in page.rows],
        page=page.number,
        per_page=page.size,
        total=page.total,
    )

"""Error handlers that can come to be called."""

import pytest

from flaskgrade.flaskapp.analyse import analyse

HEAD = "from flask import Flask, Blueprint, jsonify\napp = Flask('x')\nbp = Blueprint('a', 'b')\n"
ANSWER = "def answer(error):\n    return jsonify(error=1), 500\n"


def _found(source: str) -> list[tuple[str, bool]]:
    handlers = analyse({"app.py": HEAD + source}).practices.central_errors
    return [(one.handles, one.general) for one in handlers]


@pytest.mark.parametrize(
    ("source", "handles", "general"),
    [
        ("@app.errorhandler(404)\n" + ANSWER, "404", True),
        ("@app.errorhandler(HTTPException)\n" + ANSWER, "HTTPException", True),
        ("@app.errorhandler(HTTPStatus.NOT_FOUND)\n" + ANSWER, "NOT_FOUND", True),
        ("@app.errorhandler(422)\n" + ANSWER, "422", False),
        ("@app.errorhandler(ShopError)\n" + ANSWER, "ShopError", False),
        (ANSWER + "app.register_error_handler(Exception, answer)", "Exception", True),
        (ANSWER + "for c in (400, 500):\n    app.register_error_handler(c, answer)", "400", True),
        ("app.register_blueprint(bp)\n@bp.app_errorhandler(500)\n" + ANSWER, "500", True),
        ("from flask_restx import Api\napi = Api(app)", "Api", True),
        ("from flask_smorest import Api\napi = Api(app)", "Api", True),
        ("from apiflask import APIFlask\napp = APIFlask('x')", "APIFlask", True),
        ("from connexion import FlaskApp\napp = FlaskApp('x')", "FlaskApp", True),
    ],
)
def test_a_handler_is_found_with_what_it_is_for(
    source: str, handles: str, *, general: bool
) -> None:
    """On applications and blueprints, by decorator or call, and what libraries bring."""
    assert _found(source) == [(handles, general)]


@pytest.mark.parametrize(
    "source",
    [
        "@bp.errorhandler(404)\n" + ANSWER,
        "def setup(app):\n    app.register_error_handler(404, print)\n",
        "@app.errorhandler(404)\ndef answer(error):\n    pass\n",
        "def answer(error):\n    log(error)\napp.register_error_handler(404, answer)\n",
        "log.errorhandler",
    ],
)
def test_a_handler_that_is_never_called_or_says_nothing_is_none(source: str) -> None:
    """On a blueprint that nothing registers, in dead code, or without an answer."""
    assert _found(source) == []


def test_handlers_that_a_factory_has_registered_are_in_use() -> None:
    """By a function that it calls."""
    source = (
        "def create_app():\n    app = Flask('x')\n    register_errors(app)\n    return app\n"
        "def register_errors(app):\n    app.register_error_handler(404, answer)\n"
    )

    assert _found(ANSWER + source) == [("404", True)]

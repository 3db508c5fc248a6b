"""Users."""

from flask import Blueprint, Response, jsonify

from app.api.exchange import json_object
from app.api.security import current_user, public
from app.schemas import SignUp, load, user_body
from app.services import users as service

users = Blueprint("users", __name__, url_prefix="/users")


@users.post("")
@public
def sign_up() -> tuple[Response, int]:
    """Make a new user."""
    wanted = load(SignUp, json_object())
    return jsonify(user_body(service.create(wanted.email, wanted.password))), 201


@users.get("/me")
def me() -> Response:
    """Show who calls."""
    return jsonify(user_body(current_user()))

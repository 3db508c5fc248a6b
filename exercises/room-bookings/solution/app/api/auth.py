"""Logging in."""

from flask import Blueprint, Response, jsonify

from app.api.exchange import json_object
from app.api.security import public
from app.schemas import Credentials, load
from app.services import tokens
from app.services import users as service

auth = Blueprint("auth", __name__, url_prefix="/auth")


@auth.post("/login")
@public
def log_in() -> Response:
    """Exchange credentials for a token."""
    credentials = load(Credentials, json_object())
    user = service.authenticate(credentials.email, credentials.password)
    return jsonify(
        access_token=tokens.issue(user),
        token_type=tokens.SCHEME,
        expires_in=int(tokens.lifetime().total_seconds()),
    )

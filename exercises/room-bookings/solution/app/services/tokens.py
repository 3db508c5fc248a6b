"""Access tokens: who their bearer is, signed."""

from datetime import UTC, datetime, timedelta

import jwt
from flask import current_app

from app.errors import UnauthenticatedError
from app.models import User
from app.services import users

ALGORITHM = "HS256"
SCHEME = "Bearer"


def lifetime() -> timedelta:
    """Return for how long a new token is good."""
    duration: timedelta = current_app.config["SESSION_LIFETIME"]
    return duration


def issue(user: User) -> str:
    """Return a new token for a user."""
    now = datetime.now(UTC)
    claims = {"sub": str(user.id), "iat": now, "exp": now + lifetime()}
    return jwt.encode(claims, current_app.config["SECRET_KEY"], algorithm=ALGORITHM)


def bearer(token: str) -> User:
    """Return the user whose token it is, or raise UnauthenticatedError.

    The user is read anew, so that a token never carries rights that its bearer has lost.
    """
    try:
        claims = jwt.decode(
            token,
            current_app.config["SECRET_KEY"],
            algorithms=[ALGORITHM],
            options={"require": ["sub", "exp"]},
        )
    except jwt.InvalidTokenError:
        raise UnauthenticatedError("The token is not valid, or no longer.") from None
    user = users.with_id(int(claims["sub"]))
    if user is None:
        raise UnauthenticatedError("The token's user is gone.")
    return user

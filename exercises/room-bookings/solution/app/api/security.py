"""Who may call what."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import current_app, g, request

from app.errors import ForbiddenError, UnauthenticatedError
from app.models import Role, User
from app.services import tokens

P = ParamSpec("P")
R = TypeVar("R")

_PUBLIC = "is_public"


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that needs no token."""
    setattr(view, _PUBLIC, True)
    return view


def admin_only(view: Callable[P, R]) -> Callable[P, R]:
    """Answer 403 to everybody but admins."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if current_user().role is not Role.ADMIN:
            raise ForbiddenError("This takes an admin.")
        return view(*args, **kwargs)

    return guarded


def authenticate() -> None:
    """Find out who calls, before any view that is not public."""
    view = current_app.view_functions[request.endpoint or ""]
    if getattr(view, _PUBLIC, False):
        return
    credentials = request.authorization
    if credentials is None or credentials.type != tokens.SCHEME.lower() or not credentials.token:
        raise UnauthenticatedError("Send a token: Authorization: Bearer <token>.")
    g.user = tokens.bearer(credentials.token)


def current_user() -> User:
    """Return the user who calls."""
    user: User = g.user
    return user

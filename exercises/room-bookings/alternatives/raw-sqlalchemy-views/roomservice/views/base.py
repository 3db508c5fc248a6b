"""What every view inherits: who calls, what was sent, how a list is answered."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, ClassVar

import sqlalchemy as sa
from flask import abort, g, request
from flask.typing import ResponseReturnValue
from flask.views import MethodView
from marshmallow import Schema

from roomservice.database import database
from roomservice.problems import ProblemError
from roomservice.tables import users
from roomservice.tokens import signer


def body() -> dict[str, Any]:
    """Return the JSON object that was sent."""
    try:
        sent = request.get_json()
    except RecursionError:
        abort(HTTPStatus.BAD_REQUEST, "Nested too deeply.")
    if not isinstance(sent, dict):
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "Send a JSON object.")
    return sent


def load(schema: Schema, data: Any) -> dict[str, Any]:
    """Return data that a schema accepts; ValidationError is answered centrally."""
    loaded: dict[str, Any] = schema.load(data)
    return loaded


class SignedIn(MethodView):
    """A view for people with a token; some of its methods for admins only."""

    admins_only: ClassVar[frozenset[str]] = frozenset()

    def dispatch_request(self, **values: Any) -> ResponseReturnValue:
        """Find out who calls, and whether they may."""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        user_id = signer().read(token) if kind.lower() == "bearer" else None
        if user_id is not None:
            with database().reading() as db:
                g.user = db.execute(sa.select(users).where(users.c.id == user_id)).one_or_none()
        if user_id is None or g.user is None:
            raise ProblemError(HTTPStatus.UNAUTHORIZED, "Please log in.")
        if request.method in self.admins_only and not self.is_admin:
            raise ProblemError(HTTPStatus.FORBIDDEN, "This is for admins.")
        return super().dispatch_request(**values)

    @property
    def is_admin(self) -> bool:
        """Tell whether an admin calls."""
        return bool(g.user.role == "admin")


def page(
    rows: sa.Select[Any], wanted: dict[str, Any], write: Callable[[Any], dict[str, Any]]
) -> dict[str, Any]:
    """Return one page of rows, both numbers read in one transaction."""
    part = rows.limit(wanted["per_page"]).offset(wanted["offset"])
    count = sa.select(sa.func.count()).select_from(rows.order_by(None).subquery())
    with database().reading() as db:
        items = [write(row) for row in db.execute(part)]
        total = db.execute(count).scalar_one()
    return {
        "items": items,
        "page": wanted["page"],
        "per_page": wanted["per_page"],
        "total": total,
    }

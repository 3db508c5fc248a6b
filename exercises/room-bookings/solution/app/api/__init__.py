"""The HTTP side: one blueprint a resource, all of them behind one door."""

from flask import Blueprint, Flask

from app.api.auth import auth
from app.api.bookings import bookings
from app.api.converters import RowIdConverter
from app.api.rooms import rooms
from app.api.security import authenticate
from app.api.users import users


def register(app: Flask) -> None:
    """Put the resources under /api; whatever is not marked public asks for a token."""
    app.url_map.converters["row_id"] = RowIdConverter
    api = Blueprint("api", __name__, url_prefix="/api")
    api.before_request(authenticate)
    for resource in (auth, users, rooms, bookings):
        api.register_blueprint(resource)
    app.register_blueprint(api)

"""The HTTP side: one blueprint a resource, all of them behind one door."""

from flask import Blueprint, Flask

from ledger.api.accounts import accounts
from ledger.api.books import books
from ledger.api.converters import RowIdConverter
from ledger.api.customers import customers
from ledger.api.movements import movements
from ledger.api.security import authenticate


def register(app: Flask) -> None:
    """Put the resources under /api; all of them ask for a key."""
    app.url_map.converters["row_id"] = RowIdConverter
    api = Blueprint("api", __name__, url_prefix="/api")
    api.before_request(authenticate)
    for resource in (customers, accounts, movements, books):
        api.register_blueprint(resource)
    app.register_blueprint(api)

"""The HTTP side: one blueprint a domain."""

from flask import Flask

from app.views.access import register as register_access
from app.views.accounts import accounts
from app.views.converters import RowIdConverter
from app.views.members import members
from app.views.topics import topics


def register(app: Flask) -> None:
    """Add all pages."""
    app.url_map.converters["row_id"] = RowIdConverter
    register_access(app)
    for blueprint in (accounts, topics, members):
        app.register_blueprint(blueprint)

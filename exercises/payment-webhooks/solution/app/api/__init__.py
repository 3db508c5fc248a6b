"""The HTTP side: the provider's door, the operators', and the one for whoever runs us."""

from flask import Flask

from app.api.health import health
from app.api.operators import operators
from app.api.webhooks import webhooks


def register(app: Flask) -> None:
    """Put the routes in place."""
    for blueprint in (webhooks, operators, health):
        app.register_blueprint(blueprint)

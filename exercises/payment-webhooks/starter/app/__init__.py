"""The payment webhooks service."""

from flask import Flask


def create_app() -> Flask:
    """Create the application."""
    return Flask(__name__)

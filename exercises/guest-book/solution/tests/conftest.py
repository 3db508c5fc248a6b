"""An application with a database of its own for each test."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """Give an application whose table is made."""
    made = create_app({"TESTING": True, "DATABASE_PATH": str(tmp_path / "guests.db")})
    assert made.test_cli_runner().invoke(args=["init-db"]).exit_code == 0
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Give a client of the application."""
    return app.test_client()

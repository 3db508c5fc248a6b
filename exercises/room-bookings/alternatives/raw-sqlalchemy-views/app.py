"""Where `flask` looks first."""

from roomservice import create_app

__all__ = ["create_app"]

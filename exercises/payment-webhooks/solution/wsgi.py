"""The entry point that Flask and gunicorn discover."""

from app import create_app

app = create_app()

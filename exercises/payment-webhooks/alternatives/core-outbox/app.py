"""Where Flask and gunicorn find the application."""

from relay import create_app

app = create_app()

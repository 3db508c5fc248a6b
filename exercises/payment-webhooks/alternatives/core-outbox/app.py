"""Where Flask and gunicorn find the application."""

from webhooks import create_app

app = create_app()

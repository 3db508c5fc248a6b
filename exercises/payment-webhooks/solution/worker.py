"""The entry point of the worker: `celery -A worker worker`."""

from app import create_app, sweeper

flask_app = create_app()
celery = flask_app.extensions["celery"]
sweeper.attach(flask_app)

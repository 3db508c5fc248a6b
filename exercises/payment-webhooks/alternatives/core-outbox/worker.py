"""Where Celery finds its application."""

from relay.worker import celery

__all__ = ["celery"]

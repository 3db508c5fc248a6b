"""Where Celery finds its application."""

from webhooks.worker import celery

__all__ = ["celery"]

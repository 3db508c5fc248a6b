from app import celery  # noqa: F401

"""The entry point of the worker: `celery -A worker worker`."""

import os

from celery import Celery

celery = Celery("webhooks", broker=os.environ.get("REDIS_URL"))

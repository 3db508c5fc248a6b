"""Sends to the queue what should be there: a thread beside the worker's consumer.

Messages are only wake-up calls. They get lost with a Redis that is down or restarted, and with a
worker that is killed; the events themselves are in the database, where the sweeper finds them.
"""

import logging
from threading import Event, Thread

from celery.signals import worker_ready, worker_shutting_down
from flask import Flask

from app.services import outbox

SECONDS = 1.0

log = logging.getLogger(__name__)


class Sweeper:
    """Looks for events that nobody works on, every second."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._over = Event()

    def start(self, **_: object) -> None:
        """Start when the worker does; what its predecessor left unfinished comes first."""
        Thread(target=self._run, name="sweeper", daemon=True).start()

    def stop(self, **_: object) -> None:
        """Send nothing more to a worker that is about to leave."""
        self._over.set()

    def _run(self) -> None:
        began = False
        while not self._over.wait(SECONDS if began else 0):
            try:
                with self._app.app_context():
                    if not began:
                        outbox.take_over()
                        began = True
                    outbox.publish_overdue()
            except Exception:
                log.exception("could not look for events that wait")
                self._over.wait(SECONDS)


def attach(app: Flask) -> None:
    """Let a sweeper run for as long as this worker does."""
    sweeper = Sweeper(app)
    worker_ready.connect(sweeper.start, weak=False)
    worker_shutting_down.connect(sweeper.stop, weak=False)

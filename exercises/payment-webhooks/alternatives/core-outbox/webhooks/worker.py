"""The worker: a dispatcher that hands what is due to Celery, and the task that sends it."""

import json
import logging
import threading
from datetime import datetime
from typing import Any

import urllib3
from celery import Celery, signals

from webhooks import observability
from webhooks.settings import Settings
from webhooks.storage import Row, Storage

TICK = 0.1
BATCH = 20

settings = Settings.from_environment()
celery = Celery("webhooks", broker=settings.redis_url)
celery.conf.update(
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"max_retries": 0, "socket_timeout": 3},
)
signals.setup_logging.connect(observability.configure)

log = logging.getLogger("webhooks.worker")
_own = threading.local()


def storage() -> Storage:
    """Return a database of this process and thread: connections do not survive a fork."""
    if not hasattr(_own, "storage"):
        _own.storage = Storage(settings.database_url)
    found: Storage = _own.storage
    return found


@signals.worker_process_init.connect
def _forget(**_: object) -> None:
    _own.__dict__.clear()


@celery.task(name="send")
def send(event: dict[str, Any]) -> None:
    """Send an event once, and write down what came of it."""
    observability.current.set(event["request_id"])
    error, final = _post(event)
    again_in = None
    if error and not final and event["tries"] < settings.max_attempts:
        again_in = settings.retry_base_seconds * 2 ** (event["tries"] - 1)
    storage().done(event["key"], event["tries"], error=error, again_in=again_in)
    log.info(error or "delivered", extra={"event_id": event["id"], "try": event["tries"]})


def _post(event: dict[str, Any]) -> tuple[str | None, bool]:
    http = urllib3.PoolManager(retries=False, timeout=settings.ledger_timeout_seconds)
    try:
        answer = http.request(
            "POST",
            f"{settings.ledger_url}/entries",
            body=json.dumps(event["body"]).encode(),
            headers={
                "Content-Type": "application/json",
                "Idempotency-Key": event["id"],
                "X-Request-ID": event["request_id"],
            },
        )
    except urllib3.exceptions.HTTPError as error:
        return type(error).__name__, False
    if 200 <= answer.status < 300:
        return None, True
    return f"status {answer.status}", not (answer.status == 429 or answer.status >= 500)


class Dispatcher(threading.Thread):
    """Hands what is due to the task, again and again."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.over = threading.Event()

    def run(self) -> None:
        """Work until it is over."""
        while not self.over.wait(TICK):
            try:
                for event in storage().take(BATCH, settings.ledger_timeout_seconds + 4):
                    send.apply_async((_message(event),), retry=False)
            except Exception as error:
                log.error("cannot dispatch: %s", type(error).__name__)
                self.over.wait(1)


def _message(event: Row) -> dict[str, Any]:
    return {k: v for k, v in event.items() if not isinstance(v, datetime)}


dispatcher = Dispatcher()
signals.worker_ready.connect(lambda **_: dispatcher.start(), weak=False)
signals.worker_shutting_down.connect(lambda **_: dispatcher.over.set(), weak=False)

"""The engine, and units of work that are tried again when somebody else was faster."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection

from ledger.tables import metadata

T = TypeVar("T")
TIMES = 60

db = SQLAlchemy(metadata=metadata)
migrate = Migrate()


class Overtaken(Exception):
    """Somebody has changed what we have read."""


@contextmanager
def connected() -> Iterator[Connection]:
    """Connect; commit what the block has done, or nothing of it if it raises."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys = ON")
        yield connection


def again_if_overtaken(work: Callable[..., T], *arguments: Any) -> T:
    """Return what the work returns, once nobody has come between."""
    for attempt in range(TIMES):
        try:
            with connected() as connection:
                return work(connection, *arguments)
        except Overtaken:
            time.sleep(random.random() * 0.004 * min(attempt, 10))
    raise TimeoutError("somebody else was always faster")

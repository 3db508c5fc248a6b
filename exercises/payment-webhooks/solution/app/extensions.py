"""The extensions, bound to an application in its factory, and the unit of work."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from celery import Celery, Task
from celery.signals import worker_process_init
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

from app.models import Base

db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})
migrate = Migrate()


@contextmanager
def transaction() -> Iterator[None]:
    """Commit what the block has done, or nothing of it if it raises."""
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


def init_celery(app: Flask, tasks: Sequence[Callable[..., Any]]) -> None:
    """Make the application's Celery, whose tasks run in the application's context."""

    class ContextTask(Task):  # type: ignore[misc] # Celery has no types
        def __call__(self, *args: object, **kwargs: object) -> object:
            with app.app_context():
                return self.run(*args, **kwargs)

    celery = Celery(app.name, task_cls=ContextTask)
    celery.config_from_object(app.config["CELERY"])
    for task in tasks:
        celery.task(name=task.__name__)(task)
    celery.set_default()
    app.extensions["celery"] = celery

    def forget_connections(**_: object) -> None:
        """Leave the connections of the process that we were forked from to that process."""
        with app.app_context():
            db.engine.dispose(close=False)

    worker_process_init.connect(forget_connections, weak=False)

"""S11: Celery wired with the application's context."""

from pathlib import Path

import pytest

from flaskgrade.checks.celery import CHECK
from flaskgrade.model.evidence import Evidence, Location, Status
from tests.checks.contexts import context_of

# As in https://flask.palletsprojects.com/en/stable/patterns/celery/
APP = """
import os
from celery import Celery, Task
from flask import Flask


def celery_init_app(app: Flask) -> Celery:
    class FlaskTask(Task):
        def __call__(self, *args: object, **kwargs: object) -> object:
            with app.app_context():
                return self.run(*args, **kwargs)

    celery_app = Celery(app.name, task_cls=FlaskTask)
    celery_app.config_from_object(app.config["CELERY"])
    celery_app.set_default()
    app.extensions["celery"] = celery_app
    return celery_app


def create_app() -> Flask:
    app = Flask(__name__)
    app.config.from_mapping(CELERY={"broker_url": os.environ["BROKER_URL"]})
    celery_init_app(app)
    return app
"""
BARE_APP = """
from celery import Celery
from flask import Flask

app = Flask(__name__)
celery = Celery("app", broker="redis://localhost:6379/0")
"""
MODELS = """
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Letter(db.Model):
    id = db.Column(db.Integer, primary_key=True)
"""
TASKS = """
from celery import shared_task
from flask import current_app
from models import Letter, db


def deliver(letter):
    letter.sender = current_app.config["SENDER"]


@shared_task(ignore_result=False)
def send(id):
    deliver(Letter.query.get(id))
    db.session.commit()


@shared_task
def add(a, b):
    return a + b
"""
HELPED = """
from celery import shared_task
from app import app
from models import db


@shared_task
def one():
    with app.app_context():
        db.session.commit()
"""


def celery(tmp_path: Path, **files: str) -> Evidence:
    """Return what the check says of some modules."""
    return CHECK.run(context_of(tmp_path, {f"{name}.py": text for name, text in files.items()}))


def lost(evidence: Evidence) -> list[str]:
    """Return the questions that were answered with no."""
    failed = [item for item in evidence.items if item.status is Status.FAILED]
    return [item.id.removeprefix("celery:") for item in failed]


def test_flasks_own_pattern_earns(tmp_path: Path) -> None:
    """A base of tasks that enters the context, and settings of the application."""
    evidence = celery(tmp_path, app=APP, models=MODELS, tasks=TASKS)

    assert evidence.status is Status.PASSED
    assert len(evidence.items) == 3


def test_bare_tasks_and_a_literal_address_lose(tmp_path: Path) -> None:
    """The finding names the task and what it uses; the other task needs no context."""
    evidence = celery(tmp_path, app=BARE_APP, models=MODELS, tasks=TASKS)

    assert lost(evidence) == ["context", "base", "settings"]
    first = evidence.findings[0]
    assert first.location == Location(path="tasks.py", line=12)
    assert first.message == "The task send uses Letter.query at tasks.py:13 in no context"
    assert "task_cls" in evidence.items[0].message


def test_what_a_task_calls_is_followed(tmp_path: Path) -> None:
    """A service that uses current_app needs a context as much."""
    tasks = TASKS.replace("Letter.query.get(id)", "id").replace("    db.session.commit()\n", "")
    evidence = celery(tmp_path, app=BARE_APP, models=MODELS, tasks=tasks)

    assert evidence.findings[0].message == (
        "The task send uses current_app at tasks.py:8 in no context"
    )


OLD = """
from celery import Celery
from flask import Flask


def make_celery(app):
    celery = Celery(app.import_name, broker=app.config["BROKER_URL"])

    class ContextTask(celery.Task):
        def __call__(self, *args, **kwargs):
            with app.app_context():
                return self.run(*args, **kwargs)

    celery.Task = ContextTask
    return celery


app = Flask(__name__)
"""
SUBCLASS = """
from celery import Celery
from flask import Flask, current_app
from entered import ContextTask


class FlaskCelery(Celery):
    task_cls = ContextTask


app = Flask(__name__)
celery = FlaskCelery()
"""
ENTERED = """
from celery import Task
from app import app


class ContextTask(Task):
    def __call__(self, *args, **kwargs):
        with app.app_context():
            return super().__call__(*args, **kwargs)
"""
SIGNAL = """
from celery import Celery
from celery.signals import worker_process_init
from flask import Flask

app = Flask(__name__)
celery = Celery()


@worker_process_init.connect
def enter(**kwargs):
    app.app_context().push()
"""


WORKER = BARE_APP.replace('"redis', 'BROKER or "redis')
CELERYEXT = """
from flask import Flask
from flask_celeryext import FlaskCeleryExt

app = Flask(__name__)
FlaskCeleryExt(app)
"""
HELPER = """
from flask import Flask
from flask_celery import Celery

app = Flask(__name__)
celery = Celery()
celery.init_app(app)
"""


@pytest.mark.parametrize(
    "files",
    [
        {"app": f"{OLD}celery = make_celery(app)\n"},
        {"app": SUBCLASS, "entered": ENTERED},
        {"app": SIGNAL},
        {"app": WORKER, "celery_worker": "from app import app\napp.app_context().push()\n"},
        {"app": CELERYEXT},
        {"app": HELPER},
    ],
)
def test_other_ways_to_a_context_earn(tmp_path: Path, files: dict[str, str]) -> None:
    """The older factory, a subclass, a signal, the worker's own module, extensions."""
    evidence = celery(tmp_path, models=MODELS, tasks=TASKS, **files)

    assert evidence.status is Status.PASSED


def test_a_base_of_one_task_serves_that_task(tmp_path: Path) -> None:
    """As `base` of its decorator."""
    tasks = TASKS.replace("ignore_result=False", "base=ContextTask").replace(
        "from models", "from entered import ContextTask\nfrom models"
    )
    evidence = celery(tmp_path, app=BARE_APP, models=MODELS, tasks=tasks, entered=ENTERED)

    assert lost(evidence) == ["settings"]


@pytest.mark.parametrize("files", [{"app": OLD}, {"app": BARE_APP, "entered": ENTERED}])
def test_a_class_that_nothing_uses_gives_no_context(tmp_path: Path, files: dict[str, str]) -> None:
    """Neither a factory that is not called nor a class that is not handed over."""
    evidence = celery(tmp_path, models=MODELS, tasks=TASKS, **files)

    assert lost(evidence)[:2] == ["context", "base"]


@pytest.mark.parametrize(("times", "questions"), [(1, []), (2, ["base"])])
def test_one_task_may_enter_its_context_itself_and_two_should_share(
    tmp_path: Path, times: int, questions: list[str]
) -> None:
    """What is repeated is forgotten the third time."""
    more = "".join(
        HELPED.split("models import db\n")[1].replace("one", "two") for _ in range(times - 1)
    )
    app = BARE_APP.replace('"redis://localhost:6379/0"', 'os.environ["BROKER_URL"]')

    assert lost(celery(tmp_path, app=app, models=MODELS, tasks=HELPED + more)) == questions


@pytest.mark.parametrize(
    ("line", "questions"),
    [
        ("celery.conf.broker_url = 'redis://localhost'", ["settings"]),
        ("celery.conf.update(result_backend='redis://localhost')", ["settings"]),
        ("celery.conf.update({'broker_url': 'redis://localhost'})", ["settings"]),
        ("ADDRESS = 'redis://localhost'\nother = Celery('b', broker=ADDRESS)", ["settings"]),
        ("other = Celery('b', broker=os.environ.get('BROKER', 'redis://localhost'))", []),
        ("other = Celery('b', broker=Config.BROKER)", []),
        ("celery.conf.update(app.config)", []),
    ],
)
def test_an_address_that_is_written_in_the_code_loses(
    tmp_path: Path, line: str, questions: list[str]
) -> None:
    """A default beside the environment is a setting."""
    app = BARE_APP.replace(', broker="redis://localhost:6379/0"', "")

    assert lost(celery(tmp_path, app=f"{app}{line}\n")) == questions


def test_a_project_without_celery_is_not_judged(tmp_path: Path) -> None:
    """There are no tasks."""
    app = "from flask import Flask\napp = Flask(__name__)\n"

    assert celery(tmp_path, app=app).status is Status.SKIPPED

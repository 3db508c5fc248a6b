"""Work in the background, and whether it has a context."""

import pytest

from flaskgrade.flaskapp.analyse import facts_of, load
from flaskgrade.flaskapp.background import BackgroundWork, find_background_work

HEAD = (
    "from flask import Flask, copy_current_request_context, current_app, g, render_template\n"
    "from flask import url_for, has_app_context\n"
    "from flask_sqlalchemy import SQLAlchemy\nfrom flask_mail import Mail\n"
    "from threading import Thread, Timer\nimport threading, gevent, schedule, asyncio\n"
    "from concurrent.futures import ThreadPoolExecutor\nfrom functools import partial\n"
    "from apscheduler.schedulers.background import BackgroundScheduler\n"
    "from flask_apscheduler import APScheduler\nfrom flask_socketio import SocketIO\n"
    "app = Flask(__name__)\ndb = SQLAlchemy()\nmail = Mail()\npool = ThreadPoolExecutor(2)\n"
    "scheduler = BackgroundScheduler()\njobs = APScheduler()\nsocketio = SocketIO()\n"
    "class Item(db.Model):\n    id = db.Column(db.Integer)\n"
)
WORK = "def work():\n    return current_app.name\n"


def background(source: str) -> tuple[BackgroundWork, ...]:
    """Return the background work of a module."""
    code = load({"app.py": HEAD + source})
    return find_background_work(code.project, facts_of(code).models)


def unmet(source: str) -> list[str | None]:
    """Return what each work needs a context for and has none."""
    return [work.unmet.what if work.unmet else None for work in background(source)]


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        ("def view():\n    Thread(target=work).start()", "thread"),
        ("def view():\n    threading.Thread(None, work).start()", "thread"),
        ("def view():\n    Thread(target=lambda: work()).start()", "thread"),
        ("def view():\n    Timer(3, work).start()", "thread"),
        ("def view():\n    gevent.spawn(work)", "thread"),
        ("def view():\n    socketio.start_background_task(work)", "thread"),
        ("def view():\n    pool.submit(work)", "pool"),
        ("def view():\n    pool.submit(partial(work, 1))", "pool"),
        ("def view():\n    with ThreadPoolExecutor() as p:\n        p.map(work, [])", "pool"),
        ("async def view():\n    loop.run_in_executor(None, work)", "pool"),
        ("scheduler.add_job(work, 'interval')", "scheduled job"),
        ("scheduler.add_job(func=work)", "scheduled job"),
        ("schedule.every(1).hours.do(work)", "scheduled job"),
        (
            "@scheduler.scheduled_job('cron')\ndef job():\n    return work()",
            "scheduled job",
        ),
        ("@jobs.task('interval')\ndef job():\n    return work()", "scheduled job"),
    ],
)
def test_work_is_known_by_how_it_is_started(start: str, kind: str) -> None:
    """A thread, a pool, a scheduler; and what it calls is followed."""
    (found,) = background(WORK + start)

    assert found.kind == kind
    assert found.unmet is not None
    assert (found.unmet.what, found.unmet.location.line) == ("current_app", HEAD.count("\n") + 2)


def test_a_thread_of_ones_own_is_one() -> None:
    """What it runs is its method `run`."""
    assert unmet("class Work(Thread):\n    def run(self):\n        g.user = 1\n") == ["g"]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("db.session.commit()", "db.session"),
        ("Item.query.all()", "Item.query"),
        ("db.create_all()", "db.create_all"),
        ("render_template('a.html')", "render_template"),
        ("url_for('a')", "url_for"),
        ("mail.send(message)", "mail.send"),
        ("queue.send(message)", None),
        ("session.commit()", None),
        ("with app.app_context():\n        db.session.commit()", None),
        ("with app.test_request_context():\n        url_for('a')", None),
        ("if has_app_context():\n        g.user = 1", None),
        ("try:\n        g.user = 1\n    except RuntimeError:\n        pass", None),
        ("with entered():\n        db.session.commit()", None),
    ],
)
def test_what_needs_a_context_and_what_enters_one(body: str, what: str | None) -> None:
    """By Flask's own functions and those of its extensions."""
    manager = (
        "from contextlib import contextmanager\n@contextmanager\ndef entered():\n"
        "    with app.app_context():\n        yield\n"
    )

    assert unmet(f"{manager}def work():\n    {body}\ndef f():\n    Thread(target=work)\n") == [what]


OWN = (
    "def in_context(f):\n    def inner():\n        with app.app_context():\n            f()\n"
    "    return inner\n@in_context\ndef job():\n    g.user = 1\n"
    "def view():\n    Thread(target=job)"
)
FLASKS = (
    "def view():\n    @copy_current_request_context\n    def job():\n        g.user = 1\n"
    "    Thread(target=job)"
)


@pytest.mark.parametrize("start", [OWN, FLASKS])
def test_a_decorator_may_enter_the_context(start: str) -> None:
    """The project's own, or Flask's."""
    assert set(unmet(start)) <= {None}


def test_what_only_looks_alike_starts_nothing() -> None:
    """A form is submitted, a thread is of a forum."""
    view = "def view():\n    form.submit(work)\n    forum.Thread(target=work)\n    map(work, [])\n"

    assert background(WORK + view) == ()

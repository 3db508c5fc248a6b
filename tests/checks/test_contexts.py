"""S5: what needs a context has one."""

from pathlib import Path

import pytest

from flaskgrade.checks.contexts import CHECK
from flaskgrade.model.evidence import Evidence, Location, Status
from tests.checks.contexts import context_of

EARNS = """
from threading import Thread
from flask import Flask, current_app, g, request
from werkzeug.local import LocalProxy

settings = LocalProxy(lambda: current_app.config)


def send(app, address):
    with app.app_context():
        return current_app.config["SENDER"], address


def create_app():
    app = Flask(__name__)

    @app.post("/letters")
    def letters():
        g.address = request.get_json()["address"]
        Thread(target=send, args=(current_app._get_current_object(), g.address)).start()
        return "", 202

    @app.cli.command("letters")
    def resend():
        print(current_app.name)

    return app
"""
LOSES = """
from threading import Thread
from flask import Flask, current_app, request

app = Flask(__name__)


def send():
    return current_app.config["SENDER"]


@app.post("/letters")
def letters():
    Thread(target=send).start()
    return request.path, 202
"""


def contexts(tmp_path: Path, source: str, **files: str) -> Evidence:
    """Return what the check says of `app.py` and some more files."""
    others = {f"{name.replace('__', '/')}.py": text for name, text in files.items()}
    return CHECK.run(context_of(tmp_path, {"app.py": source, **others}))


def test_proxies_in_functions_and_threads_with_the_application_earn(tmp_path: Path) -> None:
    """A LocalProxy of a lambda and a command are fine, too."""
    evidence = contexts(tmp_path, EARNS)

    assert evidence.status is Status.PASSED
    assert len(evidence.items) == 3


def test_a_thread_without_a_context_loses(tmp_path: Path) -> None:
    """The finding says what is used where, and who starts it."""
    evidence = contexts(tmp_path, LOSES)

    (finding,) = evidence.findings
    assert finding.code == "contexts:background"
    assert finding.location == Location(path="app.py", line=9)
    assert finding.message == (
        "current_app is used in a thread: send, which app.py:14 starts, enters no context"
    )


def test_a_proxy_that_is_read_at_import_loses(tmp_path: Path) -> None:
    """There is no application yet."""
    evidence = contexts(
        tmp_path, EARNS, mail="from flask import current_app\nA = current_app.name\n"
    )

    assert [(f.code, str(f.location)) for f in evidence.findings] == [
        ("contexts:early", "mail.py:2")
    ]


@pytest.mark.parametrize(("path", "lost"), [("app", 1), ("worker", 0)])
def test_a_context_pushed_for_good_loses_in_the_application(
    tmp_path: Path, path: str, lost: int
) -> None:
    """A worker's own module may have one."""
    push = "\napp.app_context().push()\n"
    app = LOSES.replace("Thread(target=send).start()", "pass")
    files = {"app.py": app, "worker.py": f"from app import app{push}"}
    files[f"{path}.py"] += push if path == "app" else ""
    if path == "app":
        del files["worker.py"]
    evidence = CHECK.run(context_of(tmp_path, files))

    assert len(evidence.findings) == lost


def test_the_environment_of_migrations_is_not_judged(tmp_path: Path) -> None:
    """Flask-Migrate's template reads current_app as it is run, in a context."""
    env = (
        "from alembic import context\nfrom flask import current_app\n"
        "url = current_app.config['URL']\ncontext.configure(url=url)\n"
    )

    assert contexts(tmp_path, EARNS, migrations__env=env).status is Status.PASSED


def test_what_is_no_flask_project_is_not_judged(tmp_path: Path) -> None:
    """There is no context to be in."""
    assert contexts(tmp_path, "def f():\n    return 1\n").status is Status.SKIPPED

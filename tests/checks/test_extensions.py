"""S3: extensions are made unbound, and bound in the factory."""

from pathlib import Path

from flaskgrade.checks.extensions import CHECK
from flaskgrade.model.evidence import Location, Status
from tests.checks.contexts import context_of

EXTENSIONS = """
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
login = LoginManager()
"""
EARNS = """
from flask import Flask
from flask_cors import CORS
from extensions import db, login


def create_app():
    app = Flask(__name__)
    db.init_app(app)
    login.init_app(app)
    CORS(app)
    return app
"""
LOSES = """
from flask import Flask
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)
login = LoginManager()
login.init_app(app)
"""


def _answers(tmp_path: Path, files: dict[str, str]) -> dict[str, bool]:
    evidence = CHECK.run(context_of(tmp_path, files))
    return {item.id.split(":")[1]: item.status is Status.PASSED for item in evidence.items}


def test_extensions_that_a_factory_binds_earn_everything(tmp_path: Path) -> None:
    """Those made at import and bound later, and those made where they are bound."""
    evidence = CHECK.run(context_of(tmp_path, {"extensions.py": EXTENSIONS, "app.py": EARNS}))

    assert evidence.status is Status.PASSED
    assert evidence.findings == ()
    assert evidence.summary == "3 extensions: none bound at import, none not bound."


def test_extensions_bound_at_import_lose_at_their_lines_with_what_to_do(tmp_path: Path) -> None:
    """Whether made with the application, or bound to it in the next line."""
    evidence = CHECK.run(context_of(tmp_path, {"app.py": LOSES}))

    assert [(f.code, f.location) for f in evidence.findings] == [
        ("extensions:apart", Location(path="app.py", line=7)),
        ("extensions:most", Location(path="app.py", line=7)),
        ("extensions:at-import", Location(path="app.py", line=7)),
        ("extensions:at-import", Location(path="app.py", line=9)),
    ]
    assert "db = SQLAlchemy(), and call db.init_app(app)" in evidence.items[0].message


def test_one_extension_of_several_at_import_costs_less_than_all(tmp_path: Path) -> None:
    """The degrees: what is made apart, what most do, what all do."""
    one = EARNS.replace(
        "def create_app", "from base import app as other\nCORS(other)\n\n\ndef create_app"
    )
    base = "from flask import Flask\napp = Flask(__name__)\n"

    answers = _answers(tmp_path, {"extensions.py": EXTENSIONS, "app.py": one, "base.py": base})

    assert answers == {"apart": False, "most": True, "at-import": False, "bound": True}


def test_an_extension_that_only_dead_code_binds_is_not_bound(tmp_path: Path) -> None:
    """A function that nothing calls binds nothing."""
    dead = (
        EARNS.replace("    login.init_app(app)\n", "")
        + "\n\ndef old(app):\n    login.init_app(app)\n"
    )

    answers = _answers(tmp_path, {"extensions.py": EXTENSIONS, "app.py": dead})

    assert answers == {"apart": True, "most": True, "at-import": True, "bound": False}


def test_an_application_without_extensions_is_not_judged(tmp_path: Path) -> None:
    """There is nothing to bind."""
    evidence = CHECK.run(context_of(tmp_path, {"app.py": "from flask import Flask\nFlask('x')\n"}))

    assert evidence.status is Status.SKIPPED

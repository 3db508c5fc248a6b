"""The check of the application factory."""

from pathlib import Path

from flaskgrade.checks.factory import CHECK
from flaskgrade.model.evidence import Evidence, Status
from tests.checks.contexts import context_of

FACTORY = """from flask import Flask

def create_app(config=None):
    app = Flask(__name__)
    app.config.from_mapping(config or {})
    return app
"""


def statuses(evidence: Evidence) -> list[Status]:
    """Return how the items ended, in order."""
    return [item.status for item in evidence.items]


def test_a_factory_with_a_configuration_earns_all(tmp_path: Path) -> None:
    """`app = create_app()` in the file that is served costs nothing."""
    files = {"shop.py": FACTORY, "wsgi.py": "from shop import create_app\napp = create_app()\n"}

    evidence = CHECK.run(context_of(tmp_path, files))

    assert evidence.status is Status.PASSED
    assert statuses(evidence) == [Status.PASSED] * 3
    assert evidence.findings == ()
    assert "create_app() in shop.py:3" in evidence.summary


def test_an_app_at_module_level_loses_all(tmp_path: Path) -> None:
    """The finding names the place."""
    files = {"app.py": "from flask import Flask\n\napp = Flask(__name__)\n"}

    evidence = CHECK.run(context_of(tmp_path, files))

    assert evidence.status is Status.FAILED
    assert statuses(evidence) == [Status.FAILED] * 3
    assert {str(f.location) for f in evidence.findings if f.location} == {"app.py:3"}


def test_a_factory_without_a_parameter_loses_that_item(tmp_path: Path) -> None:
    """Nobody can ask it for a test configuration."""
    source = FACTORY.replace("config=None", "").replace("config or {}", "{}")

    evidence = CHECK.run(context_of(tmp_path, {"app.py": source}))

    assert statuses(evidence) == [Status.PASSED, Status.FAILED, Status.PASSED]
    assert [f.code for f in evidence.findings] == ["factory:takes-config"]


def test_a_second_app_at_import_loses_that_item(tmp_path: Path) -> None:
    """The factory itself is still worth its own."""
    files = {"a.py": FACTORY, "b.py": "from flask import Flask\nspare = Flask('spare')\n"}

    evidence = CHECK.run(context_of(tmp_path, files))

    assert statuses(evidence) == [Status.PASSED, Status.PASSED, Status.FAILED]


def test_nothing_of_flask_earns_nothing(tmp_path: Path) -> None:
    """Absence is no merit: there is no app at import because there is no app."""
    evidence = CHECK.run(context_of(tmp_path, {"app.py": "print('hello')\n"}))

    assert statuses(evidence) == [Status.FAILED] * 3
    assert evidence.summary == "No Flask application was found."


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """So that the reader knows why no factory was found."""
    evidence = CHECK.run(context_of(tmp_path, {"app.py": "def create_app(:\n"}))

    assert "Not read: app.py" in evidence.items[0].message


def test_a_factory_beside_the_app_that_is_served_is_none(tmp_path: Path) -> None:
    """The message says which is which."""
    served = "from flask import Flask\n\napp = Flask(__name__)\n\n@app.get('/')\ndef f(): ...\n"

    evidence = CHECK.run(context_of(tmp_path, {"app.py": served, "decoy.py": FACTORY}))

    assert statuses(evidence) == [Status.FAILED] * 3
    assert "app.py:3" in evidence.items[0].message
    assert "decoy.py:3" in evidence.items[0].message


def test_the_factory_that_is_served_is_the_one_that_counts(tmp_path: Path) -> None:
    """A better one beside it changes nothing."""
    plain = FACTORY.replace("config=None", "").replace("config or {}", "{}")
    files = {"decoy.py": FACTORY, "shop.py": plain, ".flaskenv": "FLASK_APP=shop:create_app\n"}

    evidence = CHECK.run(context_of(tmp_path, files))

    assert statuses(evidence) == [Status.PASSED, Status.FAILED, Status.PASSED]

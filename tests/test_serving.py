"""How a submission is started follows from its own word, Flask's search, then its source."""

from pathlib import Path

from flaskgrade.model.environment import Declaration
from flaskgrade.model.exercise import Launch
from flaskgrade.serving import find_apps, plan_start
from tests.checks.contexts import context_of

FACTORY = "from flask import Flask\ndef create_app():\n    return Flask(__name__)\n"
MODULE = "from flask import Flask\napp = Flask(__name__)\n"


def apps(tmp_path: Path, files: dict[str, str]) -> tuple[str, ...]:
    """The FLASK_APP values for a submission of these files."""
    context = context_of(tmp_path, files)
    return find_apps(context.submission, context.facts)


def test_flasks_own_search_comes_first(tmp_path: Path) -> None:
    """With a wsgi.py, Flask's own discovery is tried before anything that we found."""
    assert apps(tmp_path, {"wsgi.py": MODULE})[0] == ""


def test_the_submissions_word_comes_before_all(tmp_path: Path) -> None:
    """FLASK_APP in .flaskenv is what its author runs."""
    found = apps(tmp_path, {".flaskenv": "FLASK_APP=shop:make\n", "app.py": MODULE})

    assert found[:2] == ("shop:make", "")


def test_a_factory_in_a_package_is_found(tmp_path: Path) -> None:
    """Without any hint, a factory that the source shows is the app."""
    assert apps(tmp_path, {"shop/__init__.py": FACTORY}) == ("shop:create_app",)


def test_a_src_layout_is_imported_by_its_package(tmp_path: Path) -> None:
    """`src` is a folder to import from, not a part of the module's name."""
    assert apps(tmp_path, {"src/shop/main.py": MODULE}) == ("shop.main:app",)


def test_a_dotenv_cannot_smuggle_settings(tmp_path: Path) -> None:
    """Only FLASK_APP is read, and only a value that can be a module."""
    files = {".env": "FLASK_APP=x; touch /tmp/y\nLD_PRELOAD=./evil.so\n", "app.py": MODULE}

    context = context_of(tmp_path, files)
    start = plan_start(
        context.submission, context.facts, Declaration(requirements=(), files=()), None
    )

    assert start.apps[0] == ""
    assert "LD_PRELOAD" not in dict(start.settings)


def test_an_exercise_names_the_settings(tmp_path: Path) -> None:
    """The exercise's environment reaches the app, the scratch folder filled in."""
    context = context_of(tmp_path, {"app.py": MODULE})
    launch = Launch(app="app:app", environment=(("DATABASE_URL", "sqlite:///{scratch}/a.db"),))

    start = plan_start(context.submission, context.facts, context.declaration, launch)

    assert dict(start.settings)["DATABASE_URL"] == "sqlite:////tmp/scratch/a.db"
    assert start.apps == ("app:app",)

"""S4: configuration from the environment, and one for the tests."""

from pathlib import Path

import pytest

from flaskgrade.checks.configuration import CHECK
from flaskgrade.model.evidence import Location, Status
from tests.checks.contexts import context_of

EARNS = """
import os

from flask import Flask


def create_app(overrides=None):
    app = Flask(__name__)
    app.config.from_mapping(
        SQLALCHEMY_DATABASE_URI=os.environ.get("DATABASE_URL", "sqlite:///shop.db"),
        SECRET_KEY=os.environ["SECRET_KEY"],
    )
    app.config.from_mapping(overrides or {})
    return app
"""
TESTS = """
import pytest
from app import create_app


@pytest.fixture
def app():
    return create_app({"TESTING": True})


def test_app(app):
    assert app.testing
"""
LOSES = """
from flask import Flask

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///shop.db"
app.config["SECRET_KEY"] = "dev"
"""
LOSING_TESTS = """
from app import app


def test_app():
    assert app.test_client().get("/").status_code == 404
"""


def _lost(tmp_path: Path, files: dict[str, str]) -> list[str]:
    evidence = CHECK.run(context_of(tmp_path, files))
    return [i.id.split(":")[1] for i in evidence.items if i.status is Status.FAILED]


def test_settings_from_the_environment_with_overrides_for_tests_earn_everything(
    tmp_path: Path,
) -> None:
    """A default address is no constant."""
    evidence = CHECK.run(context_of(tmp_path, {"app.py": EARNS, "tests/test_app.py": TESTS}))

    assert evidence.status is Status.PASSED
    assert evidence.findings == ()


def test_constants_in_the_source_lose_at_their_lines_with_what_to_do(tmp_path: Path) -> None:
    """The address, the secret, the tests that take what there is, and nothing from outside."""
    files = {"app.py": LOSES, "tests/test_app.py": LOSING_TESTS}
    evidence = CHECK.run(context_of(tmp_path, files))

    assert [(f.code.split(":")[1], f.location) for f in evidence.findings] == [
        ("outside", Location(path="app.py", line=5)),
        ("addresses", Location(path="app.py", line=5)),
        ("tests", None),
        ("secrets", Location(path="app.py", line=6)),
        ("defaults", Location(path="app.py", line=6)),
    ]
    assert "os.environ['SECRET_KEY']" in evidence.items[3].message


def test_a_default_for_development_is_a_mild_matter_of_its_own(tmp_path: Path) -> None:
    """It costs one question where a literal costs two."""
    default = EARNS.replace('os.environ["SECRET_KEY"]', 'os.environ.get("SECRET_KEY", "dev")')
    literal = EARNS.replace('os.environ["SECRET_KEY"]', '"dev"')

    assert _lost(tmp_path / "a", {"app.py": default}) == ["defaults"]
    assert _lost(tmp_path / "b", {"app.py": literal}) == ["secrets", "defaults"]


@pytest.mark.parametrize(
    "settings",
    [
        (
            "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n"
            "    DATABASE_URL: str = 'sqlite:///a.db'\n    SECRET_KEY: str\n"
        ),
        "from environs import Env\n\nenv = Env()\nSECRET_KEY = env.str('SECRET_KEY')\n",
        "from decouple import config\n\nSECRET_KEY = config('SECRET_KEY')\n",
        "from dynaconf import FlaskDynaconf\n\nFlaskDynaconf()\n",
        (
            "import os\nfrom dataclasses import dataclass\n\n\n@dataclass\nclass Config:\n"
            "    url: str = 'sqlite:///a.db'\n\n\nloaded = Config(os.environ['URL'])\n"
        ),
    ],
)
def test_settings_earn_by_whatever_library(tmp_path: Path, settings: str) -> None:
    """pydantic-settings, environs, python-decouple, Dynaconf, a dataclass."""
    app = (
        "from flask import Flask\nimport settings\n\n\ndef create_app(config=None):\n"
        "    app = Flask(__name__)\n    app.config.from_object(config or settings)\n"
        "    return app\n"
    )

    assert _lost(tmp_path, {"app.py": app, "settings.py": settings}) == []


def test_what_starts_the_server_is_no_setting_of_the_application(tmp_path: Path) -> None:
    """A port from the environment beside constants earns nothing."""
    run = "\nimport os\n\napp.run(port=int(os.environ.get('PORT', 5000)))\n"

    assert "outside" in _lost(tmp_path, {"app.py": LOSES + run})


def test_an_application_without_settings_is_not_judged(tmp_path: Path) -> None:
    """There is nothing to configure."""
    evidence = CHECK.run(context_of(tmp_path, {"app.py": "from flask import Flask\nFlask('x')\n"}))

    assert evidence.status is Status.SKIPPED

"""Where settings come from."""

import pytest

from flaskgrade.flaskapp.analyse import analyse

HEAD = "import os\nfrom flask import Flask\napp = Flask('x')\n"


@pytest.mark.parametrize(
    "source",
    [
        "app.config['SQLALCHEMY_DATABASE_URI'] = 'sqlite:///a.db'",
        "app.config.update(SQLALCHEMY_DATABASE_URI='postgresql://me@localhost/a')",
        "app.config.from_mapping({'MONGO_URI': 'mongodb://localhost/a'})",
        "app.config.from_mapping(DATABASE=os.path.join(app.instance_path, 'a.sqlite'))",
        "class Config:\n    CELERY_BROKER_URL = 'redis://localhost'",
        "import sqlite3\ndef get_db():\n    return sqlite3.connect('a.db')",
        "from sqlalchemy import create_engine\ne = create_engine('sqlite:///a.db')",
        "CACHE_URL = 'redis://a'\napp.config.from_object(__name__)",
        "here = os.path.dirname(__file__)\nclass C:\n    A = f'sqlite:///{here}/a'",
    ],
)
def test_an_address_that_only_the_source_decides_is_found(source: str) -> None:
    """In items, keywords, tables, classes, loaded modules, and where it is connected to."""
    assert len(analyse({"app.py": HEAD + source}).practices.settings.fixed) == 1


@pytest.mark.parametrize(
    "source",
    [
        "app.config['DATABASE_URL'] = os.environ['DATABASE_URL']",
        "app.config['DATABASE_URL'] = os.environ.get('DATABASE_URL', 'sqlite:///a.db')",
        "class TestConfig:\n    DATABASE_URL = 'sqlite:///a.db'",
        "class DevelopmentConfig:\n    DATABASE_URL = 'sqlite:///a.db'",
        "class C:\n    DB_URL = 'sqlite:///a.db'\nclass P(C):\n    DB_URL = os.environ['DB']",
        "from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    DB_URL: str = 'sqlite:///a'",
        "app.config['DATABASE_URL'] = 'sqlite:///:memory:'",
        "app.config['DATABASE_URL'] = 'sqlite://'",
        "app.config.from_mapping(DATABASE='a.db')\napp.config.from_pyfile('c.py', silent=True)",
        "app.config.from_mapping(DATABASE='a.db')\napp.config.from_prefixed_env()",
        "url = os.environ['U'].replace('postgres://', 'postgresql://')",
        "DOCS_URL = 'https://example.org/a.db'\napp.config['DOCS_URL'] = DOCS_URL",
        "import sqlite3\ndef get_db(path):\n    return sqlite3.connect(path)",
        "import sqlite3\ndef get_db():\n    return sqlite3.connect(app.config['DATABASE'])",
    ],
)
def test_what_can_be_chosen_elsewhere_is_no_fixed_address(source: str) -> None:
    """By the environment, by a file or a class, or for tests and development alone."""
    assert analyse({"app.py": HEAD + source}).practices.settings.fixed == ()


@pytest.mark.parametrize(
    ("source", "replaced", "guarded"),
    [
        ("app.config['SECRET_KEY'] = 'a'", False, False),
        ("app.secret_key = 'a'", False, False),
        ("app.config['SECRET_KEY'] = os.environ.get('SECRET_KEY', 'a')", True, False),
        ("app.config.from_mapping(SECRET_KEY='a')\napp.config.from_envvar('C')", True, False),
        (
            "class C:\n    SECRET_KEY = 'a'\nclass P(C):\n    SECRET_KEY = os.environ['K']",
            True,
            False,
        ),
        (
            "import attrs\n@attrs.define\nclass C:\n    secret_key: str = 'a'",
            True,
            False,
        ),
        ("if not app.config['SECRET_KEY']:\n    app.config['SECRET_KEY'] = 'a'", True, False),
        (
            "app.secret_key = os.getenv('K', 'a')\nif app.secret_key == 'a':\n    raise OSError",
            True,
            True,
        ),
    ],
)
def test_a_secret_knows_what_may_take_its_place(
    source: str, *, replaced: bool, guarded: bool
) -> None:
    """A literal is one thing, a default is another, a default that is refused costs nothing."""
    found = analyse({"app.py": HEAD + source}).practices.settings.secrets

    assert [(one.replaced, one.guarded) for one in found] == [(replaced, guarded)]


def test_secrets_of_classes_for_development_are_left_out() -> None:
    """They are for one machine."""
    source = HEAD + "class DevConfig:\n    SECRET_KEY = 'a'\n"

    assert analyse({"app.py": source}).practices.settings.secrets == ()


def test_samples_of_settings_are_left_out() -> None:
    """They are copied, and then filled in."""
    texts = {"app.py": HEAD, "instance/settings-sample.py": "SECRET_KEY = 'a'\n"}

    assert analyse(texts).practices.settings.secrets == ()


def test_a_module_that_is_only_called_a_sample_is_none() -> None:
    """It is imported."""
    texts = {
        "app.py": HEAD + "import sample_config\napp.config.from_object(sample_config)\n",
        "sample_config.py": "SECRET_KEY = 'a'\n",
    }

    assert len(analyse(texts).practices.settings.secrets) == 1


def test_where_a_named_secret_signs_is_not_said_again() -> None:
    """One secret, one finding; a key without a name is found where it signs."""
    named = "import jwt\nJWT_SECRET = 'a'\njwt.encode({}, JWT_SECRET)\n"
    bare = "import jwt\njwt.encode({}, 'a')\n"

    found = [
        [one.secret.name for one in analyse({"app.py": text}).practices.settings.secrets]
        for text in (named, bare)
    ]

    assert found == [["JWT_SECRET"], ["signing_key"]]


@pytest.mark.parametrize(
    "source",
    [
        "app.config.from_mapping(os.environ)",
        "app.config.from_mapping(os.environ if settings is None else settings)",
        "import configparser\nc = configparser.ConfigParser()",
        "app.config.from_pyfile('local.cfg')",
        "app.config.from_prefixed_env()",
    ],
)
def test_files_and_the_whole_environment_are_outside(source: str) -> None:
    """Beside the variables that are read one by one."""
    assert len(analyse({"app.py": HEAD + source}).practices.settings.outside) == 1


def test_a_settings_file_of_the_repository_is_not_outside() -> None:
    """It is part of the source."""
    texts = {"app.py": HEAD + "app.config.from_pyfile('config.py')\n", "config.py": "A = 1\n"}

    assert analyse(texts, everything=texts).practices.settings.outside == ()

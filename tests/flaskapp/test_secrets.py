"""Secrets written in the code, and which of them sign sessions."""

import pytest

from flaskgrade.flaskapp.secrets import find_secrets, session_key_set
from tests.flaskapp.projects import project

APP = "from flask import Flask\napp = Flask(__name__)\n"


@pytest.mark.parametrize(
    "source",
    [
        "SECRET_KEY = 'dev'",
        "class Config:\n    SECRET_KEY = 'dev'",
        "class DevelopmentConfig:\n    SECRET_KEY: str = 'dev'",
        APP + "app.secret_key = 'dev'",
        APP + "app.secret_key = b'dev'",
        APP + "app.config['SECRET_KEY'] = 'dev'",
        APP + "app.config.update(SECRET_KEY='dev')",
        APP + "app.config.from_mapping({'SECRET_KEY': 'dev'})",
        APP + "app.config.setdefault('SECRET_KEY', 'dev')",
        "import os\nSECRET_KEY = os.environ.get('SECRET_KEY', 'dev')",
        "import os\nSECRET_KEY = os.environ.get('SECRET_KEY') or 'dev'",
        "from environs import Env\nenv = Env()\nSECRET_KEY = env.str('KEY', default='dev')",
        "KEY = 'dev'\nclass Config:\n    SECRET_KEY = KEY",
        "SECRET_KEY = 'dev'.encode()",
        "SECRET_KEY, DEBUG = 'dev', True",
    ],
)
def test_a_literal_that_can_come_to_be_the_secret_key_is_found(source: str) -> None:
    """Whichever way it takes: constants, classes, items, keywords, fallbacks, other names."""
    assert [one.session_key for one in find_secrets(project(source))] == [True]


@pytest.mark.parametrize(
    "source",
    [
        "SECRET_KEY = ''",
        "SECRET_KEY = None",
        "import os\nSECRET_KEY = os.urandom(24)",
        "import os\nSECRET_KEY = os.environ['SECRET_KEY']",
        "import os\nSECRET_KEY = os.environ.get('SECRET_KEY', '')",
        "class TestingConfig:\n    SECRET_KEY = 'test'",
        "class UnitTest:\n    SECRET_KEY = 'test'",
        "SECRET_KEY_LENGTH = '32'",
        "SECRET_FILE = '/run/secret'",
        "client_secret_id = 'abc'",
        "DATABASE_PASSWORD = 'hunter2'",
        "CLIENT_SECRET = 'client_secret'",
        "messages = {'missing-secret': 'The secret is missing', 'secret': 'hidden'}",
        "c = {'client_secret': 'Application client secret'}",
        "c = {'client_secret': 'oauthClientSecret'}",
        "secret = config.get('section', 'option')\nx = config.get('Server', 'secret_key')",
        "import enum\nclass Grant(enum.Enum):\n    A_SECRET = 'a'",
        "SECRETS_TRIGGER = '''\nCREATE TRIGGER x\nBEGIN\n'''",
    ],
)
def test_what_is_empty_read_for_testing_or_only_about_a_secret_is_none(source: str) -> None:
    """No literal secret is in them; nor in passwords, which another check looks for."""
    found = [one for one in find_secrets(project(source)) if one.name != "secret"]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "D = {'name': 'shop'}\ndef get(key):\n    return D.get(key)\nget('name')\n",
        "def get(key, default=None):\n    return default\nget('name', 'shop')\n",
    ],
)
def test_what_a_reader_gives_for_another_key_is_no_secret(source: str) -> None:
    """Each call has its own key, and where it leaves a default out, the function's."""
    assert find_secrets(project(source + "client_secret = get('client_secret')\n")) == ()


def test_each_secret_has_the_place_of_its_literal() -> None:
    """The line is that of the text, also where the assignment begins above it."""
    source = (
        "import os\n"
        "class Config:\n"
        "    SECRET_KEY = os.getenv(\n"
        "        'SECRET_KEY',\n"
        "        'dev',\n"
        "    )\n"
        "    WTF_CSRF_SECRET_KEY = 'csrf'\n"
        "    JWT_SIGNING_KEY = 'sign'\n"
    )

    found = find_secrets(project(source))

    assert [(one.name, one.location.line) for one in found] == [
        ("SECRET_KEY", 5),
        ("WTF_CSRF_SECRET_KEY", 7),
        ("JWT_SIGNING_KEY", 8),
    ]
    assert [one.fallback for one in found] == [True, False, False]
    assert [one.session_key for one in found] == [True, False, False]


@pytest.mark.parametrize(
    "source",
    [
        "import jwt\njwt.encode({}, 'dev', algorithm='HS256')",
        "import jwt\njwt.decode(token, 'dev', algorithms=['HS256'])",
        "from itsdangerous import URLSafeTimedSerializer\nURLSafeTimedSerializer('dev')",
        "def connect(client_secret='abc'):\n    pass",
        "oauth.register(client_secret='abc')",
        "c = {'client_secret': 'abc'}",
    ],
)
def test_keys_that_sign_and_secrets_of_others_are_secrets_but_no_session_keys(source: str) -> None:
    """They are found by what they are given to, or by their name."""
    assert [one.session_key for one in find_secrets(project(source))] == [False]


def test_tests_and_settings_for_testing_hold_no_secrets_of_the_application() -> None:
    """By folder, by file name, by class name."""
    source = "SECRET_KEY = 'test'"

    assert find_secrets(project(tests__conftest=source, config__testing=source)) == ()


def test_a_key_from_elsewhere_is_set_all_the_same() -> None:
    """So that a project without any key can be told from one that computes it."""
    assert session_key_set(project("import os\nSECRET_KEY = os.urandom(9)"))
    assert not session_key_set(project("DEBUG = True"))


@pytest.mark.parametrize(
    "source",
    [
        "import jwt\nJWT_SECRET = 'x'\njwt.encode({}, JWT_SECRET)\n",
        "SECRET = 'x'\nclass Config:\n    SECRET_KEY = SECRET\n",
        "SECRET = 'x'\ndef sign(secret=SECRET): ...\n",
    ],
)
def test_a_secret_read_by_its_name_is_known_as_written_elsewhere(source: str) -> None:
    """The literal stands in one line; the others only use it."""
    assert len([one for one in find_secrets(project(source)) if not one.again]) == 1

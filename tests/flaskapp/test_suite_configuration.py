"""Where tests choose a configuration."""

import pytest

from flaskgrade.flaskapp.analyse import analyse

APP = "from flask import Flask\ndef create_app(config=None):\n    return Flask('x')\n"
HEAD = "import os\nfrom app import create_app\n"


@pytest.mark.parametrize(
    "source",
    [
        "app = create_app({'TESTING': True})",
        "app = create_app(config='testing')",
        "app = create_app()\napp.config['TESTING'] = True",
        "app = create_app()\napp.config.update({'TESTING': True})",
        "app = create_app()\napp.config.from_object('app.TestConfig')",
        "app = create_app()\napp.testing = True",
        "os.environ['DATABASE_URL'] = 'sqlite://'\napp = create_app()",
        "def test(monkeypatch):\n    monkeypatch.setenv('A', 'b')",
        "import mock\nwith mock.patch.dict(os.environ, {'A': 'b'}):\n    create_app()",
        "import mock\nwith mock.patch.dict('os.environ', {'A': 'b'}):\n    create_app()",
    ],
)
def test_a_choice_of_the_tests_is_found(source: str) -> None:
    """An argument, a change of the configuration, a variable of the environment."""
    facts = analyse({"app.py": APP, "tests/conftest.py": HEAD + source})

    assert facts.practices.suite_configuration is not None


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", "[tool.pytest_env]\nA = 'b'\n"),
        ("pytest.ini", "[pytest]\nenv =\n    A=b\n"),
        ("tox.ini", "[testenv]\nsetenv =\n    A=b\n"),
    ],
)
def test_variables_that_the_test_tool_sets_are_a_choice(path: str, text: str) -> None:
    """pytest-env and tox set them."""
    texts = {"app.py": APP, "tests/test_a.py": HEAD + "app = create_app()\n"}

    facts = analyse(texts, everything=(*texts, path), read={path: text, **texts}.__getitem__)

    assert facts.practices.suite_configuration is not None


def test_tests_that_take_what_there_is_choose_nothing() -> None:
    """Nor does the application's own configuration count."""
    app = APP + "app = create_app()\napp.config['A'] = 1\n"

    facts = analyse(
        {"app.py": app, "tests/test_a.py": HEAD + "client = create_app().test_client()"}
    )

    assert facts.practices.suite_configuration is None

"""How the tests come by their application."""

import pytest

from flaskgrade.flaskapp.analyse import facts_of, load
from flaskgrade.flaskapp.fixtures import find_factory_use, find_framework
from tests.flaskapp.projects import project

FACTORY = (
    "from flask import Flask\ndef create_app():\n    return Flask(__name__)\napp = create_app()\n"
)


@pytest.mark.parametrize(
    ("test", "uses"),
    [
        ("from app import create_app\ndef app():\n    return create_app()\n", True),
        ("import app\nclass T:\n    def setUp(self):\n        self.app = app.create_app()\n", True),
        ("from app import app\ndef client():\n    return app.test_client()\n", False),
        ("from flask import Flask\ndef app():\n    return Flask('x')\n", False),
    ],
)
def test_a_fixture_uses_the_factory_if_the_tests_call_it(test: str, *, uses: bool) -> None:
    """An application that a module made is not from the factory's call in the tests."""
    code = load({"app.py": FACTORY, "tests/conftest.py": test})

    found = find_factory_use(code.project, facts_of(code).factories)

    assert bool(found) is uses


@pytest.mark.parametrize(
    ("test", "framework"),
    [
        ("import pytest\n", "pytest"),
        ("def test_a(): pass\n", "pytest"),
        ("import unittest\nclass T(unittest.TestCase):\n    def test_a(self): pass\n", "unittest"),
        ("import nose\n", "nose"),
        ("x = 1\n", None),
    ],
)
def test_the_framework_is_told_by_imports_and_by_plain_functions(
    test: str, framework: str | None
) -> None:
    """Only pytest collects functions."""
    assert find_framework(project(tests__test_a=test)) == framework

"""Tests as pytest counts them."""

import pytest

from flaskgrade.flaskapp.analyse import analyse, load
from flaskgrade.flaskapp.suite import count_tests, has_tests


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("def test_a(): ...\ndef test_b(): ...\ndef helper(): ...\n", 2),
        ("async def test_a(): ...\n", 1),
        ("import pytest\n@pytest.mark.parametrize('x', [1, 2])\ndef test_a(x): ...\n", 1),
        ("import pytest\n@pytest.fixture\ndef test_data(): ...\n", 0),
        ("class TestX:\n    def test_a(self): ...\n    def other(self): ...\n", 1),
        ("class Helper:\n    def test_a(self): ...\n", 0),
        ("class TestX:\n    def __init__(self): ...\n    def test_a(self): ...\n", 0),
        ("import unittest\nclass Any(unittest.TestCase):\n    def test_a(self): ...\n", 1),
        ("class TestX:\n    class TestY:\n        def test_a(self): ...\n", 1),
        ("def test_a(): ...\ndef test_a(): ...\n", 1),
        ("if True:\n    def test_a(): ...\n", 1),
        ("def outer():\n    def test_a(): ...\n", 0),
        (
            (
                "class Base:\n    def test_a(self): ...\n"
                "class TestX(Base): ...\nclass TestY(Base): ...\n"
            ),
            1,
        ),
    ],
)
def test_functions_that_pytest_collects_are_counted(source: str, count: int) -> None:
    """Each once, whatever its parameters and heirs."""
    assert analyse({"tests/test_x.py": source}).test_functions == count


@pytest.mark.parametrize(
    ("path", "collected"),
    [
        ("tests/test_x.py", True),
        ("app/x_test.py", True),
        ("tests/x.py", False),
        ("tests.py", False),
        ("build/test_x.py", False),
        (".hidden/test_x.py", False),
        ("tests/conftest.py", False),
    ],
)
def test_files_are_those_of_the_default_pattern(path: str, *, collected: bool) -> None:
    """In folders that pytest looks into by default."""
    assert analyse({path: "def test_a(): ...\n"}).test_functions == int(collected)


def test_a_base_case_may_come_from_another_file() -> None:
    """Its subclass is a case by inheritance through the project."""
    facts = analyse(
        {
            "tests/base.py": "from unittest import TestCase\nclass Base(TestCase): ...\n",
            "tests/test_x.py": "from tests.base import Base\nclass X(Base):\n"
            "    def test_a(self): ...\n",
        }
    )
    assert facts.test_functions == 1
    assert facts.test_files == ("tests/base.py", "tests/test_x.py")


@pytest.mark.parametrize(
    ("path", "source", "present"),
    [
        (
            "app/tests.py",
            "import unittest\nclass A(unittest.TestCase):\n    def test(self): ...\n",
            True,
        ),
        ("tests/login_tests.py", "def test_login(): ...\n", True),
        ("tests/base.py", "import unittest\nclass Base(unittest.TestCase): ...\n", False),
        ("app/views.py", "def test_me(): ...\n", False),
    ],
)
def test_tests_are_there_where_pytest_would_not_look_by_itself(
    path: str, source: str, *, present: bool
) -> None:
    """Files of other names, run by unittest or nose."""
    code = load({path: source})

    assert has_tests(code.project) is present
    assert count_tests(code.project) == 0

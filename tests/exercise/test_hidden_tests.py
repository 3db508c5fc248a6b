"""Hidden tests are found as pytest would collect them, without importing anything."""
# A test's name is its sentence.
# ruff: noqa: D103

import subprocess
import sys
from pathlib import Path

import pytest

from flaskgrade.errors import FileError
from flaskgrade.exercise.hidden_tests import hidden_tests

PLAIN = '''\
import pytest


@pytest.fixture
def test_client():
    return 1


@pytest.fixture(scope="module")
def test_server():
    return 1


def helper():
    def test_inside():
        ...


class Shape:
    def test_like(self):
        ...


def test_first():
    """First: a title."""


@pytest.mark.parametrize("number", [1, 2])
def test_second(number):
    ...


def testing_counts_too():
    ...
'''


def test_what_is_found_is_what_pytest_collects(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "test_plain.py").write_text(PLAIN)
    (tmp_path / "sub" / "more_test.py").write_text("def test_third(): ...")
    (tmp_path / "helpers.py").write_text("def test_not_collected(): ...")
    (tmp_path / "conftest.py").write_text("def test_neither(): ...")

    found = hidden_tests(tmp_path)
    told = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"),
            *("--rootdir", str(tmp_path), "-c", "/dev/null", str(tmp_path)),
        ],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )

    collected = {line.split("[")[0] for line in told.stdout.splitlines() if "::" in line}
    assert set(found) == collected
    assert len(found) == 4


def test_a_title_is_the_first_line_of_the_docstring_or_the_name_in_words(tmp_path: Path) -> None:
    (tmp_path / "test_plain.py").write_text(PLAIN)

    found = hidden_tests(tmp_path)

    assert found["test_plain.py::test_first"].title == "First: a title."
    assert found["test_plain.py::test_second"].title == "second"
    assert found["test_plain.py::test_first"].line == 24


def test_no_hidden_test_is_ever_imported(tmp_path: Path) -> None:
    mark = tmp_path / "imported"
    (tmp_path / "test_a.py").write_text(f"open({str(mark)!r}, 'w')\n\ndef test_a(): ...\n")

    hidden_tests(tmp_path)

    assert not mark.exists()


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ("def test_a(:\n", 1, "not valid Python"),
        ("x = 1\nif x:\npass\n", 3, "not valid Python"),
        ("x = '\0'\n", None, "not valid Python"),
        ("def test_a(): ...\ndef test_a(): ...\n", 2, "test_a is defined twice, first on line 1"),
        ("\nclass TestA:\n    def test_a(self): ...\n", 2, "the class TestA holds tests"),
        ("import unittest\nclass A(unittest.TestCase): ...\n", 2, "the class A holds tests"),
        ("async def test_a(): ...\n", 1, "test_a is async"),
        ("if 1:\n    def test_a(): ...\n", 2, "test_a stands in a branch"),
        ("try:\n    pass\nfinally:\n    def test_a(): ...\n", 4, "test_a stands in a branch"),
    ],
)
def test_what_would_not_be_one_plain_test_is_refused_at_its_line(
    tmp_path: Path, content: str, line: int | None, message: str
) -> None:
    (tmp_path / "test_a.py").write_text(content)

    with pytest.raises(FileError) as caught:
        hidden_tests(tmp_path)

    assert caught.value.path == tmp_path / "test_a.py"
    assert message in caught.value.message
    if line is not None:
        assert caught.value.line == line


def test_a_helper_that_does_not_parse_is_refused_too(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("def f(:\n")

    with pytest.raises(FileError, match=r"conftest\.py:1: not valid Python"):
        hidden_tests(tmp_path)

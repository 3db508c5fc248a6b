"""Comments that silence tools."""

import pytest

from flaskgrade.flaskapp.suppressions import find_suppressions


@pytest.mark.parametrize(
    ("line", "kind", "blanket", "reason"),
    [
        ("x = 1  # noqa", "noqa", True, ""),
        ("x = 1  # noqa: E501", "noqa", False, ""),
        ("x = 1  # NOQA:E501,F401", "noqa", False, ""),
        ("x = 1  # noqa: S603 - argv lists only", "noqa", False, "argv lists only"),
        ("x = 1  # noqa E501", "noqa", True, ""),
        ("# ruff: noqa", "file-noqa", True, ""),
        ("# flake8: noqa: E501", "file-noqa", False, ""),
        ("x = 1  # nosec", "nosec", True, ""),
        ("x = 1  # nosec B101", "nosec", False, ""),
        (
            "x = 1  # nosec B101, B102: both are checked above",
            "nosec",
            False,
            "both are checked above",
        ),
        ("x = 1  # type: ignore", "type-ignore", True, ""),
        ("x = 1  # type: ignore[arg-type]", "type-ignore", False, ""),
        (
            "x = 1  # type: ignore[arg-type]  # the stubs are wrong",
            "type-ignore",
            False,
            "the stubs are wrong",
        ),
        ("# mypy: ignore-errors", "mypy", True, ""),
        ("# mypy: disable-error-code=attr-defined", "mypy", False, ""),
        ("x = 1  # pyright: ignore[reportX]", "pyright", False, ""),
        ("# pylint: disable=all", "pylint", True, ""),
        ("# pylint: disable=too-many-lines", "pylint", False, ""),
        ("# pylint: skip-file", "pylint", True, ""),
        ("if x:  # pragma: no cover", "no-cover", False, ""),
        ("if x:  # pragma: no cover - only on Windows", "no-cover", False, "only on Windows"),
    ],
)
def test_a_suppression_is_read(line: str, kind: str, reason: str, *, blanket: bool) -> None:
    """What it is, whether it names what it silences, and what reason follows."""
    (found,) = find_suppressions(f"{line}\n    pass\n" if line.startswith("if") else f"{line}\n")
    assert (found.kind, found.blanket, found.reason) == (kind, blanket, reason)


def test_one_line_may_silence_several_tools() -> None:
    """Each of them counts."""
    found = find_suppressions("x = f()  # nosec # type: ignore # noqa: S602\n")
    assert [s.kind for s in found] == ["nosec", "type-ignore", "noqa"]


@pytest.mark.parametrize(
    "text",
    [
        "x = '# noqa'\n",
        'def f():\n    """Use # type: ignore here."""\n',
        "# the word noqa in a sentence\n",
        "x = 1  # a type: ignore would be wrong here\n",
        "no_type_check = 1\n",
    ],
)
def test_what_only_looks_like_one_is_none(text: str) -> None:
    """Strings, and sentences that mention it."""
    assert find_suppressions(text) == ()


@pytest.mark.parametrize("decorator", ["@no_type_check", "@typing.no_type_check"])
def test_the_decorator_counts(decorator: str) -> None:
    """It keeps a type checker out of a whole function."""
    (found,) = find_suppressions(f"{decorator}\ndef f(): ...\n")
    assert (found.kind, found.line, found.blanket) == ("no-type-check", 1, True)


def test_text_that_is_no_python_is_read_as_far_as_it_goes() -> None:
    """The first line is in order."""
    assert len(find_suppressions("x = 1  # noqa\nx = '''\n")) == 1


def test_a_comment_made_of_suppressions_costs_little() -> None:
    """Only its beginning is looked at."""
    assert len(find_suppressions("#noqa" * 100_000 + "\n")) <= 200

"""A line is the starter's where it stands as the starter has it."""

from itertools import count

import pytest

from flaskgrade.given.lines import MOST_LINES, Given, given_lines

STARTER = "one\ntwo\nthree\nfour\n"


def lines(text: str, *, path: str = "app.py", starter: str = STARTER) -> list[int]:
    """Return the lines of a text that are given, numbered from 1."""
    given = given_lines({path: text}, {"app.py": starter})
    return sorted(given.lines.get(path, ()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\ntwo\nTHREE\nfour\n", [1, 2, 4]),
        ("zero\none\ntwo\nthree\nfour\n", [2, 3, 4, 5]),
        ("one\nfour\n", [1, 2]),
        ("one\n\ntwo\nthree\nfour\nfive\n", [1, 3, 4, 5]),
        ("four\nthree\n", [1]),
        ("", []),
        ("others\n", []),
    ],
)
def test_what_was_written_or_changed_is_the_candidates(text: str, expected: list[int]) -> None:
    """The rest keeps its place, however far it was moved up or down."""
    assert lines(text) == expected


@pytest.mark.parametrize("text", [STARTER, STARTER.replace("\n", "\r\n"), STARTER.rstrip()])
def test_a_file_that_nobody_touched_is_given_as_a_whole(text: str) -> None:
    """How its lines end does not count."""
    given = given_lines({"app.py": text}, {"app.py": STARTER})

    assert given.whole == {"app.py"}
    assert given.holds("app.py", None)
    assert all(given.holds("app.py", number) for number in range(1, 5))


def test_a_file_that_was_moved_is_given_if_it_is_the_same() -> None:
    """A file that was moved and changed is the candidate's, every line of it."""
    moved = given_lines({"pkg/app.py": STARTER}, {"app.py": STARTER})

    assert moved.whole == {"pkg/app.py"}
    assert lines(f"{STARTER}five\n", path="pkg/app.py") == []


def test_what_the_starter_does_not_have_is_never_given() -> None:
    """An unknown file, an unknown line and an empty comparison hold nothing."""
    given = given_lines({"app.py": "five\n", "other.py": "one\n"}, {"app.py": STARTER})

    assert not given.holds("other.py", 1)
    assert not given.holds("app.py", 1)
    assert not given.holds("app.py", None)
    assert not Given().holds("app.py", 1)


def test_a_monstrous_file_is_compared_by_its_ends() -> None:
    """A comparison line by line of any two texts could take for ever."""
    numbers = count()
    middle = "".join(f"new {next(numbers)}\n" for _ in range(MOST_LINES + 1))

    assert lines(f"one\n{middle}three\n{middle}four\n") == [1, 2 * MOST_LINES + 5]

"""Hidden tests. What the catalogue's base application lacks is the doubling: it echoes."""

from collections.abc import Callable
from random import Random
from typing import Any

# What no submission may ever learn: FG-SECRET


def test_a_note_can_be_read_back(http: Any, unique: Callable[[str], str]) -> None:
    """A note that was written can be read back."""
    text = unique("note")
    made = http.post("/notes", json={"text": text})
    assert made.status == 201
    read = http.get(f"/notes/{made.json()['id']}")
    assert read.status == 200
    assert read.json()["text"] == text


def test_a_note_that_is_not_there_answers_404(http: Any) -> None:
    """A note that nobody wrote is not found."""
    assert http.get("/notes/987654321").status == 404


def test_a_number_is_doubled(http: Any, dice: Random) -> None:
    """Any whole number is answered with its double."""
    for number in (dice.randrange(3, 10**6), dice.randrange(-(10**6), -3)):
        answer = http.get(f"/double/{number}")
        assert answer.status == 200
        assert answer.json() == {"double": 2 * number}


def test_what_is_no_number_answers_400(http: Any, unique: Callable[[str], str]) -> None:
    """A word is refused, and the answer says so in JSON."""
    answer = http.get(f"/double/{unique('word')}")
    assert answer.status == 400
    assert "error" in answer.json()

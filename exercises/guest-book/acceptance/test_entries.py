"""Signing the book, and reading what others wrote."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

Sign = Callable[..., dict[str, Any]]
Unique = Callable[[str], str]


@pytest.mark.brief("signs the book: 201 with the entry, and a `Location` that leads to it")
def test_signing_answers_201_and_where_the_entry_is(http: Any, unique: Unique) -> None:
    """A new entry answers 201 with a Location that leads to it."""
    body = {"name": unique("guest"), "message": unique("words")}

    reply = http.post("/entries", json=body)

    assert reply.status == 201
    found = http.get(reply.header("Location")).json()
    assert (found["name"], found["message"]) == (body["name"], body["message"])


@pytest.mark.brief("`GET /entries/<id>` | the entry")
def test_an_entry_can_be_read_back(http: Any, sign: Sign) -> None:
    """An entry is there for everybody who knows its id."""
    entry = sign()

    found = http.get(f"/entries/{entry['id']}").json()

    assert {name: found.get(name) for name in entry} == entry


@pytest.mark.brief("all entries, the newest first")
def test_the_newest_entries_come_first(http: Any, sign: Sign) -> None:
    """The list holds every entry once, the newest first."""
    written = [sign()["id"] for _ in range(3)]

    listed = [entry["id"] for entry in http.get("/entries").json()["items"]]

    assert [one for one in listed if one in written] == written[::-1]


@pytest.mark.brief("It is kept as it is sent, and answered as it was sent.")
def test_a_message_is_kept_as_it_is(http: Any, sign: Sign) -> None:
    """Quotes, markup, blanks and other alphabets are left alone."""
    message = '  "Engines", <b>she</b> said; \'--\n\u00c4\u6c34 \U0001f600 '

    entry = sign(message=message)

    assert http.get(f"/entries/{entry['id']}").json()["message"] == message


@pytest.mark.brief("`message` must be a string of 1 to 500 characters")
def test_the_longest_message_is_fine(sign: Sign, dice: Random) -> None:
    """A message of exactly 500 characters is accepted."""
    message = "".join(dice.choices("abcdefgh \u00e4", k=498))

    assert sign(message=f"x{message}y")["message"] == f"x{message}y"


@pytest.mark.brief("`name` must be a string of 1 to 60 characters, not only blanks.")
@pytest.mark.brief("Anything else must be refused with a 422.")
@pytest.mark.parametrize("name", ["", "   ", "x" * 61, 7, None, ["Ada"]])
def test_what_is_no_name_is_refused(http: Any, error: Any, name: Any) -> None:
    """A name that is missing, empty, too long or no string is a 422."""
    error(http.post("/entries", json={"name": name, "message": "Hello"}), 422)


@pytest.mark.brief("`message` must be a string of 1 to 500 characters, not only blanks.")
@pytest.mark.brief("Anything else must be refused with a 422.")
@pytest.mark.parametrize("message", ["", " \n ", "x" * 501, 7, None, {"text": "Hello"}])
def test_what_is_no_message_is_refused(http: Any, error: Any, message: Any) -> None:
    """A message that is missing, empty, too long or no string is a 422."""
    error(http.post("/entries", json={"name": "Ada", "message": message}), 422)

"""What is hidden is found in every form that it can be put in."""
# A test's name is its sentence.
# ruff: noqa: D103

import base64
import codecs
import html
from collections.abc import Callable
from string import ascii_letters, digits
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flaskgrade.feedback.search import LEAST, Search, squeezed

SECRET = "test_a_deleted_room_is_gone"
SEARCH = Search.of([SECRET])
FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "upper": str.upper,
    "reversed": lambda text: text[::-1],
    "split by blanks": " ".join,
    "split by lines": "\n".join,
    "split by dots": ".".join,
    "split by zero width": "\u200b".join,
    "split by tags": "<b></b>".join,
    "split by comments": "<!-- -->".join,
    "dashes": lambda text: text.replace("_", "-"),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 after a word": lambda text: "id" + base64.b64encode(text.encode()).decode(),
    "base64 of the reversed": lambda text: base64.b64encode(text[::-1].encode()).decode(),
    "base64 in lines": lambda text: "\n".join(base64.b64encode(text.encode()).decode()),
    "url-safe base64": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "reversed base64": lambda text: base64.b64encode(text.encode()).decode()[::-1],
    "hex": lambda text: text.encode().hex(),
    "hex in pairs": lambda text: text.encode().hex(" "),
    "percent": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "quoted": quote,
    "html": lambda text: "".join(f"&#{ord(letter)};" for letter in text),
    "unicode": lambda text: "".join(f"\\u{ord(letter):04x}" for letter in text),
    "rot13": lambda text: codecs.encode(text, "rot13"),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_found_in_every_form(form: str) -> None:
    text = f"Thank you!\n{FORMS[form](SECRET)}\nand good luck."

    assert SEARCH.tells(text) == (squeezed(SECRET),), text


@settings(deadline=None)
@given(
    st.text(alphabet=ascii_letters + digits + "äßéжлё", min_size=40, max_size=60),
    st.sampled_from(sorted(FORMS)),
)
def test_whatever_is_secret_is_found(secret: str, form: str) -> None:
    search = Search.of([secret])

    assert search.tells(FORMS[form](secret)) == (squeezed(secret),)


def test_what_the_brief_says_is_no_secret() -> None:
    assert Search.of(["A deleted room is gone"], known="… a deleted *room* is gone.").wanted == (
        frozenset()
    )


def test_what_anybody_writes_is_no_secret() -> None:
    assert Search.of(["create_app", "x" * (LEAST - 1)]).wanted == frozenset()


def test_honest_words_tell_nothing() -> None:
    text = html.escape("Rooms that are deleted should be gone: app/views.py:12, `delete_room`")

    assert SEARCH.tells(text) == ()

"""Errors have one shape."""

from typing import Any

import pytest


@pytest.mark.brief("Every error must be JSON", "a 404 for an entry that is not there")
def test_an_unknown_entry_answers_404_in_json(http: Any, error: Any, unique: Any) -> None:
    """An id that nothing has answers a 404 of the brief's shape."""
    error(http.get(f"/entries/{unique('none')}"), 404)


@pytest.mark.brief("a 400 for a body that cannot be read as JSON")
def test_a_body_that_is_no_json_answers_400_in_json(http: Any, error: Any) -> None:
    """A broken body answers a 400 of the brief's shape."""
    body = b'{"name": '

    reply = http.post("/entries", data=body, headers={"Content-Type": "application/json"})

    error(reply, 400)

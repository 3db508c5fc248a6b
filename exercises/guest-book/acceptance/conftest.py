"""What the hidden tests share. `http`, `unique` and `dice` come from the harness."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def sign(http: Any, unique: Callable[[str], str]) -> Callable[..., dict[str, Any]]:
    """Sign the book, successfully, and return the entry."""

    def write(**fields: Any) -> dict[str, Any]:
        body = {"name": unique("guest"), "message": unique("words"), **fields}
        reply = http.post("/entries", json=body)
        assert reply.status == 201, f"signing answered {reply.status}"
        entry: dict[str, Any] = reply.json()
        missing = {"id", "name", "message"} - set(entry)
        assert not missing, f"the entry lacks {', '.join(sorted(missing))}"
        return {name: entry[name] for name in ("id", "name", "message")}

    return write


@pytest.fixture
def error() -> Callable[..., None]:
    """Check that a reply is an error of the brief's shape."""

    def check(reply: Any, status: int) -> None:
        assert reply.status == status, f"answered {reply.status}, not {status}"
        body = reply.json()
        assert isinstance(body, dict), "the body is no JSON object"
        assert isinstance(body.get("error"), dict), "there is no object in `error`"
        assert isinstance(body["error"].get("message"), str), "`error.message` is no string"

    return check

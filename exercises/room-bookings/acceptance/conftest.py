"""What the hidden tests share: callers with a token, things of their own, how errors look.

Built on three fixtures of the harness: `http` talks to the served application, `unique`
makes readable names that nobody can foresee, `dice` is the run's random generator.
One database serves the whole run: each test brings its own rooms and looks at nothing else.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partialmethod
from random import Random
from typing import Any

import pytest

# As in the launch environment of exercise.yaml.
ADMIN = {"email": "admin@example.com", "password": "only-for-the-tests"}
SECRET_KEY = "a-test-value-that-is-long-enough-for-hs256-and-no-secret"

ROWS_ON_A_FULL_PAGE = 100

ROOM = ("id", "name", "capacity")
BOOKING = ("id", "room_id", "user_id", "title", "starts_at", "ends_at")


def _essence(body: Any) -> dict[str, Any]:
    """Return what the brief says of a room or booking: an answer may hold more than that."""
    assert isinstance(body, dict), "a room or booking is no JSON object"
    fields = BOOKING if "room_id" in body else ROOM
    missing = [name for name in fields if name not in body]
    assert not missing, f"the answer lacks {', '.join(missing)}"
    return {name: body[name] for name in fields}


@dataclass(frozen=True, kw_only=True)
class Caller:
    """A client that sends a user's token with every request."""

    http: Any
    answer: dict[str, Any]  # to the log-in
    user: dict[str, Any]

    @property
    def token(self) -> str:
        """The token itself."""
        token = self.answer.get("access_token")
        assert isinstance(token, str), "there is no string in `access_token`"
        return token

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        **rest: Any,
    ) -> Any:
        """Send a request as this user; `headers` are added to the token's."""
        headers = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        return self.http.request(method, path, headers=headers, **rest)

    get = partialmethod(request, "GET")
    post = partialmethod(request, "POST")
    put = partialmethod(request, "PUT")
    patch = partialmethod(request, "PATCH")
    delete = partialmethod(request, "DELETE")


@pytest.fixture(scope="session")
def known() -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """Log-in answers and users by name: hashing a password is slow on purpose, so do it once."""
    return {}


@pytest.fixture
def log_in(http: Any) -> Callable[[dict[str, str]], Caller]:
    """Log in with an e-mail address and a password."""

    def enter(credentials: dict[str, str]) -> Caller:
        reply = http.post("/api/auth/login", json=credentials)
        assert reply.status == 200, f"log-in answered {reply.status}"
        caller = Caller(http=http, answer=reply.json(), user={})
        me = caller.get("/api/users/me")
        assert me.status == 200, f"GET /api/users/me answered {me.status}"
        return replace(caller, user=me.json())

    return enter


@pytest.fixture
def sign_up(http: Any, unique: Any) -> Callable[[str], dict[str, str]]:
    """Sign somebody up, and return the credentials."""

    def register(name: str) -> dict[str, str]:
        email = f"{unique(name)}@example.com".lower()
        credentials = {"email": email, "password": f"{name} likes rooms"}
        reply = http.post("/api/users", json=credentials)
        assert reply.status == 201, f"sign-up answered {reply.status}"
        return credentials

    return register


@pytest.fixture
def admin(http: Any, known: Any, log_in: Any) -> Caller:
    """The admin that `flask create-admin` has made."""
    if "admin" not in known:
        caller = log_in(ADMIN)
        known["admin"] = (caller.answer, caller.user)
    answer, user = known["admin"]
    return Caller(http=http, answer=answer, user=user)


@pytest.fixture
def person(http: Any, known: Any, sign_up: Any, log_in: Any) -> Callable[[str], Caller]:
    """Return the ordinary user of that name, signed up when first asked for."""

    def find(name: str) -> Caller:
        if name not in known:
            caller = log_in(sign_up(name))
            known[name] = (caller.answer, caller.user)
        answer, user = known[name]
        return Caller(http=http, answer=answer, user=user)

    return find


@pytest.fixture
def alice(person: Callable[[str], Caller]) -> Caller:
    """An ordinary user."""
    return person("alice")


@pytest.fixture
def bob(person: Callable[[str], Caller]) -> Caller:
    """Another ordinary user."""
    return person("bob")


@pytest.fixture
def shown() -> Callable[[Any], dict[str, Any]]:
    """Read the room or booking that a reply shows."""

    def read(reply: Any) -> dict[str, Any]:
        assert reply.status in (200, 201), f"answered {reply.status}, not 200 or 201"
        return _essence(reply.json())

    return read


@pytest.fixture
def new_room(admin: Caller, unique: Any) -> Callable[..., dict[str, Any]]:
    """Make a room; a name of its own, if none is given."""

    def create(**fields: Any) -> dict[str, Any]:
        room = {"name": unique("room"), "capacity": 8, **fields}
        reply = admin.post("/api/rooms", json=room)
        assert reply.status == 201, f"creating a room answered {reply.status}"
        return _essence(reply.json())

    return create


@pytest.fixture
def room(new_room: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """A room that nobody else uses."""
    return new_room()


@pytest.fixture
def no_room(admin: Caller, new_room: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """A room that was there, so that its id is of the right kind, and is no longer."""
    gone = new_room()
    reply = admin.delete(f"/api/rooms/{gone['id']}")
    assert reply.status == 204, f"deleting a room answered {reply.status}"
    return gone


@pytest.fixture
def noon(dice: Random) -> datetime:
    """Noon of a day that cannot be foreseen."""
    first = datetime(2031, 1, 1, 12, tzinfo=UTC)
    return first + timedelta(days=dice.randrange(20_000))


@pytest.fixture
def request_for() -> Callable[..., dict[str, Any]]:
    """Write the body that books a room: some hours from a start on."""

    def body(
        room: dict[str, Any], start: datetime, hours: float = 1, **fields: Any
    ) -> dict[str, Any]:
        return {
            "room_id": room["id"],
            "title": "Planning",
            "starts_at": start.isoformat(),
            "ends_at": (start + timedelta(hours=hours)).isoformat(),
            **fields,
        }

    return body


@pytest.fixture
def book(request_for: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Book a room for a caller, successfully."""

    def create(
        caller: Caller,
        room: dict[str, Any],
        start: datetime,
        hours: float = 1,
        **fields: Any,
    ) -> dict[str, Any]:
        body = request_for(room, start, hours, **fields)
        reply = caller.post("/api/bookings", json=body)
        assert reply.status == 201, f"booking answered {reply.status}"
        return _essence(reply.json())

    return create


@pytest.fixture
def error() -> Callable[..., dict[str, Any]]:
    """Check that a reply is an error of the brief's shape, and return what is in it."""

    def read(reply: Any, *statuses: int) -> dict[str, Any]:
        assert reply.status in statuses, (
            f"answered {reply.status}, not {' or '.join(map(str, statuses))}"
        )
        media_type = (reply.header("Content-Type") or "").partition(";")[0].strip()
        assert media_type.lower() == "application/json", f"content type {media_type!r}"
        body = reply.json()
        assert isinstance(body, dict), "the body is no JSON object"
        assert isinstance(body.get("error"), dict), "there is no object in `error`"
        details: dict[str, Any] = body["error"]
        for key in ("code", "message"):
            text = details.get(key)
            assert isinstance(text, str), f"`error.{key}` is no string"
            assert text.strip(), f"`error.{key}` is empty"
        return details

    return read


@pytest.fixture
def invalid(error: Callable[..., dict[str, Any]]) -> Callable[..., None]:
    """Check that a reply is a 422 that names these fields, each with its messages."""

    def check(reply: Any, *names: str) -> None:
        fields = error(reply, 422).get("fields")
        assert isinstance(fields, dict), "there is no object in `error.fields`"
        for name in names:
            assert name in fields, f"`error.fields` names {sorted(fields)}, not {name}"
            messages = fields[name]
            assert isinstance(messages, list), f"`error.fields.{name}` is no list"
            assert messages, f"`error.fields.{name}` is empty"
            assert all(isinstance(text, str) for text in messages), (
                f"`error.fields.{name}` has something that is no string"
            )

    return check


@pytest.fixture
def page() -> Callable[..., dict[str, Any]]:
    """Get one page of a list, and check its envelope."""

    def get(caller: Caller, path: str, **query: Any) -> dict[str, Any]:
        reply = caller.get(path, query=query)
        assert reply.status == 200, f"GET {path} answered {reply.status}"
        body: dict[str, Any] = reply.json()
        for key in ("page", "per_page", "total"):
            assert type(body.get(key)) is int, f"`{key}` is no integer"
        assert isinstance(body.get("items"), list), "`items` is no list"
        assert len(body["items"]) <= body["per_page"], "more items than `per_page`"
        return {**body, "items": [_essence(item) for item in body["items"]]}

    return get


@pytest.fixture
def every(page: Callable[..., dict[str, Any]]) -> Callable[..., list[Any]]:
    """Page through a list to its end, and return all items in their order."""

    def collect(
        caller: Caller, path: str, per_page: int = ROWS_ON_A_FULL_PAGE, **query: Any
    ) -> list[Any]:
        items: list[Any] = []
        number = 1
        while True:
            body = page(caller, path, page=number, per_page=per_page, **query)
            items += body["items"]
            if number * per_page >= body["total"]:
                return items
            number += 1

    return collect


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _decode(part: str) -> dict[str, Any]:
    raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    value: dict[str, Any] = json.loads(raw)
    return value


@pytest.fixture
def read_token() -> Callable[[str], tuple[dict[str, Any], dict[str, Any]]]:
    """Return the header and the claims of a JWT."""

    def read(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
        parts = token.split(".")
        assert len(parts) == 3, "the token has not the three parts of a JWT"
        return _decode(parts[0]), _decode(parts[1])

    return read


@pytest.fixture
def forge() -> Callable[..., str]:
    """Write a JWT: with the application's key, another key, or unsigned (None)."""

    def write(header: dict[str, Any], claims: dict[str, Any], key: str | None = SECRET_KEY) -> str:
        parts = [_encode(json.dumps(part).encode()) for part in (header, claims)]
        signature = b""
        if key is not None:
            signed = ".".join(parts).encode()
            signature = hmac.new(key.encode(), signed, hashlib.sha256).digest()
        return ".".join([*parts, _encode(signature)])

    return write

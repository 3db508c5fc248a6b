"""What the hidden tests share: the provider who signs, the ledger that answers, operators.

Built on fixtures of the harness: `http` talks to the served application, `downstream` is the
ledger, `processes` are the web server and the worker, `services` are Redis and PostgreSQL;
`unique` makes names that nobody can foresee, `dice` is the run's random generator. After each test
the harness starts what was stopped, and resumes what was paused. One database serves the whole
run: each test brings its own events and looks at nothing else.
"""

import hashlib
import hmac
import json
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partialmethod
from random import Random
from typing import Any

import pytest

# As in the launch environment of exercise.yaml.
SECRETS = ("test-value-the-new-one", "test-value-the-old-one")
OPERATOR_TOKEN = "test-value-of-the-operators"

WEBHOOKS = "/webhooks/payments"
SEEN = ("id", "type", "status", "attempts", "last_error", "request_id", "received_at")
# The brief promises 10 and 15 seconds. A host that is busy with other things may take longer.
PATIENCE = 45.0
LITTLE_PATIENCE = 3.0  # once it is clear that nothing ever comes
HOPES = 3
QUIET = 5.0
BETWEEN = 0.05

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Waiting:
    """Waits for what has to happen; not for long any more, if it has never come to anything."""

    kept: int = 0
    broken: int = 0
    meanwhile: Callable[[], None] | None = None

    def wait_for(
        self, what: Callable[[], Any], seconds: float = PATIENCE, why: str = "it did not happen"
    ) -> Any:
        """Return what `what` returns as soon as it is true; fail if it never is."""
        hopeless = not self.kept and self.broken >= HOPES
        deadline = time.monotonic() + (LITTLE_PATIENCE if hopeless else seconds)
        while not (found := what()):
            if time.monotonic() >= deadline:
                self.broken += 1
                raise AssertionError(why)
            if self.meanwhile is not None:
                self.meanwhile()
            time.sleep(BETWEEN)
        self.kept += 1
        return found


waiting = Waiting()
wait_for = waiting.wait_for


def signature(body: bytes, *, secret: str = SECRETS[0], at: float | str | None = None) -> str:
    """Return a header's value for a body."""
    moment = str(int(time.time() if at is None else at)) if not isinstance(at, str) else at
    digest = hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256)
    return f"t={moment},v1={digest.hexdigest()}"


@dataclass(frozen=True, kw_only=True)
class Provider:
    """Posts events, signed unless told otherwise."""

    http: Any
    accepted_ids: list[str] = field(default_factory=list)

    def send(
        self,
        event: Any,
        *,
        signed: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        """Post an event, or bytes in its place."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        mark = signature(body) if signed is None else signed
        return self.http.post(
            WEBHOOKS,
            data=body,
            headers={
                "Content-Type": "application/json",
                **({"Webhook-Signature": mark} if mark else {}),
                **(headers or {}),
            },
        )

    def accepted(self, event: Any, **options: Any) -> str:
        """Post an event that is new, and return its id."""
        reply = self.send(event, **options)
        assert reply.status == 202, f"a new event was answered with {reply.status}"
        self.accepted_ids.append(event["id"])
        return str(event["id"])


@dataclass(frozen=True, kw_only=True)
class Operator:
    """A client that sends the operators' token."""

    http: Any

    def request(self, method: str, path: str, **rest: Any) -> Any:
        """Send a request as an operator."""
        token = {"Authorization": f"Bearer {OPERATOR_TOKEN}"}
        return self.http.request(method, path, headers=token | rest.pop("headers", {}), **rest)

    get = partialmethod(request, "GET")
    post = partialmethod(request, "POST")

    def event(self, event_id: str) -> dict[str, Any]:
        """Return what operators see of an event."""
        reply = self.get(f"/events/{event_id}")
        assert reply.status == 200, f"GET /events/{event_id} answered {reply.status}"
        return essence(reply.json())

    def dead_letters(self) -> list[dict[str, Any]]:
        """Return the dead letters."""
        reply = self.get("/dead-letters")
        assert reply.status == 200, f"GET /dead-letters answered {reply.status}"
        body = reply.json()
        assert isinstance(body, dict), "the body is no JSON object"
        assert isinstance(body.get("items"), list), "`items` is no list"
        return [essence(each) for each in body["items"]]

    def requeue(self, event_id: str) -> Any:
        """Requeue a dead letter."""
        return self.post(f"/dead-letters/{event_id}/requeue")

    def awaits(self, event_id: str, status: str, seconds: float = PATIENCE) -> dict[str, Any]:
        """Wait until an event is `status`, and return it."""

        def there() -> dict[str, Any] | None:
            seen = self.event(event_id)
            return seen if seen["status"] == status else None

        seen: dict[str, Any] = wait_for(there, seconds, f"the event was not {status} in time")
        return seen


def essence(body: Any) -> dict[str, Any]:
    """Return what the brief says of an event: an answer may hold more than that."""
    assert isinstance(body, dict), "an event is no JSON object"
    missing = [name for name in SEEN if name not in body]
    assert not missing, f"the answer lacks {', '.join(missing)}"
    return {name: body[name] for name in SEEN}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A request that reached the ledger. `at` is a moment on the monotonic clock, in seconds."""

    method: str
    path: str
    headers: dict[str, str]  # by their names in small letters
    body: bytes
    at: float

    @property
    def event(self) -> Any:
        """The event that it holds."""
        return json.loads(self.body)


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """What the ledger got, and how it answers: 200, or as each event's script says."""

    downstream: Any
    scripts: dict[str, deque[Callable[[], Answer]]] = field(default_factory=dict)

    def answers(self, event_id: str, *steps: int | Callable[[], Answer]) -> None:
        """Have an event's attempts answered so, one after the other; the last step stays."""
        self.scripts[event_id] = deque(
            step if callable(step) else lambda step=step: (step, {}, b"") for step in steps
        )

    def reply(self, request: Any) -> Answer:
        """Answer a request."""
        steps = self.scripts.get(entry(request).headers.get("idempotency-key", ""))
        if not steps:
            return 200, {}, b"{}"
        step = steps.popleft() if len(steps) > 1 else steps[0]
        return step()

    def got(self, event_id: str) -> list[Entry]:
        """Return the requests about an event, as they came."""
        entries = [entry(request) for request in list(self.downstream.requests)]
        return [one for one in entries if one.headers.get("idempotency-key") == event_id]

    def awaits(self, event_id: str, count: int = 1, seconds: float = PATIENCE) -> list[Entry]:
        """Wait until so many requests about an event have come, and return them."""

        def there() -> list[Entry] | None:
            found = self.got(event_id)
            return found if len(found) >= count else None

        found: list[Entry] = wait_for(
            there, seconds, f"attempt {count} did not reach the ledger in time"
        )
        return found


def entry(request: Any) -> Entry:
    """Return a request to the ledger as a value of ours."""
    return Entry(
        method=request.method,
        path=request.path,
        headers={str(name).lower(): str(value) for name, value in dict(request.headers).items()},
        body=request.body,
        at=request.at,
    )


@pytest.fixture(name="wait_for")
def _wait_for() -> Callable[..., Any]:
    """Wait until something is true."""
    return wait_for


@pytest.fixture(name="signature")
def _signature() -> Callable[..., str]:
    """Sign a body."""
    return signature


@pytest.fixture
def secrets() -> tuple[str, ...]:
    """What the provider and the service both know."""
    return SECRETS


@pytest.fixture
def provider(http: Any) -> Provider:
    """The payment provider."""
    return Provider(http=http)


@pytest.fixture
def operator(http: Any) -> Operator:
    """An operator."""
    return Operator(http=http)


@pytest.fixture
def ledger(downstream: Any) -> Ledger:
    """The ledger, which answers 200 to everything that nobody has said otherwise about."""
    ledger = Ledger(downstream=downstream)
    downstream.answer(ledger.reply)
    return ledger


@pytest.fixture
def supervisor(processes: Any) -> Iterator[None]:
    """Start a worker again that has ended by itself, while we wait.

    Celery's worker may die of a Redis that goes away while it holds a message.
    """

    def look() -> None:
        if not processes["worker"].alive():
            processes["worker"].start()

    waiting.meanwhile = look
    yield
    waiting.meanwhile = None


@pytest.fixture(autouse=True)
def _quiet(provider: Provider, operator: Operator, ledger: Ledger) -> Iterator[None]:  # noqa: ARG001
    """Leave nothing behind that is still tried: the next test may take Redis away."""
    yield
    deadline = time.monotonic() + QUIET
    for event_id in provider.accepted_ids if waiting.kept else ():
        try:
            while operator.event(event_id)["status"] == "pending" and time.monotonic() < deadline:
                time.sleep(BETWEEN)
        except AssertionError:
            return


@pytest.fixture
def new_event(unique: Any, dice: Random) -> Callable[..., dict[str, Any]]:
    """Write an event that has not been sent yet."""

    def write(**fields: Any) -> dict[str, Any]:
        return {
            "id": unique("evt"),
            "type": dice.choice(("payment.captured", "payment.refunded", "payout.paid")),
            "data": {
                "payment_id": unique("pay"),
                "amount": dice.randint(100, 10**9),
                "currency": dice.choice(("EUR", "GBP", "SEK")),
            },
            **fields,
        }

    return write


@pytest.fixture
def event(new_event: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """An event that has not been sent yet."""
    return new_event()


@pytest.fixture
def dead_letter(
    provider: Provider, operator: Operator, ledger: Ledger, new_event: Any
) -> Callable[[], dict[str, Any]]:
    """Have an event die at its first attempt, and return it as operators see it."""

    def die() -> dict[str, Any]:
        event = new_event()
        ledger.answers(event["id"], 400)
        provider.accepted(event)
        return operator.awaits(event["id"], "dead")

    return die


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
def lines(processes: Any) -> Callable[..., list[dict[str, Any]]]:
    """Return those lines of a process's log that are JSON objects and have these values."""

    def read(name: str, **values: Any) -> list[dict[str, Any]]:
        found = []
        for text in processes[name].log().splitlines():
            try:
                line = json.loads(text)
            except ValueError:
                continue
            if isinstance(line, dict) and all(line.get(k) == v for k, v in values.items()):
                found.append(line)
        return found

    return read

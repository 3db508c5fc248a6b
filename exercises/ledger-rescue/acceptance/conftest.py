"""What the hidden tests share: callers with a key, money of their own, how errors look.

Built on three fixtures of the harness: `http` talks to the served application, `unique`
makes readable names that nobody can foresee, `dice` is the run's random generator.
One database serves the whole run: each test brings its own customers and looks at nothing else.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partialmethod
from random import Random
from typing import Any

import pytest

OPERATOR_KEY = "the-operator-of-the-hidden-tests"  # as in exercise.yaml

_MONEY = re.compile(r"-?[0-9]+\.[0-9]{2}")


@dataclass(frozen=True, kw_only=True)
class Caller:
    """A client that sends a key with every request."""

    http: Any
    key: str
    id: Any = None  # of the customer; the operator has none

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        **rest: Any,
    ) -> Any:
        """Send a request with this key; `headers` are added to it."""
        headers = {"Authorization": f"Bearer {self.key}", **(headers or {})}
        return self.http.request(method, path, headers=headers, **rest)

    get = partialmethod(request, "GET")
    post = partialmethod(request, "POST")
    put = partialmethod(request, "PUT")
    patch = partialmethod(request, "PATCH")
    delete = partialmethod(request, "DELETE")


@pytest.fixture
def cents() -> Callable[[Any], int]:
    """Read an amount of an answer, which has two decimals."""

    def read(text: Any) -> int:
        assert isinstance(text, str), f"{text!r} is no string"
        assert _MONEY.fullmatch(text), f"{text!r} is not written like an amount"
        return int(text.replace(".", ""))

    return read


@pytest.fixture
def money() -> Callable[[int], str]:
    """Write cents as a request does."""

    def write(number: int) -> str:
        return f"{number // 100}.{number % 100:02}"

    return write


@pytest.fixture
def operator(http: Any) -> Caller:
    """The operator, whose key is in the environment."""
    return Caller(http=http, key=OPERATOR_KEY)


@pytest.fixture
def new_customer(http: Any, operator: Caller, unique: Any) -> Callable[..., Caller]:
    """Make a customer, who pays no fees if none are told."""

    def create(fee_rate: str = "0.00") -> Caller:
        body = {"name": unique("customer"), "fee_rate": fee_rate}
        reply = operator.post("/api/customers", json=body)
        assert reply.status == 201, f"making a customer answered {reply.status}"
        made = reply.json()
        assert isinstance(made.get("api_key"), str), "there is no string in `api_key`"
        return Caller(http=http, key=made["api_key"], id=made.get("id"))

    return create


@pytest.fixture
def alice(new_customer: Callable[..., Caller]) -> Caller:
    """A customer."""
    return new_customer()


@pytest.fixture
def bob(new_customer: Callable[..., Caller]) -> Caller:
    """Another customer."""
    return new_customer()


@pytest.fixture
def open_account(operator: Caller, unique: Any, money: Any) -> Callable[..., Any]:
    """Open an account with so many cents on it, and return its id."""

    def create(owner: Caller, holding: int = 0, name: str | None = None) -> Any:
        reply = owner.post("/api/accounts", json={"name": name or unique("account")})
        assert reply.status == 201, f"opening an account answered {reply.status}"
        account_id = reply.json()["id"]
        if holding:
            body = {"account_id": account_id, "amount": money(holding)}
            reply = operator.post("/api/deposits", json=body)
            assert reply.status == 201, f"a deposit answered {reply.status}"
        return account_id

    return create


@pytest.fixture
def balance(operator: Caller, cents: Any) -> Callable[[Any], int]:
    """Read what is on an account, in cents."""

    def read(account_id: Any) -> int:
        reply = operator.get(f"/api/accounts/{account_id}")
        assert reply.status == 200, f"an account answered {reply.status}"
        number: int = cents(reply.json()["balance"])
        return number

    return read


@pytest.fixture
def nobodys(alice: Caller, open_account: Any) -> Any:
    """An id of the right kind that no account has."""
    known = open_account(alice)
    return 2_000_000_000 if isinstance(known, int) else "2000000000"


@pytest.fixture
def pay(money: Any) -> Callable[..., Any]:
    """Send a transfer of so many cents, and return the reply."""

    def send(
        payer: Caller, source: Any, target: Any, number: int, key: str | None = None, **more: Any
    ) -> Any:
        body = {"from_account_id": source, "to_account_id": target, "amount": money(number), **more}
        headers = {"Idempotency-Key": key} if key else {}
        return payer.post("/api/transfers", json=body, headers=headers)

    return send


@pytest.fixture
def share(money: Any) -> Callable[..., Any]:
    """Send a split of so many cents among accounts by weights, and return the reply."""

    def send(payer: Caller, source: Any, number: int, weights: dict[Any, int]) -> Any:
        shares = [{"account_id": key, "weight": weight} for key, weight in weights.items()]
        body = {"from_account_id": source, "amount": money(number), "shares": shares}
        return payer.post("/api/splits", json=body)

    return send


@pytest.fixture
def send_batch(money: Any) -> Callable[..., Any]:
    """Send a batch of transfers, each a receiver and cents, and return the reply."""

    def send(payer: Caller, source: Any, transfers: list[tuple[Any, int]]) -> Any:
        orders = [{"to_account_id": to, "amount": money(number)} for to, number in transfers]
        body = {"from_account_id": source, "transfers": orders}
        return payer.post("/api/batches", json=body)

    return send


@pytest.fixture
def made() -> Callable[[Any], dict[str, Any]]:
    """Read the entry that a request has made."""

    def read(reply: Any) -> dict[str, Any]:
        assert reply.status == 201, f"answered {reply.status}, not 201"
        entry: dict[str, Any] = reply.json()
        assert isinstance(entry.get("postings"), list), "there is no list in `postings`"
        return entry

    return read


@pytest.fixture
def statement() -> Callable[..., dict[str, Any]]:
    """Read the statement of an account for a month."""

    def read(caller: Caller, account_id: Any, month: str) -> dict[str, Any]:
        reply = caller.get(f"/api/accounts/{account_id}/statement", query={"month": month})
        assert reply.status == 200, f"a statement answered {reply.status}"
        body: dict[str, Any] = reply.json()
        return body

    return read


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
def invalid() -> Callable[..., None]:
    """Check that a reply is a 422 that names these fields, each with its messages."""

    def check(reply: Any, *names: str) -> None:
        assert reply.status == 422, f"answered {reply.status}, not 422"
        fields = reply.json()["error"].get("fields")
        assert isinstance(fields, dict), "there is no object in `error.fields`"
        for name in names:
            assert name in fields, f"`error.fields` names {sorted(fields)}, not {name}"
            assert isinstance(fields[name], list), f"`error.fields.{name}` is no list"
            assert fields[name], f"`error.fields.{name}` is empty"

    return check


@pytest.fixture
def month(dice: Random) -> str:
    """A month that cannot be foreseen."""
    return f"{2031 + dice.randrange(400)}-{1 + dice.randrange(12):02}"

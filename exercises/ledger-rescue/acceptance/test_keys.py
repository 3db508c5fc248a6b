"""Keys: who may call, and as whom."""

from typing import Any

import pytest

ROUTES = (
    ("POST", "/api/customers"),
    ("GET", "/api/customers/me"),
    ("PATCH", "/api/customers/1"),
    ("GET", "/api/accounts"),
    ("POST", "/api/accounts"),
    ("GET", "/api/accounts/1"),
    ("PATCH", "/api/accounts/1"),
    ("POST", "/api/accounts/1/close"),
    ("GET", "/api/accounts/1/statement?month=2031-05"),
    ("POST", "/api/deposits"),
    ("POST", "/api/transfers"),
    ("POST", "/api/splits"),
    ("POST", "/api/batches"),
    ("GET", "/api/entries/1"),
    ("GET", "/api/books/unbalanced"),
)
# In parts: no text of a hidden test may stand in the starter, and this one does on purpose.
WAS_IN_THE_SOURCE = "-".join(("tally", "import", "7c1f04d2b9"))


@pytest.mark.brief("201, the new customer, with their `api_key`")
def test_a_new_customer_answers_201_with_a_key(operator: Any, unique: Any) -> None:
    """Making a customer answers 201 with their name, rate and key."""
    name = unique("customer")

    reply = operator.post("/api/customers", json={"name": name, "fee_rate": "1.25"})

    assert reply.status == 201
    body = reply.json()
    assert (body["name"], body["fee_rate"]) == (name, "1.25")
    assert body["api_key"]


@pytest.mark.brief("200, the customer whose key it is")
def test_me_is_the_customer_of_the_key(alice: Any, bob: Any) -> None:
    """The key decides who `me` is."""
    for caller in (alice, bob):
        reply = caller.get("/api/customers/me")
        assert reply.status == 200
        assert reply.json()["id"] == caller.id


@pytest.mark.brief("Without a good one the answer is 401")
def test_every_route_asks_for_a_key(http: Any, error: Any) -> None:
    """No route answers anything but 401 without a key."""
    for method, path in ROUTES:
        body = {"json": {}} if method != "GET" else {}
        error(http.request(method, path, **body), 401)


@pytest.mark.brief("Without a good one the answer is 401")
def test_a_key_that_nobody_has_is_refused(http: Any, alice: Any, error: Any) -> None:
    """A key that is made up, changed or sent by another scheme answers 401."""
    key = alice.key
    changed = key[:-1] + ("A" if key[-1] != "A" else "B")
    for value in ("Bearer nobody", f"Bearer {changed}", f"Bearer {key[:-1]}", f"Token {key}"):
        error(http.get("/api/accounts", headers={"Authorization": value}), 401)


@pytest.mark.brief("with a `WWW-Authenticate` header that begins with `Bearer`")
def test_a_401_says_how_to_sign_in(http: Any) -> None:
    """A 401 carries a WWW-Authenticate header that begins with Bearer."""
    reply = http.get("/api/accounts")

    assert reply.status == 401
    assert (reply.header("WWW-Authenticate") or "").startswith("Bearer")


@pytest.mark.brief("Whatever was in it is known")
def test_a_key_of_the_source_opens_nothing(http: Any, error: Any) -> None:
    """The key that stood in the source is refused like any other that is not good."""
    headers = {"Authorization": f"Bearer {WAS_IN_THE_SOURCE}"}

    for path in ("/api/accounts", "/api/books/unbalanced"):
        error(http.get(path, headers=headers), 401)
    body = {"name": "Mallory", "fee_rate": "0.00"}
    error(http.post("/api/customers", json=body, headers=headers), 401)


@pytest.mark.brief("Whoever has a good key but the wrong role gets 403")
def test_customers_do_not_do_what_is_the_operators(
    alice: Any, open_account: Any, balance: Any, error: Any
) -> None:
    """What only the operator may do answers 403 to a customer, and has no effect."""
    account = open_account(alice)
    deposit = {"account_id": account, "amount": "5.00"}

    error(alice.post("/api/customers", json={"name": "Eve", "fee_rate": "0.00"}), 403)
    error(alice.patch(f"/api/customers/{alice.id}", json={"fee_rate": "0.00"}), 403)
    error(alice.post("/api/deposits", json=deposit), 403)
    error(alice.get("/api/books/unbalanced"), 403)
    assert balance(account) == 0


@pytest.mark.brief("Whoever has a good key but the wrong role gets 403")
def test_the_operator_has_no_accounts_and_sends_nothing(
    operator: Any, alice: Any, open_account: Any, pay: Any, balance: Any, error: Any
) -> None:
    """What only customers may do answers 403 to the operator."""
    source, target = open_account(alice, 500), open_account(alice)

    error(operator.post("/api/accounts", json={"name": "Ours"}), 403)
    error(pay(operator, source, target, 100), 403)
    error(operator.patch(f"/api/accounts/{source}", json={"name": "Ours"}), 403)
    error(operator.get("/api/customers/me"), 403)
    assert balance(source) == 500


@pytest.mark.brief("the customer with another `fee_rate`")
def test_the_operator_changes_a_rate(operator: Any, alice: Any, error: Any) -> None:
    """The operator gives a customer another rate; an unknown customer answers 404."""
    reply = operator.patch(f"/api/customers/{alice.id}", json={"fee_rate": "2.50"})

    assert reply.status == 200
    assert reply.json()["fee_rate"] == "2.50"
    assert alice.get("/api/customers/me").json()["fee_rate"] == "2.50"
    error(operator.patch("/api/customers/1999999999", json={"fee_rate": "2.50"}), 404)


@pytest.mark.brief("Who calls is decided by the key, and by nothing else that a client sends")
def test_a_header_makes_nobody_somebody_else(alice: Any, bob: Any, open_account: Any) -> None:
    """A customer's id in a header opens nothing that is not the caller's."""
    account, own = open_account(alice, 1000), open_account(bob)
    for name in ("X-Customer-Id", "X-Customer-ID", "X-User-Id"):
        headers = {name: str(alice.id)}
        assert bob.get(f"/api/accounts/{account}", headers=headers).status in (403, 404)
        assert bob.get("/api/customers/me", headers=headers).json()["id"] == bob.id
        body = {"from_account_id": account, "to_account_id": own, "amount": "1.00"}
        assert bob.post("/api/transfers", json=body, headers=headers).status in (403, 404, 422)


@pytest.mark.brief("I saw the accounts of somebody else")
def test_a_parameter_shows_nobody_elses_accounts(alice: Any, bob: Any, open_account: Any) -> None:
    """A customer's id in the query shows a customer nothing that is not theirs."""
    account = open_account(alice)
    open_account(bob)
    for name in ("customer_id", "customer", "owner_id"):
        reply = bob.get("/api/accounts", query={name: alice.id, "per_page": 100})
        if reply.status == 200:
            assert account not in [one["id"] for one in reply.json()["items"]]
        else:
            assert reply.status in (403, 404, 422)
    path = f"/api/accounts/{account}/statement"
    reply = bob.get(path, query={"month": "2031-05", "customer_id": alice.id})
    assert reply.status in (403, 404)

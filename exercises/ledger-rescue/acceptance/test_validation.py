"""What is not acceptable is a 422 that names all of it, and takes no effect."""

from typing import Any

import pytest

AMOUNTS = ("", "0.00", "0", "-1.00", "1.005", "1,00", "ten", "1e3", " 1.00", "NaN", 10, 1.5, True)


@pytest.mark.brief("JSON numbers are none", "more than zero, and a million at most")
def test_an_amount_that_is_none_is_named(
    alice: Any, operator: Any, open_account: Any, balance: Any, invalid: Any
) -> None:
    """What is no amount, or is too small or too large, answers 422 and is named."""
    source, target = open_account(alice, 500), open_account(alice)
    for amount in (*AMOUNTS, None, [], {}, "1000000.01", "999999999.00"):
        body = {"to_account_id": target, "from_account_id": source, "amount": amount}
        invalid(alice.post("/api/transfers", json=body), "amount")
        body = {"account_id": source, "amount": amount}
        invalid(operator.post("/api/deposits", json=body), "amount")
    assert (balance(source), balance(target)) == (500, 0)


@pytest.mark.brief("a million at most")
def test_a_million_is_fine(alice: Any, operator: Any, open_account: Any, balance: Any) -> None:
    """The largest and the smallest amount are booked."""
    account = open_account(alice)
    for amount in ("1000000.00", "0.01"):
        body = {"account_id": account, "amount": amount}
        assert operator.post("/api/deposits", json=body).status == 201
    assert balance(account) == 100_000_001


@pytest.mark.brief("a string of 1 to 60 characters, not only blanks")
def test_an_account_name_that_is_none_is_named(alice: Any, open_account: Any, invalid: Any) -> None:
    """A name that is blank, too long or no string answers 422; 60 characters are fine."""
    path = f"/api/accounts/{open_account(alice)}"
    for name in ("", "  ", "x" * 61, 7, None, ["Main"]):
        invalid(alice.post("/api/accounts", json={"name": name}), "name")
        invalid(alice.patch(path, json={"name": name}), "name")
    assert alice.post("/api/accounts", json={"name": "x" * 60}).status == 201


@pytest.mark.brief('from `"0.00"` to `"10.00"`')
def test_a_rate_that_is_none_is_named(operator: Any, alice: Any, invalid: Any) -> None:
    """A rate that is no string, or out of its range, answers 422 and is named."""
    for rate in ("", "10.01", "-1.00", "1.005", 1, 1.5, None):
        invalid(operator.post("/api/customers", json={"name": "Eve", "fee_rate": rate}), "fee_rate")
        invalid(operator.patch(f"/api/customers/{alice.id}", json={"fee_rate": rate}), "fee_rate")
    for rate in ("0.00", "10.00"):
        body = {"fee_rate": rate}
        assert operator.patch(f"/api/customers/{alice.id}", json=body).status == 200


@pytest.mark.brief("Any of them may have a `memo` of 1 to 140 characters")
def test_a_memo_that_is_none_is_named(
    alice: Any, open_account: Any, pay: Any, invalid: Any, made: Any
) -> None:
    """A memo that is empty, too long or no string answers 422; 140 characters are fine."""
    source, target = open_account(alice, 500), open_account(alice)
    for memo in ("", "x" * 141, 7, ["Rent"]):
        invalid(pay(alice, source, target, 100, memo=memo), "memo")
    assert made(pay(alice, source, target, 100, memo="x" * 140))["memo"] == "x" * 140


@pytest.mark.brief("ISO 8601 with an offset")
def test_a_time_that_is_none_is_named(
    alice: Any, operator: Any, open_account: Any, invalid: Any
) -> None:
    """A time that is none, or has no offset, answers 422 and is named."""
    account = open_account(alice)
    for moment in ("", "soon", "2031-05-06", "2031-05-06T09:00:00", "2031-02-30T09:00:00Z", 7):
        deposit = {"booked_at": moment, "account_id": account, "amount": "1.00"}
        invalid(operator.post("/api/deposits", json=deposit), "booked_at")


@pytest.mark.brief("are a 422 that names the field")
def test_an_account_that_is_not_there_is_named(
    alice: Any, bob: Any, operator: Any, open_account: Any, pay: Any, nobodys: Any, invalid: Any
) -> None:
    """An account that does not exist, or is not the caller's to pay from, is named."""
    source, target, his = open_account(alice, 500), open_account(alice), open_account(bob, 500)

    invalid(pay(alice, nobodys, target, 100), "from_account_id")
    invalid(pay(alice, his, target, 100), "from_account_id")
    invalid(pay(alice, source, nobodys, 100), "to_account_id")
    invalid(operator.post("/api/deposits", json={"account_id": nobodys, "amount": "1.00"}))
    for wrong in (None, {}, "' OR 1=1 --", -1):
        invalid(pay(alice, source, wrong, 100), "to_account_id")


@pytest.mark.brief("Source and receiver are different accounts")
def test_nobody_pays_themselves(
    alice: Any, open_account: Any, pay: Any, share: Any, balance: Any, invalid: Any
) -> None:
    """A transfer or split from an account to itself answers 422."""
    source, other = open_account(alice, 500), open_account(alice)

    invalid(pay(alice, source, source, 100), "to_account_id")
    invalid(share(alice, source, 100, {other: 1, source: 1}))
    assert (balance(source), balance(other)) == (500, 0)


@pytest.mark.brief("among 2 to 20 accounts by weights")
def test_shares_that_make_no_sense_are_named(
    alice: Any, open_account: Any, nobodys: Any, balance: Any, invalid: Any
) -> None:
    """Shares that are too few, too many, unknown or without a sensible weight are named."""
    source, one, two = open_account(alice, 900), open_account(alice), open_account(alice)

    def split(shares: Any) -> Any:
        body = {"from_account_id": source, "amount": "9.00", "shares": shares}
        return alice.post("/api/splits", json=body)

    good = {"account_id": one, "weight": 1}
    for bad in (
        *(None, [], [good], "all", [good, 7], [good] * 21),
        *([good, {"account_id": two, "weight": weight}] for weight in (0, -1, "1", None)),
        [good, {"account_id": nobodys, "weight": 1}],
    ):
        invalid(split(bad), "shares")
    assert (balance(source), balance(one), balance(two)) == (900, 0, 0)


@pytest.mark.brief("A batch is a list of 1 to 50 transfers from one account")
def test_a_batch_that_makes_no_sense_is_named(
    alice: Any, open_account: Any, balance: Any, invalid: Any
) -> None:
    """A batch that is empty, too long, or has a transfer that is none, is named."""
    source, target = open_account(alice, 9_000), open_account(alice)
    good = {"to_account_id": target, "amount": "1.00"}
    for bad in (None, [], "all", [good] * 51, [good, {**good, "amount": "-1"}], [good, 7]):
        body = {"from_account_id": source, "transfers": bad}
        invalid(alice.post("/api/batches", json=body), "transfers")
    assert (balance(source), balance(target)) == (9_000, 0)


@pytest.mark.brief("maps each field that is wrong (all of them, not just the first)")
def test_all_that_is_wrong_is_named(alice: Any, operator: Any, invalid: Any) -> None:
    """An empty request names every field that it lacks."""
    invalid(alice.post("/api/transfers", json={}), "from_account_id", "to_account_id", "amount")
    invalid(operator.post("/api/deposits", json={}), "account_id", "amount")
    invalid(alice.post("/api/splits", json={}), "from_account_id", "amount", "shares")
    invalid(operator.post("/api/customers", json={}), "name", "fee_rate")


@pytest.mark.brief("`page` starts at 1, `per_page` is 1 to 100")
def test_page_parameters_that_make_no_sense_are_named(alice: Any, invalid: Any) -> None:
    """Pages that cannot be are named; a page may have 100 rows."""
    for value in ("0", "-1", "two", ""):
        invalid(alice.get("/api/accounts", query={"page": value}), "page")
    for value in ("0", "101", "all"):
        invalid(alice.get("/api/accounts", query={"per_page": value}), "per_page")
    assert alice.get("/api/accounts", query={"per_page": 100}).status == 200


@pytest.mark.brief("readable, but not acceptable")
def test_a_month_that_is_none_is_named(alice: Any, open_account: Any, invalid: Any) -> None:
    """A month that is missing or none answers 422 and is named."""
    path = f"/api/accounts/{open_account(alice)}/statement"
    for value in ("2031-13", "2031-00", "2031", "May", "2031-5", ""):
        invalid(alice.get(path, query={"month": value}), "month")
    invalid(alice.get(path), "month")


@pytest.mark.brief("1 to 80 characters")
def test_a_key_that_is_too_long_is_refused(
    alice: Any, open_account: Any, pay: Any, balance: Any, error: Any
) -> None:
    """An Idempotency-Key of more than 80 characters answers 422; 80 are fine."""
    source, target = open_account(alice, 500), open_account(alice)

    error(pay(alice, source, target, 100, "k" * 81), 422)
    assert pay(alice, source, target, 100, "k" * 80).status == 201
    assert balance(source) == 400

"""Deposits, transfers, batches and splits: where money goes, to the cent."""

from functools import partial
from typing import Any

import pytest

CALLERS = 8
ROUNDS = 2


def _gains(entry: dict[str, Any], cents: Any) -> dict[Any, int]:
    """Return what an entry adds to each account."""
    return {posting["account_id"]: cents(posting["amount"]) for posting in entry["postings"]}


@pytest.mark.brief("A deposit brings money from outside into an account")
def test_a_deposit_arrives(
    alice: Any, operator: Any, open_account: Any, balance: Any, made: Any, dice: Any
) -> None:
    """A deposit answers 201 with its entry, and is on the account."""
    account = open_account(alice)
    whole = 1 + dice.randrange(900)
    body = {"account_id": account, "amount": f"{whole}.50", "memo": "From outside"}

    entry = made(operator.post("/api/deposits", json=body))

    assert (entry["kind"], entry["amount"], entry["fee"]) == ("deposit", f"{whole}.50", "0.00")
    assert entry["memo"] == "From outside"
    assert balance(account) == whole * 100 + 50


@pytest.mark.brief("The postings of an entry come to zero, always")
def test_the_postings_of_an_entry_come_to_zero(
    new_customer: Any, operator: Any, open_account: Any, pay: Any, made: Any, cents: Any
) -> None:
    """A deposit and a transfer with a fee have postings that come to zero."""
    payer = new_customer("2.00")
    source, target = open_account(payer, 10_000), open_account(payer)

    entry = made(pay(payer, source, target, 1000))
    gains = _gains(entry, cents)
    assert (gains[source], gains[target]) == (-1020, 1000)
    assert sum(gains.values()) == 0
    assert entry["fee"] == "0.20"

    body = {"account_id": target, "amount": "3.00"}
    gains = _gains(made(operator.post("/api/deposits", json=body)), cents)
    assert gains[target] == 300
    assert sum(gains.values()) == 0


@pytest.mark.brief("A 201 carries a `Location` header that leads to the new thing")
def test_the_location_of_an_entry_leads_to_it(
    alice: Any, open_account: Any, pay: Any, made: Any
) -> None:
    """The Location header of a transfer leads to its entry."""
    reply = pay(alice, open_account(alice, 500), open_account(alice), 100)

    entry, location = made(reply), reply.header("Location")
    assert location, "there is no Location header"
    found = alice.get(location[location.index("/api/") :])
    assert (found.status, found.json()["id"]) == (200, entry["id"])


@pytest.mark.brief("whoever has an account in it, operator")
def test_an_entry_is_shown_to_both_sides_and_nobody_else(
    alice: Any, bob: Any, operator: Any, new_customer: Any, open_account: Any, pay: Any, made: Any
) -> None:
    """Sender, receiver and operator can read an entry; to others it answers 403 or 404."""
    entry = made(pay(alice, open_account(alice, 500), open_account(bob), 100))
    path = f"/api/entries/{entry['id']}"

    for caller in (alice, bob, operator):
        reply = caller.get(path)
        assert reply.status == 200
        assert reply.json()["amount"] == "1.00"
    assert new_customer().get(path).status in (403, 404)


@pytest.mark.brief("the new entry")
def test_money_moves_from_one_account_to_another(
    alice: Any, bob: Any, open_account: Any, pay: Any, balance: Any, made: Any, dice: Any
) -> None:
    """A transfer takes from one account and gives to the other."""
    source, target = open_account(alice, 50_000), open_account(bob, 700)
    number = 100 * (1 + dice.randrange(400))

    entry = made(pay(alice, source, target, number, memo="Rent"))

    assert (entry["kind"], entry["memo"]) == ("transfer", "Rent")
    assert (balance(source), balance(target)) == (50_000 - number, 700 + number)


@pytest.mark.brief("is refused with 409 and the code `insufficient_funds`")
def test_a_transfer_beyond_the_balance_is_refused_and_changes_nothing(
    new_customer: Any, open_account: Any, pay: Any, balance: Any, error: Any
) -> None:
    """A transfer that takes more than there is, fee included, is refused and changes nothing."""
    payer = new_customer("1.00")
    source, target = open_account(payer, 10_000), open_account(payer)

    for number in (10_000, 9_902, 10_001, 99_999):
        assert error(pay(payer, source, target, number), 409)["code"] == "insufficient_funds"
    assert (balance(source), balance(target)) == (10_000, 0)

    assert pay(payer, source, target, 9_900).status == 201
    assert balance(source) == 1


@pytest.mark.brief("A transfer or split that would take the balance of its source below zero")
def test_a_split_needs_its_amount(
    alice: Any, open_account: Any, share: Any, balance: Any, error: Any
) -> None:
    """All that there is can be split; a split of more is refused with insufficient_funds."""
    source, one, two = open_account(alice, 800), open_account(alice), open_account(alice)

    assert error(share(alice, source, 802, {one: 1, two: 1}), 409)["code"] == "insufficient_funds"
    assert balance(source) == 800
    assert share(alice, source, 800, {one: 1, two: 1}).status == 201
    assert (balance(source), balance(one), balance(two)) == (0, 400, 400)


@pytest.mark.brief("A split divides an amount among 2 to 20 accounts by weights, without a fee")
def test_a_split_divides_by_weights(
    new_customer: Any, open_account: Any, share: Any, balance: Any, made: Any, dice: Any
) -> None:
    """What can be divided without a remainder is, and costs no fee."""
    payer = new_customer("3.00")
    weights = {open_account(payer): 1 + dice.randrange(9) for _ in range(4)}
    unit = 100 * (1 + dice.randrange(50))
    number = unit * sum(weights.values())
    source = open_account(payer, number)

    entry = made(share(payer, source, number, weights))

    assert (entry["kind"], entry["fee"]) == ("split", "0.00")
    for account, weight in weights.items():
        assert balance(account) == unit * weight
    assert balance(source) == 0


@pytest.mark.brief("the new entries")
def test_a_batch_makes_all_of_its_transfers(
    new_customer: Any, open_account: Any, send_batch: Any, balance: Any, cents: Any
) -> None:
    """A batch answers 201 with an entry for each transfer; each of them bears its fee."""
    payer = new_customer("1.00")
    source, one, two = open_account(payer, 10_000), open_account(payer), open_account(payer)

    reply = send_batch(payer, source, [(one, 1000), (two, 2000), (one, 3000)])

    assert reply.status == 201
    entries = reply.json()["entries"]
    assert [cents(entry["amount"]) for entry in entries] == [1000, 2000, 3000]
    assert [cents(entry["fee"]) for entry in entries] == [10, 20, 30]
    assert (balance(source), balance(one), balance(two)) == (3940, 4000, 2000)


@pytest.mark.brief("An amount is booked as it is written, to the cent")
def test_amounts_are_booked_to_the_cent(
    alice: Any, operator: Any, open_account: Any, pay: Any, balance: Any, money: Any, dice: Any
) -> None:
    """Deposits and transfers of amounts that no float can hold arrive as they are written."""
    unlucky = [n for n in range(100, 60_000) if int(float(money(n)) * 100) != n]
    source, target = open_account(alice), open_account(alice)
    chosen = [1999, *dice.sample(unlucky, 5)]

    for number in chosen:
        body = {"account_id": source, "amount": money(number)}
        reply = operator.post("/api/deposits", json=body)
        assert (reply.status, reply.json()["amount"]) == (201, money(number))
    assert balance(source) == sum(chosen)
    for number in chosen[:3]:
        assert pay(alice, source, target, number).status == 201
    assert (balance(source), balance(target)) == (sum(chosen[3:]), sum(chosen[:3]))


@pytest.mark.brief("An amount is a string with at most two decimals")
def test_one_decimal_or_none_will_do(
    alice: Any, operator: Any, open_account: Any, balance: Any
) -> None:
    """An amount may be written with one decimal, or without any."""
    account = open_account(alice)
    for text in ("7", "0.5", "1.25"):
        body = {"account_id": account, "amount": text}
        assert operator.post("/api/deposits", json=body).status == 201

    assert balance(account) == 875


@pytest.mark.brief("rounded to the cent, half a cent upwards")
def test_half_a_cent_of_a_fee_is_rounded_upwards(
    new_customer: Any, open_account: Any, pay: Any, made: Any, money: Any, cents: Any, dice: Any
) -> None:
    """A fee that ends in half a cent is rounded upwards, whether the cent before is even or odd."""
    for rate_bp in (100, 150, 250):
        payer = new_customer(money(rate_bp))
        source, target = open_account(payer, 1_000_000), open_account(payer)
        halves = [n for n in range(10, 40_000, 10) if n * rate_bp % 10_000 == 5_000]
        even = [n for n in halves if n * rate_bp // 10_000 % 2 == 0]
        odd = [n for n in halves if n * rate_bp // 10_000 % 2 == 1]
        for number in (*dice.sample(even, 2), *dice.sample(odd, 1)):
            entry = made(pay(payer, source, target, number))
            assert cents(entry["fee"]) == (number * rate_bp + 5_000) // 10_000


@pytest.mark.brief("the amount times the `fee_rate` of the customer")
def test_other_fees_are_rounded_to_the_nearest_cent(
    new_customer: Any, open_account: Any, pay: Any, made: Any, money: Any, cents: Any, dice: Any
) -> None:
    """Fees are the amount times the rate, to the nearest cent; a rate of zero costs nothing."""
    for rate_bp in (0, 1 + dice.randrange(999), 1000):
        payer = new_customer(money(rate_bp))
        source, target = open_account(payer, 1_000_000), open_account(payer)
        for _ in range(3):
            number = 100 * (1 + dice.randrange(400)) + 50
            if number * rate_bp % 10_000 == 5_000:
                number += 50
            entry = made(pay(payer, source, target, number))
            assert cents(entry["fee"]) == (number * rate_bp + 5_000) // 10_000


@pytest.mark.brief("A new rate counts from the next transfer on")
def test_a_new_rate_counts_for_every_transfer_after_it(
    new_customer: Any, operator: Any, open_account: Any, pay: Any, made: Any, http: Any
) -> None:
    """After a rate was changed, no transfer costs what it did before, whoever works on it."""
    payer = new_customer("1.00")
    source, target = open_account(payer, 1_000_000), open_account(payer)
    send = partial(pay, payer, source, target, 1000)

    for rate, fee in (("1.00", "0.10"), ("3.00", "0.30"), ("0.00", "0.00")):
        reply = operator.patch(f"/api/customers/{payer.id}", json={"fee_rate": rate})
        assert reply.status == 200
        for _ in range(ROUNDS):
            replies = http.parallel([send] * CALLERS)
            assert [made(reply)["fee"] for reply in replies] == [fee] * CALLERS


@pytest.mark.brief(
    "Each share is rounded down to the cent",
    "the cents that are left over go to the first accounts of the list, one each",
)
def test_a_split_loses_no_cent(
    alice: Any, open_account: Any, share: Any, balance: Any, made: Any, cents: Any, dice: Any
) -> None:
    """The cents that are left over when an amount is divided go to the first accounts."""
    source = open_account(alice, 1_000_000)
    cases = [(10_000, [1, 1, 1])]
    for _ in range(3):
        weights = [1 + dice.randrange(40) for _ in range(5)]
        cases.append((sum(weights) * 7 + sum(weights) - 1, weights))
    for number, weights in cases:
        accounts = [open_account(alice) for _ in weights]
        parts = [number * weight // sum(weights) for weight in weights]
        left_over = number - sum(parts)
        assert left_over > 0
        expected = [part + (place < left_over) for place, part in enumerate(parts)]

        entry = made(share(alice, source, number, dict(zip(accounts, weights, strict=True))))

        assert [balance(account) for account in accounts] == expected
        assert sum(_gains(entry, cents).values()) == 0


@pytest.mark.brief("the books don't balance")
def test_the_books_balance(
    alice: Any, operator: Any, open_account: Any, share: Any, made: Any
) -> None:
    """A split that leaves cents over is not among the entries that do not balance."""
    weights = {open_account(alice): 1 for _ in range(3)}

    entry = made(share(alice, open_account(alice, 1000), 1000, weights))

    reply = operator.get("/api/books/unbalanced")
    assert reply.status == 200
    assert entry["id"] not in reply.json()["items"]


@pytest.mark.brief("It is posted as a whole or not at all")
def test_a_batch_that_cannot_be_paid_pays_nobody(
    alice: Any, bob: Any, open_account: Any, send_batch: Any, balance: Any, error: Any
) -> None:
    """A batch of more than there is is refused, also if some of its transfers could be made."""
    source, one, two = open_account(alice, 5_000), open_account(bob), open_account(bob)

    for amounts in ((2_000, 4_000), (6_000, 1_000), (2_000, 2_000, 2_000)):
        orders = [((one, two)[place % 2], number) for place, number in enumerate(amounts)]
        reply = send_batch(alice, source, orders)
        assert error(reply, 409)["code"] == "insufficient_funds"
    assert (balance(source), balance(one), balance(two)) == (5_000, 0, 0)


@pytest.mark.brief("what stands in the way of one of them")
def test_a_batch_with_a_bad_transfer_pays_nobody(
    alice: Any, bob: Any, open_account: Any, send_batch: Any, nobodys: Any, balance: Any, error: Any
) -> None:
    """A batch to an account that is closed, unknown or the source itself is refused as a whole."""
    source, good, closed = open_account(alice, 5_000), open_account(bob), open_account(bob)
    assert bob.post(f"/api/accounts/{closed}/close").status == 200

    for bad, status in ((closed, 409), (nobodys, 422), (source, 422)):
        error(send_batch(alice, source, [(good, 100), (bad, 100)]), status)
        error(send_batch(alice, source, [(bad, 100), (good, 100)]), status)
    assert (balance(source), balance(good)) == (5_000, 0)


@pytest.mark.brief("Without one, the `memo` is `null`", "There is a memo on my transfer")
def test_a_memo_stays_with_its_transfer(
    alice: Any, bob: Any, open_account: Any, pay: Any, made: Any, http: Any
) -> None:
    """A transfer without a memo has none, whatever was written on others before."""
    source, target = open_account(alice, 100_000), open_account(bob)
    with_memo = partial(pay, alice, source, target, 100, memo="For nobody else's eyes")
    without = partial(pay, bob, target, source, 10)

    for _ in range(ROUNDS):
        for reply in http.parallel([with_memo] * CALLERS):
            assert made(reply)["memo"] == "For nobody else's eyes"
    for _ in range(ROUNDS):
        for reply in http.parallel([without] * CALLERS):
            assert made(reply)["memo"] is None


@pytest.mark.brief("Whatever is refused leaves no trace in the books")
def test_what_is_refused_is_in_no_statement(
    alice: Any, bob: Any, open_account: Any, pay: Any, send_batch: Any, statement: Any, made: Any
) -> None:
    """After refused transfers and batches, only what was posted is in the statement."""
    source, target = open_account(alice, 1_000), open_account(bob)
    assert pay(alice, source, target, 2_000, memo="Too much").status == 409
    assert send_batch(alice, source, [(target, 900), (target, 900)]).status == 409
    entry = made(pay(alice, source, target, 300))

    lines = statement(bob, target, entry["booked_at"][:7])["lines"]

    # Only in the last hours of a month is it another one in Berlin; then there are no lines.
    assert [line["entry_id"] for line in lines] in ([entry["id"]], [])

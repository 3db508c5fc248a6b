"""Many requests at one moment, over two worker processes."""

from collections import Counter
from functools import partial
from typing import Any

import pytest

ROUNDS = 6
CALLERS = 8


def outcome(replies: list[Any]) -> Counter[int]:
    """Count the replies by status."""
    return Counter(reply.status for reply in replies)


@pytest.mark.brief("It is never below zero", "accounts end up below zero")
def test_transfers_at_one_moment_spend_what_there_is(
    alice: Any, bob: Any, open_account: Any, pay: Any, balance: Any, http: Any
) -> None:
    """Of many transfers at the same moment as many succeed as there is money for."""
    for _ in range(ROUNDS):
        source, target = open_account(alice, 1_000), open_account(bob)

        replies = http.parallel([partial(pay, alice, source, target, 400)] * CALLERS)

        assert outcome(replies) == {201: 2, 409: CALLERS - 2}
        assert (balance(source), balance(target)) == (200, 800)


@pytest.mark.brief("It is never below zero")
def test_batches_and_splits_at_one_moment_spend_what_there_is(
    alice: Any, bob: Any, open_account: Any, share: Any, send_batch: Any, balance: Any, http: Any
) -> None:
    """Of batches and splits at the same moment as many succeed as there is money for."""
    one, two = open_account(bob), open_account(bob)
    for number in range(1, ROUNDS + 1):
        source = open_account(alice, 1_000)
        calls = [
            partial(send_batch, alice, source, [(one, 350), (two, 350)]),
            partial(share, alice, source, 700, {two: 1, one: 1}),
        ] * (CALLERS // 2)

        replies = http.parallel(calls)

        assert outcome(replies) == {201: 1, 409: CALLERS - 1}
        assert (balance(source), balance(one), balance(two)) == (300, 350 * number, 350 * number)


@pytest.mark.brief("when everybody sends their payouts at the same moment")
def test_transfers_in_both_directions_all_succeed(
    alice: Any, bob: Any, open_account: Any, pay: Any, balance: Any, http: Any
) -> None:
    """Transfers between two accounts in both directions do not get into each other's way."""
    one, two = open_account(alice, 10_000), open_account(bob, 10_000)
    there, back = partial(pay, alice, one, two, 70), partial(pay, bob, two, one, 50)
    for _ in range(ROUNDS):
        replies = http.parallel([there, back] * (CALLERS // 2))
        assert outcome(replies) == {201: CALLERS}
    moved = ROUNDS * (CALLERS // 2) * 20
    assert (balance(one), balance(two)) == (10_000 - moved, 10_000 + moved)


@pytest.mark.brief("when everybody sends their payouts at the same moment")
def test_deposits_and_transfers_at_one_moment_are_all_posted(
    alice: Any, operator: Any, open_account: Any, pay: Any, balance: Any, http: Any
) -> None:
    """Deposits to an account and transfers from it at the same moment all count."""
    source, target = open_account(alice, 10_000), open_account(alice)
    deposit = partial(operator.post, "/api/deposits", json={"account_id": source, "amount": "3.00"})
    for _ in range(ROUNDS):
        calls = [deposit, partial(pay, alice, source, target, 100)] * (CALLERS // 2)
        assert outcome(http.parallel(calls)) == {201: CALLERS}
    times = ROUNDS * (CALLERS // 2)
    assert (balance(source), balance(target)) == (10_000 + times * 200, times * 100)

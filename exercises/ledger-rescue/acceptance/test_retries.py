"""Retries: one key, one transfer."""

from functools import partial
from typing import Any

import pytest

CALLERS = 8
ROUNDS = 4


@pytest.mark.brief(
    "the answer is a 201 with the first entry, and nothing more is posted",
    "Sometimes I have paid twice",
)
def test_a_retry_answers_the_first_entry(
    alice: Any, bob: Any, open_account: Any, pay: Any, balance: Any, unique: Any, http: Any
) -> None:
    """The same transfer with the same key is posted once, whichever worker gets the retry."""
    source, target = open_account(alice, 100_000), open_account(bob)
    for number in range(1, ROUNDS + 1):
        send = partial(pay, alice, source, target, 100 * number, unique("key"), memo="Once")
        first = send()
        assert first.status == 201

        replies = http.parallel([send] * CALLERS)

        assert {reply.status for reply in replies} == {201}
        assert {reply.json()["id"] for reply in replies} == {first.json()["id"]}
    assert balance(target) == sum(100 * number for number in range(1, ROUNDS + 1))


@pytest.mark.brief("however soon and however often it happens", "a 409 is fine, too")
def test_retries_at_one_moment_are_posted_once(
    alice: Any, bob: Any, open_account: Any, pay: Any, balance: Any, unique: Any, http: Any
) -> None:
    """Of many transfers with one key at the same moment one is posted, and no other is answered."""
    source, target = open_account(alice, 100_000), open_account(bob)
    for number in range(1, ROUNDS + 1):
        send = partial(pay, alice, source, target, 100, unique("key"))

        replies = http.parallel([send] * CALLERS)

        assert {reply.status for reply in replies} <= {201, 409}
        made = {reply.json()["id"] for reply in replies if reply.status == 201}
        assert len(made) == 1
        assert send().json()["id"] in made
        assert balance(target) == 100 * number


@pytest.mark.brief("The same key with another transfer gets 409")
def test_a_key_is_for_one_transfer(
    alice: Any, bob: Any, open_account: Any, pay: Any, balance: Any, unique: Any, error: Any
) -> None:
    """A key that was used answers 409 for another amount, receiver or source."""
    source, target, other = open_account(alice, 5_000), open_account(bob), open_account(alice, 500)
    key = unique("key")
    assert pay(alice, source, target, 100, key).status == 201

    error(pay(alice, source, target, 200, key), 409)
    error(pay(alice, source, other, 100, key), 409)
    error(pay(alice, other, target, 100, key), 409)
    assert (balance(source), balance(target), balance(other)) == (4_900, 100, 500)


@pytest.mark.brief("Keys of different customers have nothing to do with each other")
def test_a_key_is_a_customers_own(
    alice: Any, bob: Any, open_account: Any, pay: Any, balance: Any, unique: Any, http: Any
) -> None:
    """Two customers can use one key, each for a transfer of their own."""
    hers, his = open_account(alice, 1_000), open_account(bob, 1_000)
    key = unique("key")
    first = pay(alice, hers, his, 100, key)

    replies = http.parallel([partial(pay, bob, his, hers, 300, key)] * 4)

    assert first.status == 201
    assert {reply.status for reply in replies} <= {201, 409}
    assert pay(bob, his, hers, 300, key).json()["id"] != first.json()["id"]
    assert (balance(hers), balance(his)) == (1_200, 800)


@pytest.mark.brief("the answer is a 201 with the first entry")
def test_a_retry_is_answered_when_the_money_is_gone(
    alice: Any, bob: Any, open_account: Any, pay: Any, unique: Any, http: Any
) -> None:
    """A retry is answered with the first entry also if there would not be enough for another."""
    source, target = open_account(alice, 1_000), open_account(bob)
    send = partial(pay, alice, source, target, 1_000, unique("key"))
    first = send()
    assert first.status == 201

    replies = http.parallel([send] * CALLERS)

    assert [reply.status for reply in replies] == [201] * CALLERS
    assert {reply.json()["id"] for reply in replies} == {first.json()["id"]}


@pytest.mark.brief("A transfer may carry an `Idempotency-Key` header")
def test_without_a_key_every_transfer_counts(
    alice: Any, bob: Any, open_account: Any, pay: Any, balance: Any
) -> None:
    """Transfers that are alike and carry no key are all posted."""
    source, target = open_account(alice, 1_000), open_account(bob)

    ids = {pay(alice, source, target, 100).json()["id"] for _ in range(3)}

    assert len(ids) == 3
    assert balance(target) == 300

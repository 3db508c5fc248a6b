"""Requests at the same moment, each in a thread with a connection of its own."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

from flask.testing import FlaskClient

CALLERS = 6


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_what_there_is_is_spent_once(
    ada: FlaskClient, bob: FlaskClient, open_account: Any, pay: Any, balance: Any
) -> None:
    target = open_account(bob)
    for number in range(1, 5):
        source = open_account(ada, "10.00", f"Pot {number}")

        responses = at_once([partial(pay, ada, source, target, "6.00")] * CALLERS)

        assert Counter(r.status_code for r in responses) == {201: 1, 409: CALLERS - 1}
        assert (balance(source), balance(target)) == ("4.00", f"{6 * number}.00")


def test_one_key_is_posted_once(
    ada: FlaskClient, bob: FlaskClient, open_account: Any, pay: Any, balance: Any
) -> None:
    source, target = open_account(ada, "50.00"), open_account(bob)

    responses = at_once([partial(pay, ada, source, target, "6.00", "key")] * CALLERS)

    assert {response.status_code for response in responses} == {201}
    assert len({response.get_json()["id"] for response in responses}) == 1
    assert balance(target) == "6.00"


def test_one_key_for_two_sources_is_posted_once(
    ada: FlaskClient, bob: FlaskClient, open_account: Any, pay: Any, balance: Any
) -> None:
    target = open_account(bob)
    sources = [open_account(ada, "50.00", f"Pot {number}") for number in range(CALLERS)]

    responses = at_once([partial(pay, ada, source, target, "6.00", "key") for source in sources])

    assert Counter(r.status_code for r in responses) == {201: 1, 409: CALLERS - 1}
    assert balance(target) == "6.00"


def test_both_directions_at_once_do_not_wait_for_each_other(
    ada: FlaskClient, bob: FlaskClient, open_account: Any, pay: Any, balance: Any
) -> None:
    one, two = open_account(ada, "50.00"), open_account(bob, "50.00")
    there, back = partial(pay, ada, one, two, "3.00"), partial(pay, bob, two, one, "2.00")

    responses = at_once([there, back] * (CALLERS // 2))

    assert {response.status_code for response in responses} == {201}
    assert (balance(one), balance(two)) == ("47.00", "53.00")


def test_a_refused_name_breaks_nothing(ada: FlaskClient, open_account: Any) -> None:
    open_account(ada, name="Taken")
    path = f"/api/accounts/{open_account(ada)}"

    refused = at_once([partial(ada.patch, path, json={"name": "Taken"})] * CALLERS)
    renamed = at_once([partial(ada.patch, path, json={"name": "Free"})] * CALLERS)

    assert {response.status_code for response in refused} == {409}
    assert {response.status_code for response in renamed} == {200}

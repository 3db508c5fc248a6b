"""Requests at the same moment, each in a thread with a connection of its own."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

from flask.testing import FlaskClient

CALLERS = 6


def at_once(calls: list[Callable[[], Any]]) -> Counter[int]:
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> int:
        barrier.wait()
        status: int = call().status_code
        return status

    with ThreadPoolExecutor(len(calls)) as pool:
        return Counter(pool.map(run, calls))


def test_one_slot_is_booked_once(
    ada: FlaskClient, admin: FlaskClient, slot: Callable[..., dict[str, Any]]
) -> None:
    for hour in range(1, 5):
        bodies = [slot(f"{hour:02}:{minute:02}", "05:00") for minute in range(CALLERS)]

        answers = at_once([partial(ada.post, "/api/bookings", json=body) for body in bodies])

        assert answers == {201: 1, 409: CALLERS - 1}
        booked = admin.get("/api/bookings").get_json()["items"]
        assert len(booked) == 1
        admin.delete(f"/api/bookings/{booked[0]['id']}")


def test_one_slot_is_moved_into_once(ada: FlaskClient, slot: Callable[..., dict[str, Any]]) -> None:
    paths = [
        ada.post("/api/bookings", json=slot(f"{10 + n}:00", f"{11 + n}:00")).headers["Location"]
        for n in range(CALLERS)
    ]
    target = {key: slot("01:00", "02:00")[key] for key in ("starts_at", "ends_at")}

    answers = at_once([partial(ada.patch, path, json=target) for path in paths])

    assert answers == {200: 1, 409: CALLERS - 1}


def test_one_booking_is_cancelled_once(
    ada: FlaskClient, slot: Callable[..., dict[str, Any]]
) -> None:
    path = ada.post("/api/bookings", json=slot()).headers["Location"]

    answers = at_once([lambda: ada.delete(path)] * CALLERS)

    assert answers == {204: 1, 404: CALLERS - 1}


def test_one_name_is_given_once(admin: FlaskClient) -> None:
    body = {"name": "Lovelace", "capacity": 8}

    answers = at_once([lambda: admin.post("/api/rooms", json=body)] * CALLERS)

    assert answers == {201: 1, 409: CALLERS - 1}

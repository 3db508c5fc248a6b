"""Bookings."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

Slot = Callable[..., dict[str, Any]]
BOOKINGS = "/api/bookings"


def test_a_booking_is_made_read_changed_and_cancelled(ada: FlaskClient, slot: Slot) -> None:
    created = ada.post(BOOKINGS, json=slot())
    assert created.status_code == 201
    assert created.json == {**slot(), "id": 1, "user_id": ada.get("/api/users/me").get_json()["id"]}

    path = created.headers["Location"]
    assert ada.get(path).json == created.json

    renamed = ada.patch(path, json={"title": "Retro"})
    assert renamed.json == {**created.json, "title": "Retro"}

    moved = ada.patch(path, json={"ends_at": "2031-05-06T11:30:00+01:00"})
    assert moved.json == {**renamed.json, "ends_at": "2031-05-06T10:30:00Z"}
    assert ada.get(path).json == moved.json

    cancelled = ada.delete(path)
    assert (cancelled.status_code, cancelled.data) == (204, b"")
    for response in (ada.get(path), ada.patch(path, json={}), ada.delete(path)):
        assert response.status_code == 404
    assert ada.post(BOOKINGS, json=slot()).status_code == 201


@pytest.mark.parametrize(
    ("start", "end", "free"),
    [
        ("09:00", "11:00", False),
        ("08:00", "12:00", False),
        ("09:30", "10:30", False),
        ("08:00", "09:01", False),
        ("10:59", "12:00", False),
        ("08:00", "09:00", True),
        ("11:00", "12:00", True),
    ],
)
def test_a_room_is_booked_once_for_a_time(
    start: str, end: str, free: bool, ada: FlaskClient, slot: Slot
) -> None:
    assert ada.post(BOOKINGS, json=slot("09:00", "11:00")).status_code == 201
    elsewhere = ada.post(BOOKINGS, json=slot("13:00", "14:00")).headers["Location"]
    times = {key: slot(start, end)[key] for key in ("starts_at", "ends_at")}

    moved = ada.patch(elsewhere, json=times)
    assert moved.status_code == (200 if free else 409)

    booked = ada.post(BOOKINGS, json=slot(start, end))
    assert booked.status_code == 409


@pytest.mark.parametrize(("start", "end"), [("08:00", "09:00"), ("11:00", "12:00")])
def test_bookings_can_follow_each_other(
    start: str, end: str, ada: FlaskClient, bob: FlaskClient, slot: Slot
) -> None:
    assert ada.post(BOOKINGS, json=slot("09:00", "11:00")).status_code == 201

    assert bob.post(BOOKINGS, json=slot(start, end)).status_code == 201


def test_a_booking_does_not_clash_with_itself_or_another_room(
    ada: FlaskClient, slot: Slot, new_room: Callable[..., dict[str, Any]]
) -> None:
    path = ada.post(BOOKINGS, json=slot("09:00", "11:00")).headers["Location"]

    assert ada.patch(path, json={"starts_at": "2031-05-06T10:00:00Z"}).status_code == 200
    other = slot("10:00", "11:00", room_id=new_room("Hopper")["id"])
    assert ada.post(BOOKINGS, json=other).status_code == 201


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"title": " "}, ["title"]),
        ({"title": "x" * 121}, ["title"]),
        ({"room_id": 999}, ["room_id"]),
        ({"room_id": "1"}, ["room_id"]),
        ({"room_id": 10**30}, ["room_id"]),
        ({"starts_at": "2031-05-06T09:00:00"}, ["starts_at"]),
        ({"starts_at": 1_900_000_000}, ["starts_at"]),
        ({"starts_at": "0001-01-01T00:00:00+14:00"}, ["starts_at"]),
        ({"ends_at": "tomorrow"}, ["ends_at"]),
        ({"ends_at": "2031-05-06T09:00:00Z"}, ["ends_at"]),
        ({"ends_at": "2031-05-06T08:59:59Z"}, ["ends_at"]),
        ({"ends_at": "2031-05-07T09:00:01Z"}, ["ends_at"]),
        ({"title": None, "starts_at": None, "ends_at": None}, ["title", "starts_at", "ends_at"]),
    ],
)
def test_what_is_wrong_is_named(
    change: dict[str, Any], fields: list[str], ada: FlaskClient, slot: Slot
) -> None:
    response = ada.post(BOOKINGS, json=slot(**change))

    assert response.status_code == 422
    assert set(response.get_json()["error"]["fields"]) == set(fields)


def test_a_whole_day_is_fine(ada: FlaskClient, slot: Slot) -> None:
    response = ada.post(BOOKINGS, json=slot(ends_at="2031-05-07T09:00:00Z"))

    assert response.status_code == 201


def test_a_change_is_validated_with_what_is_stored(ada: FlaskClient, slot: Slot) -> None:
    created = ada.post(BOOKINGS, json=slot())
    path = created.headers["Location"]

    response = ada.patch(path, json={"ends_at": "2031-05-06T08:00:00Z", "title": "Early"})

    assert response.status_code == 422
    assert list(response.get_json()["error"]["fields"]) == ["ends_at"]
    assert ada.get(path).json == created.json


def test_a_booking_is_its_owners_and_the_admins(
    ada: FlaskClient, bob: FlaskClient, admin: FlaskClient, slot: Slot
) -> None:
    created = ada.post(BOOKINGS, json=slot())
    path = created.headers["Location"]

    for response in (
        bob.get(path),
        bob.patch(path, json={"title": "Bob's"}),
        bob.delete(path),
    ):
        assert response.status_code == 404
    assert ada.get(path).json == created.json

    assert admin.get(path).json == created.json
    assert (
        admin.patch(path, json={"title": "Office"}).get_json()["user_id"]
        == created.get_json()["user_id"]
    )
    assert admin.delete(path).status_code == 204


def test_owner_and_room_cannot_be_set(ada: FlaskClient, bob: FlaskClient, slot: Slot) -> None:
    created = ada.post(BOOKINGS, json=slot(user_id=bob.get("/api/users/me").get_json()["id"], id=9))
    path = created.headers["Location"]

    changed = ada.patch(path, json={"user_id": 99, "room_id": 99, "id": 99})

    assert created.get_json()["user_id"] == ada.get("/api/users/me").get_json()["id"]
    assert changed.json == created.json == ada.get(path).json


def test_the_list_holds_ones_own_and_for_admins_all(
    ada: FlaskClient, bob: FlaskClient, admin: FlaskClient, slot: Slot
) -> None:
    late = ada.post(BOOKINGS, json=slot("15:00", "16:00")).json
    early = bob.post(BOOKINGS, json=slot("09:00", "10:00")).json

    assert ada.get(BOOKINGS).json == {"items": [late], "page": 1, "per_page": 20, "total": 1}
    assert bob.get(BOOKINGS).get_json()["items"] == [early]
    assert admin.get(BOOKINGS).get_json()["items"] == [early, late]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["09", "10", "11"]),
        ({"room_id": 1}, ["09", "10", "11"]),
        ({"room_id": 2}, []),
        ({"from": "2031-05-06T10:00:00Z"}, ["10", "11"]),
        ({"from": "2031-05-06T11:59:59+02:00"}, ["09", "10", "11"]),
        ({"to": "2031-05-06T10:00:00Z"}, ["09"]),
        ({"to": "2031-05-06T10:00:01Z"}, ["09", "10"]),
        ({"from": "2031-05-06T10:00:00Z", "to": "2031-05-06T11:00:00Z"}, ["10"]),
    ],
)
def test_bookings_are_filtered(
    query: dict[str, Any], expected: list[str], ada: FlaskClient, slot: Slot
) -> None:
    for hour in (10, 9, 11):
        ada.post(BOOKINGS, json=slot(f"{hour:02}:00", f"{hour + 1}:00"))

    response = ada.get(BOOKINGS, query_string=query)

    assert [row["starts_at"][11:13] for row in response.get_json()["items"]] == expected
    assert response.get_json()["total"] == len(expected)


@pytest.mark.parametrize(
    ("query", "field"),
    [("from=soon", "from"), ("to=2031-05-06T09:00:00", "to"), ("room_id=x", "room_id")],
)
def test_parameters_that_make_no_sense_are_named(query: str, field: str, ada: FlaskClient) -> None:
    response = ada.get(f"{BOOKINGS}?{query}")

    assert response.status_code == 422
    assert list(response.get_json()["error"]["fields"]) == [field]

"""Rooms and lists."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

NewRoom = Callable[..., dict[str, Any]]


def names(response: Any) -> list[str]:
    assert response.status_code == 200
    return [room["name"] for room in response.get_json()["items"]]


def test_a_room_is_made_read_changed_and_deleted(admin: FlaskClient) -> None:
    created = admin.post("/api/rooms", json={"name": "Lovelace", "capacity": 8})
    assert created.status_code == 201
    assert created.json == {"id": 1, "name": "Lovelace", "capacity": 8}

    path = created.headers["Location"]
    assert admin.get(path).json == created.json

    changed = admin.patch(path, json={"capacity": 9})
    assert changed.status_code == 200
    assert changed.json == admin.get(path).json == {**created.json, "capacity": 9}

    deleted = admin.delete(path)
    assert (deleted.status_code, deleted.data) == (204, b"")
    for response in (admin.get(path), admin.patch(path, json={}), admin.delete(path)):
        assert response.status_code == 404


def test_users_read_and_do_not_write(ada: FlaskClient, room: dict[str, Any]) -> None:
    path = f"/api/rooms/{room['id']}"

    assert ada.get(path).json == room
    for response in (
        ada.post("/api/rooms", json={"name": "Mine", "capacity": 1}),
        ada.patch(path, json={"capacity": 1}),
        ada.delete(path),
    ):
        assert response.status_code == 403
    assert ada.get(path).json == room


def test_a_name_is_given_once(admin: FlaskClient, new_room: NewRoom) -> None:
    new_room("Lovelace")
    other = new_room("Hopper")

    created = admin.post("/api/rooms", json={"name": "Lovelace", "capacity": 1})
    renamed = admin.patch(f"/api/rooms/{other['id']}", json={"name": "Lovelace"})

    assert created.status_code == renamed.status_code == 409
    assert admin.get(f"/api/rooms/{other['id']}").json == other


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"name": ""}, ["name"]),
        ({"name": "  "}, ["name"]),
        ({"name": "x" * 81}, ["name"]),
        ({"name": "a\0b"}, ["name"]),
        ({"name": 7}, ["name"]),
        ({"capacity": 0}, ["capacity"]),
        ({"capacity": 501}, ["capacity"]),
        ({"capacity": "8"}, ["capacity"]),
        ({"capacity": 8.5}, ["capacity"]),
        ({"capacity": True}, ["capacity"]),
        ({"name": None, "capacity": None}, ["name", "capacity"]),
    ],
)
def test_what_is_wrong_is_named(
    change: dict[str, Any], fields: list[str], admin: FlaskClient, room: dict[str, Any]
) -> None:
    path = f"/api/rooms/{room['id']}"

    created = admin.post("/api/rooms", json={"name": "Hopper", "capacity": 8, **change})
    changed = admin.patch(path, json=change)

    for response in (created, changed):
        assert response.status_code == 422
        assert set(response.get_json()["error"]["fields"]) == set(fields)
    assert admin.get(path).json == room


@pytest.mark.parametrize("capacity", [1, 500])
@pytest.mark.parametrize("name", ["x", "x" * 80])
def test_the_limits_themselves_are_fine(name: str, capacity: int, new_room: NewRoom) -> None:
    assert new_room(name, capacity) == {"id": 1, "name": name, "capacity": capacity}


def test_a_room_with_bookings_stays(
    admin: FlaskClient, ada: FlaskClient, room: dict[str, Any], slot: Callable[..., Any]
) -> None:
    booking = ada.post("/api/bookings", json=slot())
    path = f"/api/rooms/{room['id']}"

    assert admin.delete(path).status_code == 409
    assert ada.delete(booking.headers["Location"]).status_code == 204
    assert admin.delete(path).status_code == 204


def test_lists_come_in_pages(ada: FlaskClient, new_room: NewRoom) -> None:
    rooms = [new_room(f"Room {n:02}", 5) for n in range(23)]

    first = ada.get("/api/rooms")
    second = ada.get("/api/rooms?page=2")
    beyond = ada.get("/api/rooms?page=3")

    assert first.json == {"items": rooms[:20], "page": 1, "per_page": 20, "total": 23}
    assert second.json == {"items": rooms[20:], "page": 2, "per_page": 20, "total": 23}
    assert beyond.json == {"items": [], "page": 3, "per_page": 20, "total": 23}


@pytest.mark.parametrize("sort", ["name", "-name", "capacity", "-capacity"])
def test_pages_show_every_row_once(sort: str, ada: FlaskClient, new_room: NewRoom) -> None:
    expected = {new_room(f"Room {n}", 5 + n // 4)["name"] for n in range(7)}

    found = []
    for page in range(1, 5):
        found += names(ada.get(f"/api/rooms?sort={sort}&per_page=2&page={page}"))

    assert len(found) == 7
    assert set(found) == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", ["A", "B", "C"]),
        ("sort=name", ["A", "B", "C"]),
        ("sort=-name", ["C", "B", "A"]),
        ("sort=capacity", ["B", "A", "C"]),
        ("sort=-capacity", ["C", "A", "B"]),
    ],
)
def test_rooms_are_sorted(
    sort: str, expected: list[str], ada: FlaskClient, new_room: NewRoom
) -> None:
    for name, capacity in (("C", 100), ("A", 20), ("B", 3)):
        new_room(name, capacity)

    assert names(ada.get(f"/api/rooms?{sort}")) == expected


def test_rooms_are_filtered(ada: FlaskClient, new_room: NewRoom) -> None:
    for name, capacity in (("Sale 50% off", 4), ("Sale 50_off", 6), ("Attic", 8)):
        new_room(name, capacity)

    def find(**query: str | int) -> list[str]:
        return names(ada.get("/api/rooms", query_string=query))

    assert find(min_capacity=6) == ["Attic", "Sale 50_off"]
    assert find(q="sALE") == ["Sale 50% off", "Sale 50_off"]
    assert find(q="50%") == ["Sale 50% off"]
    assert find(q="50_") == ["Sale 50_off"]
    assert find(q="sale", min_capacity=5) == ["Sale 50_off"]
    assert find(q="' OR 1=1 --") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page=0", "page"),
        ("page=two", "page"),
        ("page=" + "9" * 30, "page"),
        ("per_page=0", "per_page"),
        ("per_page=101", "per_page"),
        ("min_capacity=big", "min_capacity"),
        ("sort=colour", "sort"),
    ],
)
def test_parameters_that_make_no_sense_are_named(query: str, field: str, ada: FlaskClient) -> None:
    response = ada.get(f"/api/rooms?{query}")

    assert response.status_code == 422
    assert list(response.get_json()["error"]["fields"]) == [field]


def test_a_hundred_rows_are_a_page(ada: FlaskClient) -> None:
    assert ada.get("/api/rooms?per_page=100").get_json()["per_page"] == 100

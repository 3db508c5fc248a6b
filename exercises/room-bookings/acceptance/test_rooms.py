"""Rooms: made, read, changed and removed by admins, and read by everybody."""

from typing import Any

import pytest


@pytest.mark.brief("201, the new room")
def test_a_new_room_answers_201_with_the_room(admin: Any, unique: Any) -> None:
    """Creating a room answers 201 with the room as it was sent, and an id."""
    name = unique("Lovelace")

    reply = admin.post("/api/rooms", json={"name": name, "capacity": 12})

    assert reply.status == 201
    room = reply.json()
    assert (room["name"], room["capacity"]) == (name, 12)
    assert room["id"] not in (None, "")


@pytest.mark.brief("A 201 must carry a Location header that leads to the new thing")
def test_the_location_of_a_new_room_leads_to_it(admin: Any, unique: Any, shown: Any) -> None:
    """The Location header of a new room leads to the room."""
    reply = admin.post("/api/rooms", json={"name": unique("room"), "capacity": 3})

    assert reply.status == 201
    location = reply.header("Location")
    assert location, "there is no Location header"
    path = location[location.index("/api/") :]
    assert path != "/api/rooms"
    assert shown(admin.get(path)) == shown(reply)


@pytest.mark.brief("signed in | 200, the room")
def test_a_room_can_be_read_back_by_everybody(
    new_room: Any, alice: Any, unique: Any, shown: Any
) -> None:
    """A room reads back as it was made, in any script, for an ordinary user, too."""
    room = new_room(name=f"{unique('Zoë')} 会議室 🦊", capacity=500)

    reply = alice.get(f"/api/rooms/{room['id']}")

    assert reply.status == 200
    assert shown(reply) == room


@pytest.mark.brief(
    "PATCH must change the fields that are given and leave the others alone.",
    "200, the changed room",
)
def test_a_change_leaves_other_fields_alone(
    admin: Any, new_room: Any, unique: Any, shown: Any
) -> None:
    """PATCH changes the fields that are given, and those alone."""
    room = new_room(capacity=5)
    path, name = f"/api/rooms/{room['id']}", unique("renamed")

    larger = admin.patch(path, json={"capacity": 6})
    assert larger.status == 200
    assert shown(larger) == {**room, "capacity": 6}

    renamed = admin.patch(path, json={"name": name})
    assert renamed.status == 200
    assert shown(renamed) == {**room, "capacity": 6, "name": name}
    assert shown(admin.get(path)) == shown(renamed)


@pytest.mark.brief("Two rooms cannot have one name")
def test_a_room_can_be_changed_to_what_it_is(admin: Any, room: Any, shown: Any) -> None:
    """A room that keeps its name in a PATCH does not clash with itself."""
    reply = admin.patch(f"/api/rooms/{room['id']}", json={"name": room["name"]})

    assert reply.status == 200
    assert shown(reply) == room


@pytest.mark.brief("204, if it has no bookings", "A 204 has no body.")
def test_a_deleted_room_is_gone(admin: Any, room: Any, error: Any) -> None:
    """Deleting a room answers 204 without a body, and the room is a 404 from then on."""
    path = f"/api/rooms/{room['id']}"

    reply = admin.delete(path)

    assert reply.status == 204
    assert reply.body == b""
    error(admin.get(path), 404)
    error(admin.patch(path, json={"capacity": 2}), 404)
    error(admin.delete(path), 404)


@pytest.mark.brief("Two rooms cannot have one name: 409.")
def test_two_rooms_cannot_have_one_name(admin: Any, room: Any, error: Any) -> None:
    """A second room of the same name is refused with 409."""
    body = {"name": room["name"], "capacity": 2}

    error(admin.post("/api/rooms", json=body), 409)


@pytest.mark.brief("Two rooms cannot have one name: 409.")
def test_a_room_cannot_take_another_rooms_name(
    admin: Any, new_room: Any, error: Any, shown: Any
) -> None:
    """Renaming a room to a name that is taken is refused with 409, and does nothing."""
    first, second = new_room(), new_room()
    path = f"/api/rooms/{second['id']}"

    error(admin.patch(path, json={"name": first["name"], "capacity": 99}), 409)

    assert shown(admin.get(path)) == second


@pytest.mark.brief("A room that has bookings cannot be deleted: 409.")
def test_a_room_with_bookings_stays(
    admin: Any, alice: Any, room: Any, noon: Any, book: Any, error: Any, shown: Any
) -> None:
    """A room that has a booking is not deleted: 409, until the booking is gone."""
    booking = book(alice, room, noon)
    path = f"/api/rooms/{room['id']}"

    error(admin.delete(path), 409)
    assert shown(admin.get(path)) == room
    assert shown(alice.get(f"/api/bookings/{booking['id']}")) == booking

    assert alice.delete(f"/api/bookings/{booking['id']}").status == 204
    assert admin.delete(path).status == 204


@pytest.mark.brief("capacity: a JSON integer from 1 to 500.")
def test_a_capacity_that_is_none_is_named(admin: Any, unique: Any, invalid: Any) -> None:
    """A capacity that is no integer from 1 to 500 answers 422 and is named."""
    for capacity in (0, -1, 501, 12.5, "12", True, None, [8], 10**30):
        body = {"name": unique("room"), "capacity": capacity}
        invalid(admin.post("/api/rooms", json=body), "capacity")
    invalid(admin.post("/api/rooms", json={"name": unique("room")}), "capacity")


@pytest.mark.brief("a JSON integer from 1 to 500")
def test_capacities_at_the_limits_are_fine(new_room: Any) -> None:
    """Rooms for 1 and for 500 people can be made."""
    assert new_room(capacity=1)["capacity"] == 1
    assert new_room(capacity=500)["capacity"] == 500


@pytest.mark.brief("name: a string of 1 to 80 characters, not only blanks.")
def test_a_room_name_that_is_none_is_named(admin: Any, invalid: Any) -> None:
    """A name that is missing, blank, too long or no string answers 422 and is named."""
    for name in ("", "   ", "x" * 81, None, 7, True, ["Lovelace"], {"a": 1}):
        body = {"name": name, "capacity": 8}
        invalid(admin.post("/api/rooms", json=body), "name")
    invalid(admin.post("/api/rooms", json={"capacity": 8}), "name")


@pytest.mark.brief("a string of 1 to 80 characters")
def test_a_name_of_80_characters_is_fine(new_room: Any, unique: Any) -> None:
    """A name of exactly 80 characters is accepted, however many bytes they take."""
    name = unique("room").ljust(80, "é")[:80]

    assert new_room(name=name)["name"] == name


@pytest.mark.brief(
    "maps each field or query parameter that is wrong (all of them, not just the first)"
)
def test_all_fields_that_are_wrong_are_named(admin: Any, invalid: Any) -> None:
    """A 422 names every field that is wrong, not just the first."""
    reply = admin.post("/api/rooms", json={"name": "", "capacity": 0})
    invalid(reply, "name", "capacity")

    invalid(admin.post("/api/rooms", json={}), "name", "capacity")


@pytest.mark.brief("readable, but not acceptable")
def test_a_change_is_validated_as_a_new_room_is(
    admin: Any, room: Any, invalid: Any, shown: Any
) -> None:
    """A PATCH that breaks a rule answers 422, names the field, and changes nothing."""
    path = f"/api/rooms/{room['id']}"

    invalid(admin.patch(path, json={"capacity": 0}), "capacity")
    invalid(admin.patch(path, json={"capacity": None}), "capacity")
    invalid(admin.patch(path, json={"capacity": 9, "name": " "}), "name")

    assert shown(admin.get(path)) == room


@pytest.mark.brief("Whoever is signed in but lacks the role gets 403.")
def test_rooms_are_for_admins_to_change(
    admin: Any, alice: Any, room: Any, unique: Any, error: Any, shown: Any
) -> None:
    """An ordinary user who makes, changes or removes a room gets 403, without effect."""
    path = f"/api/rooms/{room['id']}"

    error(alice.post("/api/rooms", json={"name": unique("mine"), "capacity": 2}), 403)
    error(alice.patch(path, json={"capacity": 2}), 403)
    error(alice.delete(path), 403)

    assert shown(admin.get(path)) == room

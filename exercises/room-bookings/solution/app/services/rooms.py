"""Rooms."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, exists, select, update
from sqlalchemy.exc import IntegrityError

from app.errors import ConflictError, NotFoundError
from app.extensions import db, transaction
from app.models import Booking, Room
from app.schemas import RoomFields, RoomQuery, load, room_body
from app.services.pages import Page, page_of

ORDERS: dict[str, tuple[ColumnElement[Any], ...]] = {
    "name": (Room.name.asc(), Room.id.asc()),
    "-name": (Room.name.desc(), Room.id.asc()),
    "capacity": (Room.capacity.asc(), Room.id.asc()),
    "-capacity": (Room.capacity.desc(), Room.id.asc()),
}


def search(wanted: RoomQuery) -> Page[Room]:
    """Return a page of the rooms that match."""
    rows = select(Room).order_by(*ORDERS[wanted.sort])
    if wanted.min_capacity is not None:
        rows = rows.where(Room.capacity >= wanted.min_capacity)
    if wanted.q is not None:
        rows = rows.where(Room.name.icontains(wanted.q, autoescape=True))
    return page_of(rows, wanted)


def find(room_id: int) -> Room:
    """Return a room, or raise NotFoundError."""
    room = db.session.get(Room, room_id)
    if room is None:
        raise NotFoundError("There is no such room.")
    return room


def hold(which: ColumnElement[bool]) -> bool:
    """Make everybody else who holds this room wait until our transaction ends.

    Writing a row without changing it locks the row on PostgreSQL and the file on SQLite, over
    all processes. What is read afterwards is true until we commit. Return whether there is
    such a room.
    """
    statement = update(Room).where(which).values(name=Room.name)
    result = db.session.execute(statement, execution_options={"synchronize_session": False})
    return cast(CursorResult[Any], result).rowcount > 0


def create(fields: RoomFields) -> Room:
    """Return a new room, or raise ConflictError if its name is taken."""
    room = Room(name=fields.name, capacity=fields.capacity)
    with _names_are_unique(), transaction():
        db.session.add(room)
    return room


def change(room_id: int, changes: Mapping[str, Any]) -> Room:
    """Return the room with some fields changed, valid as a whole."""
    with _names_are_unique(), transaction():
        hold(Room.id == room_id)
        room = find(room_id)
        fields = load(RoomFields, {**room_body(room), **changes})
        room.name, room.capacity = fields.name, fields.capacity
    return room


def delete(room_id: int) -> None:
    """Delete a room, or raise ConflictError if it has bookings."""
    with transaction():
        hold(Room.id == room_id)
        room = find(room_id)
        if db.session.scalar(select(exists().where(Booking.room_id == room_id))):
            raise ConflictError("The room has bookings.")
        db.session.delete(room)


@contextmanager
def _names_are_unique() -> Iterator[None]:
    """The database is the one that knows; a look beforehand would be too early."""
    try:
        yield
    except IntegrityError:
        raise ConflictError("Another room has this name.") from None

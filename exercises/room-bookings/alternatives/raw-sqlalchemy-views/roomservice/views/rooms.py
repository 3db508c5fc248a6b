"""Rooms."""

from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from roomservice import fields
from roomservice.database import database
from roomservice.problems import ProblemError
from roomservice.tables import bookings, rooms
from roomservice.views.base import SignedIn, body, load, page

ORDERS = {
    "name": rooms.c.name.asc(),
    "-name": rooms.c.name.desc(),
    "capacity": rooms.c.capacity.asc(),
    "-capacity": rooms.c.capacity.desc(),
}
TAKEN = ProblemError(HTTPStatus.CONFLICT, "This name is taken.")


def write(room: Any) -> dict[str, Any]:
    """Return a room as it is answered."""
    return {"id": str(room.id), "name": room.name, "capacity": room.capacity}


def read(db: sa.Connection, room_id: UUID) -> Any:
    """Return a room, locked until the transaction ends where that means something."""
    found = sa.select(rooms).where(rooms.c.id == room_id).with_for_update()
    room = db.execute(found).one_or_none()
    if room is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, "No such room.")
    return room


class Rooms(SignedIn):
    """All rooms."""

    admins_only = frozenset({"POST"})

    def get(self) -> ResponseReturnValue:
        """List them."""
        wanted = load(fields.RoomList(), request.args)
        found = sa.select(rooms).order_by(ORDERS[wanted["sort"]], rooms.c.id)
        if "min_capacity" in wanted:
            found = found.where(rooms.c.capacity >= wanted["min_capacity"])
        if "q" in wanted:
            found = found.where(rooms.c.name.icontains(wanted["q"], autoescape=True))
        return page(found, wanted, write)

    def post(self) -> ResponseReturnValue:
        """Add one."""
        room = {"id": uuid4(), **load(fields.Room(), body())}
        try:
            with database().writing() as db:
                db.execute(sa.insert(rooms), room)
        except IntegrityError:
            raise TAKEN from None
        room["id"] = str(room["id"])
        return room, HTTPStatus.CREATED, {"Location": f"/api/rooms/{room['id']}"}


class Room(SignedIn):
    """One room."""

    admins_only = frozenset({"PATCH", "DELETE"})

    def get(self, room_id: UUID) -> ResponseReturnValue:
        """Return it."""
        with database().reading() as db:
            return write(read(db, room_id))

    def patch(self, room_id: UUID) -> ResponseReturnValue:
        """Change it."""
        try:
            with database().writing() as db:
                read(db, room_id)
                changes = load(fields.Room(partial=True), body())
                if changes:
                    change = sa.update(rooms).where(rooms.c.id == room_id).values(**changes)
                    db.execute(change)
                return write(read(db, room_id))
        except IntegrityError:
            raise TAKEN from None

    def delete(self, room_id: UUID) -> ResponseReturnValue:
        """Remove it, unless it is booked."""
        with database().writing() as db:
            read(db, room_id)
            booked = sa.select(sa.exists().where(bookings.c.room_id == room_id))
            if db.execute(booked).scalar_one():
                raise ProblemError(HTTPStatus.CONFLICT, "This room is booked.")
            db.execute(sa.delete(rooms).where(rooms.c.id == room_id))
        return "", HTTPStatus.NO_CONTENT

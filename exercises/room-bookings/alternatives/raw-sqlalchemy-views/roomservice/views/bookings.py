"""Bookings."""

from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from flask import g, request
from flask.typing import ResponseReturnValue

from roomservice import fields
from roomservice.database import database
from roomservice.problems import ProblemError
from roomservice.tables import bookings, rooms
from roomservice.views.base import SignedIn, body, load, page


def write(booking: Any) -> dict[str, Any]:
    """Return a booking as it is answered."""
    return {
        "id": str(booking.id),
        "room_id": str(booking.room_id),
        "user_id": str(booking.user_id),
        "title": booking.title,
        "starts_at": fields.iso(booking.starts_at),
        "ends_at": fields.iso(booking.ends_at),
    }


def lock_room(db: sa.Connection, room_id: UUID) -> bool:
    """Have others wait: a row lock, where SQLite's BEGIN IMMEDIATE has not seen to it."""
    found = sa.select(rooms.c.id).where(rooms.c.id == room_id).with_for_update()
    return db.execute(found).one_or_none() is not None


def refuse_if_taken(db: sa.Connection, booking: dict[str, Any]) -> None:
    """Raise a 409 if the room, which is locked, is taken by another booking."""
    taken = sa.exists().where(
        bookings.c.room_id == booking["room_id"],
        bookings.c.id != booking["id"],
        bookings.c.starts_at < booking["ends_at"],
        bookings.c.ends_at > booking["starts_at"],
    )
    if db.execute(sa.select(taken)).scalar_one():
        raise ProblemError(HTTPStatus.CONFLICT, "The room is taken then.")


class Bookings(SignedIn):
    """All bookings that the caller may see."""

    def get(self) -> ResponseReturnValue:
        """List them."""
        wanted = load(fields.BookingList(), request.args)
        found = sa.select(bookings).order_by(bookings.c.starts_at, bookings.c.id)
        if not self.is_admin:
            found = found.where(bookings.c.user_id == g.user.id)
        if "room_id" in wanted:
            found = found.where(bookings.c.room_id == wanted["room_id"])
        if "after" in wanted:
            found = found.where(bookings.c.ends_at > wanted["after"])
        if "before" in wanted:
            found = found.where(bookings.c.starts_at < wanted["before"])
        return page(found, wanted, write)

    def post(self) -> ResponseReturnValue:
        """Add one."""
        booking = {**load(fields.Booking(), body()), "id": uuid4(), "user_id": g.user.id}
        with database().writing() as db:
            if not lock_room(db, booking["room_id"]):
                raise ProblemError(
                    HTTPStatus.UNPROCESSABLE_ENTITY, "No such room.", room_id="No such room."
                )
            refuse_if_taken(db, booking)
            row = db.execute(sa.insert(bookings).returning(*bookings.c), booking).one()
        return write(row), HTTPStatus.CREATED, {"Location": f"/api/bookings/{row.id}"}


class Booking(SignedIn):
    """One booking."""

    def _read(self, db: sa.Connection, booking_id: UUID) -> Any:
        found = sa.select(bookings).where(bookings.c.id == booking_id)
        booking = db.execute(found).one_or_none()
        if booking is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "No such booking.")
        if not self.is_admin and booking.user_id != g.user.id:
            raise ProblemError(HTTPStatus.FORBIDDEN, "This is somebody else's.")
        return booking

    def _lock(self, db: sa.Connection, booking_id: UUID) -> Any:
        lock_room(db, self._read(db, booking_id).room_id)
        return self._read(db, booking_id)

    def get(self, booking_id: UUID) -> ResponseReturnValue:
        """Return it."""
        with database().reading() as db:
            return write(self._read(db, booking_id))

    def patch(self, booking_id: UUID) -> ResponseReturnValue:
        """Move it, or call it something else."""
        with database().writing() as db:
            booking = self._lock(db, booking_id)
            stored = {k: write(booking)[k] for k in ("title", "starts_at", "ends_at")}
            changes = load(fields.Times(), {**stored, **body()})
            refuse_if_taken(db, {**booking._asdict(), **changes})
            change = sa.update(bookings).where(bookings.c.id == booking_id).values(**changes)
            return write(db.execute(change.returning(*bookings.c)).one())

    def delete(self, booking_id: UUID) -> ResponseReturnValue:
        """Cancel it."""
        with database().writing() as db:
            self._lock(db, booking_id)
            db.execute(sa.delete(bookings).where(bookings.c.id == booking_id))
        return "", HTTPStatus.NO_CONTENT

"""Bookings, and that no two of them are in one room at one time."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import exists, select

from app.errors import ConflictError, InvalidError, NotFoundError
from app.extensions import db, transaction
from app.models import Booking, Role, Room, User
from app.schemas import BookingFields, BookingQuery, NewBooking, booking_body, load
from app.services import rooms
from app.services.pages import Page, page_of


def search(user: User, wanted: BookingQuery) -> Page[Booking]:
    """Return a page of the bookings that match and that the user may see."""
    rows = select(Booking).order_by(Booking.starts_at, Booking.id)
    if user.role is not Role.ADMIN:
        rows = rows.where(Booking.user_id == user.id)
    if wanted.room_id is not None:
        rows = rows.where(Booking.room_id == wanted.room_id)
    if wanted.window_start is not None:
        rows = rows.where(Booking.ends_at > wanted.window_start)
    if wanted.window_end is not None:
        rows = rows.where(Booking.starts_at < wanted.window_end)
    return page_of(rows, wanted)


def find(user: User, booking_id: int) -> Booking:
    """Return a booking; raise NotFoundError if there is none, or none for this user."""
    booking = db.session.get(Booking, booking_id)
    if booking is None or not (user.role is Role.ADMIN or booking.user_id == user.id):
        raise NotFoundError("There is no such booking.")
    return booking


def create(user: User, wanted: NewBooking) -> Booking:
    """Return a new booking; raise ConflictError if the room is taken at that time."""
    with transaction():
        if not rooms.hold(Room.id == wanted.room_id):
            raise InvalidError({"room_id": ["there is no such room"]})
        _refuse_overlap(wanted.room_id, wanted)
        booking = Booking(user_id=user.id, **wanted.model_dump())
        db.session.add(booking)
    return booking


def change(user: User, booking_id: int, changes: Mapping[str, Any]) -> Booking:
    """Return the booking with some fields changed, valid as a whole."""
    with transaction():
        booking = _held(user, booking_id)
        fields = load(BookingFields, {**booking_body(booking), **changes})
        _refuse_overlap(booking.room_id, fields, except_for=booking.id)
        booking.title = fields.title
        booking.starts_at, booking.ends_at = fields.starts_at, fields.ends_at
    return booking


def cancel(user: User, booking_id: int) -> None:
    """Delete a booking; its time is free again."""
    with transaction():
        db.session.delete(_held(user, booking_id))


def _held(user: User, booking_id: int) -> Booking:
    """Return a booking whose room is held, so that it stays as it is until we change it."""
    room_id = select(Booking.room_id).where(Booking.id == booking_id).scalar_subquery()
    rooms.hold(Room.id == room_id)
    return find(user, booking_id)


def _refuse_overlap(room_id: int, wanted: BookingFields, *, except_for: int | None = None) -> None:
    """Raise ConflictError if the room, which is held, is taken at that time."""
    others = exists().where(
        Booking.room_id == room_id,
        Booking.starts_at < wanted.ends_at,
        Booking.ends_at > wanted.starts_at,
        Booking.id != except_for,  # IS NOT NULL, hence all, if there is nothing to except
    )
    if db.session.scalar(select(others)):
        raise ConflictError("The room is taken at that time.")

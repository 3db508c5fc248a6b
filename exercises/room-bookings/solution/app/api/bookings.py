"""Bookings: everybody's own, and all of them for admins."""

from flask import Blueprint, Response, jsonify, url_for

from app.api.exchange import json_object, page_answer, query
from app.api.security import current_user
from app.schemas import BookingQuery, NewBooking, booking_body, load
from app.services import bookings as service

bookings = Blueprint("bookings", __name__, url_prefix="/bookings")


@bookings.get("")
def list_bookings() -> Response:
    """List bookings."""
    return page_answer(service.search(current_user(), query(BookingQuery)), booking_body)


@bookings.post("")
def create_booking() -> tuple[Response, int, dict[str, str]]:
    """Book a room."""
    booking = service.create(current_user(), load(NewBooking, json_object()))
    location = url_for(".show_booking", booking_id=booking.id)
    return jsonify(booking_body(booking)), 201, {"Location": location}


@bookings.get("/<row_id:booking_id>")
def show_booking(booking_id: int) -> Response:
    """Show a booking."""
    return jsonify(booking_body(service.find(current_user(), booking_id)))


@bookings.patch("/<row_id:booking_id>")
def change_booking(booking_id: int) -> Response:
    """Change a booking."""
    booking = service.change(current_user(), booking_id, json_object())
    return jsonify(booking_body(booking))


@bookings.delete("/<row_id:booking_id>")
def cancel_booking(booking_id: int) -> tuple[str, int]:
    """Cancel a booking."""
    service.cancel(current_user(), booking_id)
    return "", 204

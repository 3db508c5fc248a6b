"""Views: a class for a list, a class for one of its rows."""

from flask import Blueprint, Flask

from roomservice.views import accounts, bookings, rooms


def init_app(app: Flask) -> None:
    """Put the views at their paths."""
    api = Blueprint("api", __name__, url_prefix="/api")
    for path, view in {
        "/users": accounts.Users.as_view("users"),
        "/users/me": accounts.Me.as_view("me"),
        "/auth/login": accounts.LogIn.as_view("log-in"),
        "/rooms": rooms.Rooms.as_view("rooms"),
        "/rooms/<uuid:room_id>": rooms.Room.as_view("room"),
        "/bookings": bookings.Bookings.as_view("bookings"),
        "/bookings/<uuid:booking_id>": bookings.Booking.as_view("booking"),
    }.items():
        api.add_url_rule(path, view_func=view)
    app.register_blueprint(api)

"""Room bookings, in one file."""

import os
import re
from datetime import UTC, datetime, timedelta
from functools import wraps

import click
import jwt
from flask import Flask, abort, g, jsonify, request
from flask.cli import AppGroup
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException
from werkzeug.security import check_password_hash, generate_password_hash

HOUR = 3600
DAY = timedelta(hours=24)
BIG = 2**31

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
db = SQLAlchemy(app, session_options={"expire_on_commit": False})


# --- tables


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    email = db.Column(db.String(254), unique=True, nullable=False)
    password = db.Column(db.String(200), nullable=False)
    role = db.Column(db.String(10), default="user", nullable=False)

    def shown(self):
        return {"id": self.id, "email": self.email, "role": self.role}


class Room(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(80), unique=True, nullable=False)
    capacity = db.Column(db.Integer, nullable=False)

    def shown(self):
        return {"id": self.id, "name": self.name, "capacity": self.capacity}


class Booking(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    room_id = db.Column(db.Integer, db.ForeignKey("room.id"), nullable=False, index=True)
    user_id = db.Column(db.Integer, db.ForeignKey("user.id"), nullable=False, index=True)
    title = db.Column(db.String(120), nullable=False)
    starts_at = db.Column(db.DateTime, nullable=False)  # UTC
    ends_at = db.Column(db.DateTime, nullable=False)  # UTC

    def shown(self):
        return {
            "id": self.id,
            "room_id": self.room_id,
            "user_id": self.user_id,
            "title": self.title,
            "starts_at": self.starts_at.isoformat() + "Z",
            "ends_at": self.ends_at.isoformat() + "Z",
        }


# --- errors


class Problem(Exception):
    def __init__(self, status, code, message, fields=None):
        super().__init__(message)
        self.status, self.code, self.message, self.fields = status, code, message, fields


@app.errorhandler(Problem)
def on_problem(problem):
    error = {"code": problem.code, "message": problem.message}
    if problem.fields is not None:
        error["fields"] = problem.fields
    response = jsonify(error=error)
    response.status_code = problem.status
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


@app.errorhandler(HTTPException)
def on_http_exception(error):
    response = error.get_response()
    body = {"code": error.name.lower().replace(" ", "_"), "message": error.description}
    response.data = app.json.dumps({"error": body})
    response.content_type = "application/json"
    return response


def invalid(fields):
    return Problem(422, "validation_failed", "Some fields are not acceptable.", fields)


def conflict(message):
    return Problem(409, "conflict", message)


# --- reading requests


def body():
    try:
        data = request.get_json()
    except RecursionError:
        abort(400, "The body is nested too deeply.")
    if not isinstance(data, dict):
        abort(400, "The body must be a JSON object.")
    return data


def is_text(value, longest):
    return isinstance(value, str) and value.strip() and len(value) <= longest


def is_number(value, smallest, largest):
    return type(value) is int and smallest <= value <= largest


def time_of(value):
    """Return a time in UTC without an offset, or None if the value is no time with an offset."""
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            return None
        return moment.astimezone(UTC).replace(tzinfo=None)
    except (TypeError, ValueError, OverflowError):
        return None


def checked_room(data):
    wrong = {}
    if not is_text(data.get("name"), 80):
        wrong["name"] = ["must be 1 to 80 characters, not only blanks"]
    if not is_number(data.get("capacity"), 1, 500):
        wrong["capacity"] = ["must be an integer from 1 to 500"]
    if wrong:
        raise invalid(wrong)
    return data["name"], data["capacity"]


def checked_booking(data, room=True):
    wrong = {}
    if room and not is_number(data.get("room_id"), 1, BIG):
        wrong["room_id"] = ["must be the id of a room"]
    if not is_text(data.get("title"), 120):
        wrong["title"] = ["must be 1 to 120 characters, not only blanks"]
    starts_at, ends_at = time_of(data.get("starts_at")), time_of(data.get("ends_at"))
    if starts_at is None:
        wrong["starts_at"] = ["must be a time with an offset, such as 2031-05-06T09:00:00Z"]
    if ends_at is None:
        wrong["ends_at"] = ["must be a time with an offset, such as 2031-05-06T09:00:00Z"]
    elif starts_at and not timedelta(0) < ends_at - starts_at <= DAY:
        wrong["ends_at"] = ["must be later than starts_at, by 24 hours at most"]
    if wrong:
        raise invalid(wrong)
    return data["title"], starts_at, ends_at


def number_parameter(name, default, smallest, largest):
    text = request.args.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"-?[0-9]{1,10}", text) or not smallest <= int(text) <= largest:
        raise invalid({name: [f"must be a number from {smallest} to {largest}"]})
    return int(text)


def time_parameter(name):
    if name not in request.args:
        return None
    moment = time_of(request.args[name])
    if moment is None:
        raise invalid({name: ["must be a time with an offset"]})
    return moment


def paged(rows):
    page = number_parameter("page", 1, 1, BIG)
    per_page = number_parameter("per_page", 20, 1, 100)
    total = rows.order_by(None).count()
    items = rows.limit(per_page).offset((page - 1) * per_page)
    return jsonify(items=[row.shown() for row in items], page=page, per_page=per_page, total=total)


# --- who calls


def signed_in(view):
    @wraps(view)
    def guarded(*args, **kwargs):
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise Problem(401, "unauthenticated", "Send a token.")
        try:
            claims = jwt.decode(
                token,
                app.config["SECRET_KEY"],
                algorithms=["HS256"],
                options={"require": ["exp", "sub"]},
            )
        except jwt.InvalidTokenError:
            raise Problem(401, "unauthenticated", "The token is not valid.") from None
        g.user = db.session.get(User, int(claims["sub"]))
        if g.user is None:
            raise Problem(401, "unauthenticated", "The token is not valid.")
        return view(*args, **kwargs)

    return guarded


def admin_only(view):
    @wraps(view)
    @signed_in
    def guarded(*args, **kwargs):
        if g.user.role != "admin":
            raise Problem(403, "forbidden", "This is for admins.")
        return view(*args, **kwargs)

    return guarded


def add_user(email, password, role):
    user = User(email=email, password=generate_password_hash(password), role=role)
    db.session.add(user)
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        raise conflict("This address is taken.") from None
    return user


@app.post("/api/users")
def sign_up():
    data, wrong = body(), {}
    email, password = data.get("email"), data.get("password")
    if not is_text(email, 254) or not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        wrong["email"] = ["must be an e-mail address"]
    if not isinstance(password, str) or not 8 <= len(password) <= 64:
        wrong["password"] = ["must be 8 to 64 characters"]
    if wrong:
        raise invalid(wrong)
    return jsonify(add_user(email.lower(), password, "user").shown()), 201


@app.post("/api/auth/login")
def log_in():
    data = body()
    wrong = {
        name: ["must be a string"]
        for name in ("email", "password")
        if not isinstance(data.get(name), str)
    }
    if wrong:
        raise invalid(wrong)
    user = User.query.filter_by(email=data["email"].lower()).first()
    if user is None or not check_password_hash(user.password, data["password"]):
        raise Problem(401, "unauthenticated", "The address or the password is wrong.")
    expires = datetime.now(UTC) + timedelta(seconds=HOUR)
    token = jwt.encode({"sub": str(user.id), "exp": expires}, app.config["SECRET_KEY"], "HS256")
    return jsonify(access_token=token, token_type="Bearer", expires_in=HOUR)


@app.get("/api/users/me")
@signed_in
def me():
    return jsonify(g.user.shown())


# --- rooms

ORDERS = {
    "name": Room.name.asc(),
    "-name": Room.name.desc(),
    "capacity": Room.capacity.asc(),
    "-capacity": Room.capacity.desc(),
}


def room_or_404(room_id):
    room = db.session.get(Room, room_id) if room_id < BIG else None
    if room is None:
        abort(404, "There is no such room.")
    return room


def lock_room(room_id):
    """Make everybody else who locks this room wait for our commit; return whether it exists."""
    rows = Room.query.filter_by(id=room_id)
    return rows.update({"name": Room.name}, synchronize_session=False) > 0


def store_room(room):
    try:
        db.session.add(room)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        raise conflict("There is another room of this name.") from None
    return jsonify(room.shown())


@app.get("/api/rooms")
@signed_in
def list_rooms():
    sort = request.args.get("sort", "name")
    if sort not in ORDERS:
        raise invalid({"sort": ["must be one of " + ", ".join(ORDERS)]})
    rows = Room.query.order_by(ORDERS[sort], Room.id)
    least = number_parameter("min_capacity", None, -BIG, BIG)
    if least is not None:
        rows = rows.filter(Room.capacity >= least)
    if "q" in request.args:
        rows = rows.filter(Room.name.icontains(request.args["q"], autoescape=True))
    return paged(rows)


@app.post("/api/rooms")
@admin_only
def create_room():
    name, capacity = checked_room(body())
    room = Room(name=name, capacity=capacity)
    response = store_room(room)
    return response, 201, {"Location": f"/api/rooms/{room.id}"}


@app.get("/api/rooms/<int:room_id>")
@signed_in
def show_room(room_id):
    return jsonify(room_or_404(room_id).shown())


@app.patch("/api/rooms/<int:room_id>")
@admin_only
def change_room(room_id):
    room = room_or_404(room_id)
    room.name, room.capacity = checked_room({**room.shown(), **body()})
    return store_room(room)


@app.delete("/api/rooms/<int:room_id>")
@admin_only
def delete_room(room_id):
    room_or_404(room_id)
    lock_room(room_id)
    if Booking.query.filter_by(room_id=room_id).count():
        db.session.rollback()
        raise conflict("The room has bookings.")
    Room.query.filter_by(id=room_id).delete()
    db.session.commit()
    return "", 204


# --- bookings


def booking_or_error(booking_id):
    booking = db.session.get(Booking, booking_id) if booking_id < BIG else None
    if booking is None:
        abort(404, "There is no such booking.")
    if booking.user_id != g.user.id and g.user.role != "admin":
        raise Problem(403, "forbidden", "This is somebody else's booking.")
    return booking


def refuse_overlap(room_id, starts_at, ends_at, besides=0):
    taken = Booking.query.filter(
        Booking.room_id == room_id,
        Booking.id != besides,
        Booking.starts_at < ends_at,
        Booking.ends_at > starts_at,
    )
    if taken.count():
        db.session.rollback()
        raise conflict("The room is taken at that time.")


@app.get("/api/bookings")
@signed_in
def list_bookings():
    rows = Booking.query.order_by(Booking.starts_at, Booking.id)
    if g.user.role != "admin":
        rows = rows.filter_by(user_id=g.user.id)
    room_id = number_parameter("room_id", None, 0, BIG)
    if room_id is not None:
        rows = rows.filter_by(room_id=room_id)
    start, end = time_parameter("from"), time_parameter("to")
    if start is not None:
        rows = rows.filter(Booking.ends_at > start)
    if end is not None:
        rows = rows.filter(Booking.starts_at < end)
    return paged(rows)


@app.post("/api/bookings")
@signed_in
def create_booking():
    data = body()
    title, starts_at, ends_at = checked_booking(data)
    room_id, user_id = data["room_id"], g.user.id
    if not lock_room(room_id):
        db.session.rollback()
        raise invalid({"room_id": ["there is no such room"]})
    refuse_overlap(room_id, starts_at, ends_at)
    booking = Booking(
        room_id=room_id, user_id=user_id, title=title, starts_at=starts_at, ends_at=ends_at
    )
    db.session.add(booking)
    db.session.commit()
    return jsonify(booking.shown()), 201, {"Location": f"/api/bookings/{booking.id}"}


@app.get("/api/bookings/<int:booking_id>")
@signed_in
def show_booking(booking_id):
    return jsonify(booking_or_error(booking_id).shown())


@app.patch("/api/bookings/<int:booking_id>")
@signed_in
def change_booking(booking_id):
    data = body()
    lock_room(booking_or_error(booking_id).room_id)
    # It may have been changed, or cancelled, while we waited for the room.
    db.session.expire_all()
    booking = booking_or_error(booking_id)
    title, starts_at, ends_at = checked_booking({**booking.shown(), **data}, room=False)
    refuse_overlap(booking.room_id, starts_at, ends_at, besides=booking.id)
    booking.title, booking.starts_at, booking.ends_at = title, starts_at, ends_at
    db.session.commit()
    return jsonify(booking.shown())


@app.delete("/api/bookings/<int:booking_id>")
@signed_in
def cancel_booking(booking_id):
    booking_or_error(booking_id)
    Booking.query.filter_by(id=booking_id).delete()
    db.session.commit()
    return "", 204


# --- commands

commands = AppGroup("db", help="The database.")


@commands.command("upgrade")
def upgrade():
    """Make the tables that are not there yet."""
    db.create_all()


app.cli.add_command(commands)


@app.cli.command("create-admin")
def create_admin():
    """Make the admin of ADMIN_EMAIL and ADMIN_PASSWORD, if there is none yet."""
    email = os.environ["ADMIN_EMAIL"].lower()
    if User.query.filter_by(email=email).first():
        click.echo(f"{email} is there already.")
    else:
        add_user(email, os.environ["ADMIN_PASSWORD"], "admin")
        click.echo(f"{email} is an admin now.")

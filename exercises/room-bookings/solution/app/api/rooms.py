"""Rooms: everybody reads, admins write."""

from flask import Blueprint, Response, jsonify, url_for

from app.api.exchange import json_object, page_answer, query
from app.api.security import admin_only
from app.schemas import RoomFields, RoomQuery, load, room_body
from app.services import rooms as service

rooms = Blueprint("rooms", __name__, url_prefix="/rooms")


@rooms.get("")
def list_rooms() -> Response:
    """List rooms."""
    return page_answer(service.search(query(RoomQuery)), room_body)


@rooms.post("")
@admin_only
def create_room() -> tuple[Response, int, dict[str, str]]:
    """Make a room."""
    room = service.create(load(RoomFields, json_object()))
    location = url_for(".show_room", room_id=room.id)
    return jsonify(room_body(room)), 201, {"Location": location}


@rooms.get("/<row_id:room_id>")
def show_room(room_id: int) -> Response:
    """Show a room."""
    return jsonify(room_body(service.find(room_id)))


@rooms.patch("/<row_id:room_id>")
@admin_only
def change_room(room_id: int) -> Response:
    """Change a room."""
    return jsonify(room_body(service.change(room_id, json_object())))


@rooms.delete("/<row_id:room_id>")
@admin_only
def delete_room(room_id: int) -> tuple[str, int]:
    """Delete a room."""
    service.delete(room_id)
    return "", 204

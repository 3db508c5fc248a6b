"""The routes of the guest book."""

from flask import Blueprint, abort, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from app import store
from app.errors import UnacceptableError

LONGEST = {"name": 60, "message": 500}

blueprint = Blueprint("entries", __name__, url_prefix="/entries")


@blueprint.get("")
def list_entries() -> ResponseReturnValue:
    """Answer all entries, the newest first."""
    return jsonify(items=store.all_entries())


@blueprint.get("/<entry_id>")
def show_entry(entry_id: str) -> ResponseReturnValue:
    """Answer one entry."""
    entry = store.find(entry_id)
    if entry is None:
        abort(404, "There is no such entry.")
    return jsonify(entry)


@blueprint.post("")
def sign() -> ResponseReturnValue:
    """Write an entry."""
    body = request.get_json()
    name, message = (_text(body, field) for field in ("name", "message"))
    entry = store.add(name, message)
    where = url_for("entries.show_entry", entry_id=entry["id"])
    return jsonify(entry), 201, {"Location": where}


def _text(body: object, field: str) -> str:
    """Return a field of a body, or raise UnacceptableError."""
    value = body.get(field) if isinstance(body, dict) else None
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST[field]:
        raise UnacceptableError(f"{field} must be a text of 1 to {LONGEST[field]} characters.")
    return value

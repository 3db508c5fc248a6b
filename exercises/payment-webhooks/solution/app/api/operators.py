"""What operators see and do."""

import hmac

from flask import Blueprint, Response, current_app, jsonify, request

from app.errors import UnauthenticatedError
from app.schemas import event_body
from app.services import inbox, outbox

operators = Blueprint("operators", __name__)


@operators.before_request
def check_token() -> None:
    """Let nobody in without the operators' token."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    ours = current_app.config["OPERATOR_TOKEN"].encode()
    if scheme.lower() != "bearer" or not hmac.compare_digest(token.strip().encode(), ours):
        raise UnauthenticatedError("This takes the operators' token.")


@operators.get("/events/<event_id>")
def show_event(event_id: str) -> Response:
    """Show how far an event has come."""
    return jsonify(event_body(inbox.find(event_id)))


@operators.get("/dead-letters")
def list_dead_letters() -> Response:
    """List the events that were given up."""
    return jsonify(items=[event_body(event) for event in inbox.dead()])


@operators.post("/dead-letters/<event_id>/requeue")
def requeue_dead_letter(event_id: str) -> tuple[Response, int]:
    """Try a dead letter again."""
    event = outbox.requeue(inbox.find(event_id).external_id)
    return jsonify(event_body(event)), 202

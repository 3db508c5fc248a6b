"""Where the provider posts its events."""

import time

from flask import Blueprint, Response, current_app, jsonify, request

from app.logs import request_id
from app.schemas import read_notice
from app.services import inbox, signatures

webhooks = Blueprint("webhooks", __name__, url_prefix="/webhooks")


@webhooks.before_request
def check_signature() -> None:
    """Let nothing in that the provider has not signed."""
    signatures.verify(
        request.headers.get("Webhook-Signature", ""),
        request.get_data(),
        secrets=current_app.config["WEBHOOK_SECRETS"],
        now=time.time(),
        tolerance=current_app.config["WEBHOOK_TOLERANCE_SECONDS"],
    )


@webhooks.post("/payments")
def receive_payment() -> tuple[Response, int]:
    """Store an event, and answer before anything is done about it."""
    body = request.get_data()
    event, is_new = inbox.accept(read_notice(body), body, request_id())
    return jsonify(id=event.external_id, status=event.status.value), 202 if is_new else 200

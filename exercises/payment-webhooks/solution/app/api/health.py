"""For whoever runs the service: is it alive, and can it work?"""

from flask import Blueprint, Response, jsonify

from app.services import health as service

health = Blueprint("health", __name__)


@health.get("/healthz")
def show_health() -> Response:
    """Tell that the process is alive, and nothing else: a restart would not mend the rest."""
    return jsonify(status="alive")


@health.get("/readyz")
def show_readiness() -> tuple[Response, int]:
    """Tell whether the service can do its work."""
    checks = service.checks()
    ready = all(state == "ok" for state in checks.values())
    return jsonify(status="ready" if ready else "unavailable", checks=checks), 200 if ready else 503

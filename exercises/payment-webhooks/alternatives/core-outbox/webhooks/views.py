"""The routes."""

import hmac
from typing import ClassVar

import redis
from flask import Flask, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from flask.views import MethodView
from sqlalchemy.exc import SQLAlchemyError

from webhooks import inbound
from webhooks.observability import current
from webhooks.problems import Problem
from webhooks.settings import Settings
from webhooks.storage import Row, Storage


class Base(MethodView):
    """What the views share."""

    @property
    def storage(self) -> Storage:
        """The database."""
        storage: Storage = current_app.extensions["storage"]
        return storage

    @property
    def settings(self) -> Settings:
        """The settings."""
        settings: Settings = current_app.extensions["settings"]
        return settings


class Webhooks(Base):
    """The provider's door."""

    def post(self) -> ResponseReturnValue:
        """Store an event; the worker's dispatcher finds it in the outbox."""
        body = request.get_data()
        inbound.verify(request.headers.get("Webhook-Signature", ""), body, self.settings.secrets)
        event = inbound.parse(body)
        self.storage.add(event, current.get() or "")
        return {"id": event["id"], "status": "pending"}, 202


def operators_only() -> None:
    """Let operators in."""
    settings: Settings = current_app.extensions["settings"]
    given = request.authorization
    token = given.token if given and given.type == "bearer" else None
    if not hmac.compare_digest((token or "").encode(), settings.operator_token.encode()):
        raise Problem(401, "operators", "No.", headers={"WWW-Authenticate": 'Bearer realm="ops"'})


class Operators(Base):
    """A view for operators."""

    decorators: ClassVar = [
        lambda view: lambda *args, **kwargs: operators_only() or view(*args, **kwargs)
    ]

    def existing(self, event_id: str) -> Row:
        """Return an event, or raise a 404."""
        event = self.storage.find(event_id) if inbound.NAME.match(event_id) else None
        if event is None:
            raise Problem(404, "unknown", "There is no such event.")
        return event


class Event(Operators):
    """An event."""

    def get(self, event_id: str) -> ResponseReturnValue:
        """Show it."""
        return jsonify(shown(self.existing(event_id)))


class DeadLetters(Operators):
    """The dead letters."""

    def get(self) -> ResponseReturnValue:
        """List them."""
        return jsonify(items=[shown(event) for event in self.storage.dead()])


class Requeue(Operators):
    """Another life for a dead letter."""

    def post(self, event_id: str) -> ResponseReturnValue:
        """Start it."""
        self.existing(event_id)
        if not self.storage.revive(event_id):
            raise Problem(409, "alive", "The event is not dead.")
        return jsonify(shown(self.existing(event_id))), 202


class Alive(MethodView):
    """Is there anybody?"""

    def get(self) -> ResponseReturnValue:
        """Say yes."""
        return {"alive": True}


class Ready(Base):
    """Can we work?"""

    def get(self) -> ResponseReturnValue:
        """Ask those whom we need."""
        checks = {"database": "ok", "redis": "ok"}
        try:
            self.storage.ping()
        except SQLAlchemyError:
            checks["database"] = "unreachable"
        try:
            redis.Redis.from_url(
                self.settings.redis_url, socket_timeout=1, socket_connect_timeout=1
            ).ping()
        except redis.RedisError:
            checks["redis"] = "unreachable"
        return {"checks": checks}, 200 if set(checks.values()) == {"ok"} else 503


def shown(event: Row) -> dict[str, object]:
    """Return what operators see of an event."""
    names = ("id", "status", "attempts", "last_error", "request_id")
    return {
        **{name: event[name] for name in names},
        "type": event["kind"],
        "received_at": event["received_at"].isoformat(),
    }


def register(app: Flask) -> None:
    """Put the views at their places."""
    for path, view in (
        ("/webhooks/payments", Webhooks),
        ("/events/<event_id>", Event),
        ("/dead-letters", DeadLetters),
        ("/dead-letters/<event_id>/requeue", Requeue),
        ("/healthz", Alive),
        ("/readyz", Ready),
    ):
        app.add_url_rule(path, view_func=view.as_view(view.__name__.lower()))

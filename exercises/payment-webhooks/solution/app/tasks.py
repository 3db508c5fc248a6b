"""What the worker does."""

from app.services import delivery


def deliver_event(event_id: str) -> None:
    """Make an attempt to deliver an event, if it is due."""
    delivery.attempt(event_id)

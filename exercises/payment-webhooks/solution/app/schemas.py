"""What a webhook may hold, and what an answer holds."""

import json
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from app.errors import InvalidError, UnreadableError
from app.models import Event

ID = r"^[A-Za-z0-9_-]{1,64}$"


class Payment(BaseModel):
    """What we ask of an event's data; the rest of it is the ledger's business."""

    model_config = ConfigDict(strict=True)

    amount: Annotated[int, Field(ge=1, le=10**12)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Notice(BaseModel):
    """An event as the provider sends it."""

    model_config = ConfigDict(strict=True)

    id: Annotated[str, StringConstraints(pattern=ID)]
    type: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,80}$")]
    data: Payment


def read_notice(body: bytes) -> Notice:
    """Return the event of a body; raise UnreadableError or InvalidError."""
    try:
        return Notice.model_validate(json.loads(body, parse_constant=_refuse))
    except ValidationError as error:
        raise InvalidError(_fields(error)) from None
    except (ValueError, RecursionError):
        raise UnreadableError("The body is not readable as JSON.") from None


def event_body(event: Event) -> dict[str, Any]:
    """Return an event as operators see it."""
    return {
        "id": event.external_id,
        "type": event.type,
        "status": event.status.value,
        "attempts": event.attempts,
        "last_error": event.last_error,
        "request_id": event.request_id,
        "received_at": event.received_at.isoformat(),
    }


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _fields(error: ValidationError) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for problem in error.errors(include_url=False, include_input=False):
        name = ".".join(str(part) for part in problem["loc"])
        fields.setdefault(name, []).append(problem["msg"])
    return fields

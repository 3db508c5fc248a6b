"""What the provider sends: its signature, its events."""

import hashlib
import hmac
import json
import re
import time
from typing import Any

from marshmallow import INCLUDE, Schema, ValidationError, fields, validate

from webhooks.problems import Problem

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


class _Integer(fields.Integer):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> int | None:
        if isinstance(value, bool):
            raise self.make_error("invalid")
        return super()._deserialize(value, attr, data, **more)


class _Data(Schema):
    class Meta:
        unknown = INCLUDE

    amount = _Integer(required=True, strict=True, validate=validate.Range(1, 10**12))
    currency = fields.String(required=True, validate=validate.Regexp(r"[A-Z]{3}\Z"))


class _Event(Schema):
    class Meta:
        unknown = INCLUDE

    id = fields.String(required=True, validate=validate.Regexp(NAME))
    type = fields.String(required=True, validate=validate.Regexp(r"[A-Za-z0-9_.-]{1,80}\Z"))
    data = fields.Nested(_Data, required=True)


def verify(header: str, body: bytes, secrets: tuple[bytes, ...]) -> None:
    """Raise a 401 unless the body was signed, and lately."""
    pairs = [part.strip().split("=", 1) for part in header.split(",")]
    known = [(pair[0], pair[1]) for pair in pairs if len(pair) == 2]
    moments = [value for name, value in known if name == "t"]
    if len(moments) == 1 and moments[0].isascii() and moments[0].isdigit():
        young = len(moments[0]) < 13 and abs(time.time() - int(moments[0])) <= 300
        signed = moments[0].encode() + b"." + body
        expected = [hmac.new(key, signed, hashlib.sha256).hexdigest().encode() for key in secrets]
        given = [value.encode() for name, value in known if name == "v1"]
        if young and any(hmac.compare_digest(a, b) for a in expected for b in given):
            return
    raise Problem(401, "unsigned", "The signature is missing, wrong or too old.")


def parse(body: bytes) -> dict[str, Any]:
    """Return the event in a body; raise a 400 or a 422."""
    try:
        event = json.loads(body, parse_constant=_refuse)
        if not isinstance(event, dict):
            raise Problem(422, "invalid", "An event is an object.")
        _check(event)
    except (ValueError, RecursionError) as error:
        if isinstance(error, ValidationError):
            raise
        raise Problem(400, "unreadable", "This is no JSON.") from None
    return event


def _check(event: dict[str, Any]) -> None:
    problems = _Event().validate(event)
    if problems:
        raise Problem(422, "invalid", "Not acceptable.", fields=_flat(problems))
    amount = event["data"]["amount"]
    if not isinstance(amount, int):  # 12.0 is no integer, strict or not
        raise Problem(422, "invalid", "Not acceptable.", fields={"data.amount": ["No integer."]})


def _refuse(_: str) -> None:
    raise ValueError


def _flat(problems: dict[str, Any], prefix: str = "") -> dict[str, list[str]]:
    flat: dict[str, list[str]] = {}
    for name, found in problems.items():
        if isinstance(found, dict):
            flat |= _flat(found, f"{prefix}{name}.")
        else:
            flat[(prefix + name).removesuffix("._schema")] = found
    return flat

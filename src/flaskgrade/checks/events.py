"""Read a stream of JSON lines from a sandbox: size-capped, shape-checked, never trusted."""

import json
from collections.abc import Mapping

from flaskgrade.model.evidence import Exchange

LINE_LIMIT = 512 * 1024
EVENT_LIMIT = 20_000
Event = Mapping[str, object]


class EventStream:
    """Cuts pieces of stdout into events. Lines that are no JSON object are counted, not kept.

    `line_limit` is in bytes; a longer line is malformed. Events of a `passing` kind are handed on,
    and not kept.
    """

    def __init__(
        self, *, line_limit: int = LINE_LIMIT, passing: frozenset[str] = frozenset()
    ) -> None:
        self.line_limit = line_limit
        self._passing = passing
        self.events: list[Event] = []
        self.malformed = 0
        self._rest = b""
        self._skipping = False  # the rest of a line that was too long is no line of its own

    def feed(self, piece: bytes) -> tuple[Event, ...]:
        """Take in a piece and return the events that it completes."""
        *lines, self._rest = (self._rest + piece).split(b"\n")
        if lines and self._skipping:
            del lines[0]
            self._skipping = False
        if self._skipping:
            self._rest = b""
        fresh = tuple(event for line in lines if (event := self._parse(line)) is not None)
        if len(self._rest) > self.line_limit:
            self._rest = b""
            self._skipping = True
            self.malformed += 1
        return fresh

    def _parse(self, line: bytes) -> Event | None:
        if len(line) <= self.line_limit and not line.strip():
            return None
        if len(line) <= self.line_limit and len(self.events) < EVENT_LIMIT:
            try:
                event = json.loads(line)
            except (ValueError, RecursionError):
                event = None
            if isinstance(event, dict):
                if text(event, "event") not in self._passing:
                    self.events.append(event)
                return event
        self.malformed += 1
        return None


def text(event: Event, key: str, limit: int = 3000) -> str:
    """Return a string of the event, cut to `limit`, or "" where it has none."""
    value = event.get(key)
    return value[:limit] if isinstance(value, str) else ""


def number(event: Event, key: str) -> int:
    """Return a whole number from 0 to a day in milliseconds; 0 where the event has none."""
    value = event.get(key)
    return min(max(value, 0), 86_400_000) if type(value) is int else 0


def exchange(value: object) -> Exchange | None:
    """Return an exchange as the examiner told it, or None if it is not one."""
    if not isinstance(value, dict):
        return None
    status = value.get("status")
    return Exchange(
        method=text(value, "method", 20),
        path=text(value, "path", 500),
        request_headers=_headers(value.get("request_headers")),
        request_body=text(value, "request_body"),
        status=status if type(status) is int else None,
        response_headers=_headers(value.get("response_headers")),
        response_body=text(value, "response_body"),
        milliseconds=number(value, "milliseconds"),
        error=text(value, "error", 500) or None,
    )


def _headers(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list):
        return ()
    return tuple(
        (str(pair[0])[:200], str(pair[1])[:500])
        for pair in value[:50]
        if isinstance(pair, list) and len(pair) == 2  # noqa: PLR2004 - a name and a value
    )

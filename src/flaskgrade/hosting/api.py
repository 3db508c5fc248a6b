"""JSON over HTTPS to one server, with a token that is sent to no other."""

import ipaddress
import json
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from flaskgrade.errors import StageError, UsageError

SECONDS = 30.0
SIZE_LIMIT = 20_000_000
_SAID = 300


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the token would go along."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """Answer with the redirect itself."""


@dataclass(frozen=True, kw_only=True)
class Api:
    """A server's address and what says who we are."""

    name: str  # for people: "GitHub"
    base: str
    headers: Mapping[str, str] = field(repr=False)

    def __post_init__(self) -> None:
        """Raise UsageError where anybody on the way could read the token."""
        parts = urlsplit(self.base)
        if parts.scheme != "https" and not _is_loopback(parts.hostname or ""):
            raise UsageError(
                f"{self.name}'s API is at {self.base}, and a token goes over https alone"
            )

    def call(self, method: str, url: str, payload: object = None) -> Any:
        """Return the JSON that a request is answered with; `url` continues the base.

        Raises UsageError where it is refused, and StageError without an answer that makes sense.
        """
        request = urllib.request.Request(  # noqa: S310 - https, or this machine: see above
            self.base + url,
            method=method,
            data=None if payload is None else json.dumps(payload).encode(),
            headers={**self.headers, "Content-Type": "application/json"},
        )
        try:
            with urllib.request.build_opener(_Stay).open(request, timeout=SECONDS) as answer:
                return json.loads(answer.read(SIZE_LIMIT))
        except HTTPError as error:
            with error:
                raise self._refusal(error) from error
        except (URLError, HTTPException, OSError, ValueError) as error:
            raise StageError(
                f"{self.name} gave no answer that makes sense: {error}", hint="Try again."
            ) from error

    def _refusal(self, error: HTTPError) -> Exception:
        said = _message(error)
        told = f"{self.name} refused ({error.code}{f': {said}' if said else ''})"
        if error.code >= 500:  # noqa: PLR2004 - the server's own fault
            return StageError(told, hint="Try again.")
        hints = {
            401: "The token is wrong or has run out.",
            403: "The token may not write comments there, or there were too many requests.",
            404: "There is no such pull request, or the token may not see it.",
        }
        return UsageError(told, hint=hints.get(error.code, ""))


def _message(error: HTTPError) -> str:
    try:
        answer = json.loads(error.read(SIZE_LIMIT))
    except (OSError, HTTPException, ValueError):
        return ""
    said = answer.get("message") if isinstance(answer, dict) else ""
    return " ".join(str(said or "").split())[:_SAID]


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

"""The provider's signatures."""

import hashlib
import hmac
import re
from collections.abc import Iterable

from app.errors import UnsignedError

_TIME = re.compile(r"[0-9]{1,12}")


def verify(
    header: str, body: bytes, *, secrets: Iterable[bytes], now: float, tolerance: float
) -> None:
    """Raise UnsignedError unless one of the signatures was made with one of the secrets."""
    parts = [part.strip().partition("=") for part in header.split(",")]
    times = [value for name, _, value in parts if name == "t"]
    given = [value.encode() for name, _, value in parts if name == "v1"]
    if len(times) != 1 or not _TIME.fullmatch(times[0]) or not given:
        raise UnsignedError("There is no readable signature.")
    if abs(now - int(times[0])) > tolerance:
        raise UnsignedError("The signature is too old, or from the future.")
    signed = times[0].encode() + b"." + body
    ours = [hmac.new(one, signed, hashlib.sha256).hexdigest().encode() for one in secrets]
    if not any(hmac.compare_digest(one, other) for one in ours for other in given):
        raise UnsignedError("The signature does not fit.")

"""A seal under each JSON report: whatever is changed in it afterwards, it fits no more.

Without a key anybody can make a new one: it tells of accidents and of careless edits. With a key
(HMAC, RFC 2104) that the company keeps, nobody else can.
"""

import hashlib
import hmac
import json
from enum import Enum
from typing import Any

FIELD = "seal"
PLAIN, KEYED = "sha256", "hmac-sha256"


class Fit(Enum):
    """Whether a seal fits its document."""

    FITS = "fits"
    BROKEN = "broken"
    MISSING = "missing"
    NO_KEY = "no key"  # it was made with one, and none was given


def sealed(document: dict[str, Any], key: str = "") -> str:
    """Return a document with its seal as the text of a JSON file."""
    bare = {name: value for name, value in document.items() if name != FIELD}
    algorithm = KEYED if key else PLAIN
    seal = {"algorithm": algorithm, "digest": _digest(bare, algorithm, key)}
    return json.dumps({**bare, FIELD: seal}, indent=2) + "\n"


def keyed(text: str, key: str) -> str:
    """Return a sealed document of ours with a seal that is made with a key."""
    return sealed(json.loads(text), key)


def fit(document: dict[str, Any], key: str = "") -> Fit:
    """Tell whether the seal of a document fits it."""
    seal = document.get(FIELD)
    if not isinstance(seal, dict):
        return Fit.MISSING
    algorithm, digest = seal.get("algorithm"), seal.get("digest")
    if algorithm == KEYED and not key:
        return Fit.NO_KEY
    # With a key, the seal that anybody can make is none.
    if algorithm != (KEYED if key else PLAIN) or set(seal) != {"algorithm", "digest"}:
        return Fit.BROKEN
    bare = {name: value for name, value in document.items() if name != FIELD}
    right = _digest(bare, algorithm, key)
    fits = isinstance(digest, str) and hmac.compare_digest(digest.encode(), right.encode())
    return Fit.FITS if fits else Fit.BROKEN


def _digest(bare: dict[str, Any], algorithm: str, key: str) -> str:
    """Return the digest of all but the seal; the order of fields and white space don't matter."""
    content = json.dumps(bare, sort_keys=True, separators=(",", ":")).encode()
    if algorithm == KEYED:
        return hmac.new(key.encode(), content, hashlib.sha256).hexdigest()
    return hashlib.sha256(content).hexdigest()

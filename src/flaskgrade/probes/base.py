"""The doctor's table: its rows before anything was probed, and what a probe found of one."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

DETAIL_LIMIT = 160


class Area(Enum):
    """What a row is about; the table is in this order."""

    IDENTITY = "identity and privileges"
    NETWORK = "network"
    FILES = "files and what can be seen"
    RESOURCES = "resources"
    ZONES = "the two zones"
    CALLS = "system calls"


class Standing(Enum):
    """What is known of a limit."""

    HOLDS = "holds"
    BROKEN = "DOES NOT HOLD"
    UNKNOWN = "not probed"


@dataclass(frozen=True, kw_only=True)
class Line:
    """A limit: what follows where it does not hold, and what to do about that."""

    name: str
    area: Area
    follows: str
    remedy: str
    quick: bool = False  # probed by a plain `flaskgrade doctor`, too


@dataclass(frozen=True, kw_only=True)
class Probed:
    """A row of the table. `detail` is what was measured, or why nothing was."""

    line: Line
    standing: Standing
    detail: str


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a probe says of one row; `holds` is None where it could not find out."""

    row: str
    holds: bool | None
    detail: str


def probed(line: Line, told: Told) -> Probed:
    """Return the row with what a probe said of it, cut and free of control characters."""
    standing = {True: Standing.HOLDS, False: Standing.BROKEN, None: Standing.UNKNOWN}[told.holds]
    return Probed(line=line, standing=standing, detail="".join(_shown(told.detail))[:DETAIL_LIMIT])


def _shown(text: str) -> Iterator[str]:
    for character in text:
        yield " " if unicodedata.category(character).startswith("C") else character

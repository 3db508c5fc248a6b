"""What `flaskgrade doctor` prints: a table on a terminal, plain lines in a pipe, or JSON."""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flaskgrade import __version__
from flaskgrade.cli.install import install_line
from flaskgrade.probes.base import Probed, Standing

if TYPE_CHECKING:
    from rich.console import RenderableType

    from flaskgrade.cli.doctor import Backend

NAME = 32
STANDING = max(len(one.value) for one in Standing)
STYLES = {Standing.HOLDS: "green", Standing.BROKEN: "bold red", Standing.UNKNOWN: "yellow"}
MARKS = {Standing.HOLDS: "✓", Standing.BROKEN: "✗", Standing.UNKNOWN: "?"}


def progress(name: str) -> Callable[[int, int], None]:
    """Return what shows on a terminal how far the probing is."""

    def show(done: int, of: int) -> None:
        if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
            sys.stderr.write(f"\r\033[K{f'probing {name}: {done} of {of}' if done < of else ''}")
            sys.stderr.flush()

    return show


def write_host(cache: Path, git: str | None) -> None:
    """Print what all backends share."""
    sys.stdout.write(f"flaskgrade {__version__}\n")
    sys.stdout.write(f"user       {_who()}\n")
    sys.stdout.write(f"cache      {cache}\n")
    found = git or f"MISSING: {install_line('git')}"
    sys.stdout.write(f"git        {found}\n")
    sys.stdout.flush()


def write_backend(backend: "Backend") -> None:
    """Print one backend with its rows."""
    sys.stdout.write(f"\n{_title(backend)}\n")
    if not backend.works:
        sys.stdout.write("".join(f"  → {line}\n" for line in backend.hint.splitlines()))
    elif sys.stdout.isatty():
        from flaskgrade.cli.display import console_width, use_colour  # noqa: PLC0415 - rich
        from flaskgrade.report.terminal import printed  # noqa: PLC0415 - rich

        sys.stdout.write(printed(_table(backend.rows), width=console_width(), color=use_colour()))
    else:
        for row in backend.rows:
            sys.stdout.write("".join(f"{line}\n" for line in _lines(row)))
    sys.stdout.flush()


def write_end(backends: "tuple[Backend, ...]", *, thorough: bool) -> None:
    """Print the sums, and what else could be asked."""
    counts = Counter(row.standing for backend in backends for row in backend.rows)
    words = ", ".join(f"{counts[one]} {one.value}" for one in Standing if counts[one])
    sys.stdout.write(f"\n{words or 'nothing was probed'}\n")
    if not thorough and counts:
        sys.stdout.write("These are the decisive ones; --probe attacks each limit.\n")


def write_json(cache: Path, git: str | None, backends: "tuple[Backend, ...]", code: int) -> None:
    """Print everything as one JSON object."""
    document = {
        "flaskgrade": __version__,
        "user": os.geteuid(),
        "cache": str(cache),
        "git": git,
        "backends": [_backend(one) for one in backends],
        "exit_code": code,
    }
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def _backend(backend: "Backend") -> dict[str, Any]:
    return {
        "name": backend.name,
        "works": backend.works,
        "version": backend.version,
        "pythons": list(backend.pythons),
        "message": backend.message,
        "hint": backend.hint,
        "rows": [
            {
                "area": row.line.area.value,
                "name": row.line.name,
                "standing": row.standing.value,
                "detail": row.detail,
                "follows": row.line.follows if row.standing is Standing.BROKEN else "",
                "remedy": row.line.remedy if row.standing is Standing.BROKEN else "",
            }
            for row in backend.rows
        ],
    }


def _who() -> str:
    return "root" if os.geteuid() == 0 else f"uid {os.geteuid()}, an ordinary user"


def _title(backend: "Backend") -> str:
    if not backend.works:
        return f"{backend.name:<10} does not work: {backend.message}"
    users = "".join(
        f"; users: {row.detail}"
        for row in backend.rows
        if row.line.name == "host users" and row.standing is not Standing.UNKNOWN
    )
    return f"{backend.name:<10} {backend.version}; Python {', '.join(backend.pythons)}{users}"


def _lines(row: Probed) -> Iterable[str]:
    """Return a row as plain lines, what follows and what to do under one that does not hold."""
    yield f"  {row.line.name:<{NAME}} {row.standing.value:<{STANDING}}  {row.detail}".rstrip()
    if row.standing is Standing.BROKEN:
        yield f"      follows: {row.line.follows}"
        yield f"      remedy:  {row.line.remedy}"


def _table(rows: "tuple[Probed, ...]") -> "RenderableType":
    """Return the rows as a table, area by area."""
    from rich.console import Group  # noqa: PLC0415 - only on a terminal
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    parts: list[RenderableType] = []
    for area, members in groupby(rows, lambda row: row.line.area):
        table = Table(box=None, show_header=False, expand=True, padding=(0, 1))
        table.add_column(no_wrap=True, width=1)
        table.add_column(width=NAME)
        table.add_column(no_wrap=True, width=STANDING)
        table.add_column(ratio=1)
        for row in members:
            style = STYLES[row.standing]
            words = Text(row.detail, style="dim")
            if row.standing is Standing.BROKEN:
                words = Text(row.detail)
                words.append(f"\n{row.line.follows}", style="red")
                words.append(f"\n→ {row.line.remedy}", style="cyan")
            table.add_row(
                Text(MARKS[row.standing], style=style),
                Text(row.line.name),
                Text(row.standing.value, style=style),
                words,
            )
        parts += [Text(f"\n  {area.value}", style="bold"), table]
    return Group(*parts)

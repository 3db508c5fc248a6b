"""What a person sees of a batch: a live table on a terminal, plain lines elsewhere, a summary."""

import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from flaskgrade.cli.batch_lock import held
from flaskgrade.cli.display import console_width, use_colour
from flaskgrade.fleet.ledger import Ledger
from flaskgrade.model.batch import Entry, Outcome, State
from flaskgrade.report import plain, view
from flaskgrade.report.terminal import printed

MARKS = {
    State.GRADED: ("✓", "green"),
    State.KNOWN: ("=", "green"),
    State.REFUSED: ("✗", "red"),
    State.BROKEN: ("!", "bold red"),
    State.RUNNING: ("▸", "cyan"),
    State.WAITING: ("·", "dim"),
}
LAST = 8  # ended entries that a live table shows
IN_SECONDS = 90  # what is shorter is told in seconds
LOOK_SECONDS = 1.0  # between looks at a batch of another process


class Board(Protocol):
    """Hears how far each entry is, and sentences that belong to none."""

    def heard(self, position: int, outcome: Outcome) -> None:
        """Take note of how far the entry at a position is."""
        ...

    def note(self, words: str) -> None:
        """Take note of a sentence."""
        ...


@contextmanager
def board(entries: Sequence[Entry], *, jobs: int, quiet: bool) -> Iterator[Board]:
    """Yield what listens: silence, a live table, or plain lines on stderr."""
    if quiet:
        yield Quiet()
    elif _live():
        table = Running(entries, jobs=jobs)
        with _drawn(table):
            yield table
    else:
        yield Lines(len(entries))


def _live() -> bool:
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and not os.environ.get("CI")


def _drawn(table: "Running") -> Live:
    console = Console(stderr=True, no_color=bool(os.environ.get("NO_COLOR")))
    return Live(table, console=console, refresh_per_second=4, transient=True)


class Quiet:
    """Says nothing."""

    def heard(self, position: int, outcome: Outcome) -> None:
        """Keep silent."""

    def note(self, words: str) -> None:
        """Keep silent."""


class Lines:
    """One plain line for each entry that ends, as logs want it."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._done = 0
        self._noted: set[str] = set()
        self._lock = threading.Lock()

    def heard(self, position: int, outcome: Outcome) -> None:  # noqa: ARG002 - a Board's
        """Print what an entry came to."""
        if outcome.ended:
            with self._lock:
                self._done += 1
                sys.stderr.write(f"[{self._done}/{self._count}] {one_line(outcome)}\n")
                sys.stderr.flush()

    def note(self, words: str) -> None:
        """Print a sentence, once: each sandbox that is opened says the same."""
        with self._lock:
            if words not in self._noted:
                self._noted.add(words)
                sys.stderr.write(f"note: {words}\n")


class Running(Quiet):
    """How far each entry is, with the time that is left."""

    def __init__(self, entries: Sequence[Entry], *, jobs: int) -> None:
        self._lock = threading.Lock()
        self._outcomes = [Outcome(entry=entry) for entry in entries]
        self._since: dict[int, float] = {}
        self._ended: list[int] = []
        self._notes: dict[str, None] = {}
        self._jobs = jobs
        self._began = time.monotonic()

    def heard(self, position: int, outcome: Outcome) -> None:
        """Show how far the entry is."""
        with self._lock:
            self._outcomes[position] = outcome
            if outcome.state is State.RUNNING:
                self._since.setdefault(position, time.monotonic())
            else:
                self._since.pop(position, None)
            if outcome.ended and position not in self._ended:
                self._ended.append(position)

    def note(self, words: str) -> None:
        """Show a sentence above the table."""
        with self._lock:
            self._notes[words] = None

    def __rich__(self) -> RenderableType:
        with self._lock:
            done, count = len(self._ended), len(self._outcomes)
            bar = Table.grid(padding=(0, 1))
            left = time_left(self._outcomes, self._jobs, time.monotonic() - self._began)
            bar.add_row(
                ProgressBar(total=count, completed=done, width=30), f"{done} of {count}", left
            )
            table = Table.grid(padding=(0, 1))
            for position in self._ended[-LAST:]:
                self._add(table, self._outcomes[position])
            for position, since in self._since.items():
                outcome = self._outcomes[position]
                words = f"{time.monotonic() - since:5.1f} s  {plain.line(outcome.words, 60)}"
                table.add_row(Text("▸", "cyan"), Text(outcome.entry.name, "bold"), Text(words))
            return Group(*(Text(f"note: {one}", "yellow") for one in self._notes), bar, table)

    def _add(self, table: Table, outcome: Outcome) -> None:
        mark, style = MARKS[outcome.state]
        table.add_row(Text(mark, style), Text(outcome.entry.name), Text(_told(outcome), "dim"))


def time_left(outcomes: Sequence[Outcome], jobs: int, seconds: float) -> str:
    """Return in words how long a batch will still take, by what its gradings took so far."""
    took = [one.milliseconds / 1000 for one in outcomes if one.state is State.GRADED]
    waiting = sum(not one.ended for one in outcomes)
    if not waiting:
        return f"{_minutes(seconds)}"
    if not took:
        return ""
    return f"about {_minutes(sum(took) / len(took) * waiting / jobs)} left"


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < IN_SECONDS else f"{seconds / 60:.0f} min"


def one_line(outcome: Outcome) -> str:
    """Return what an entry came to, in a plain line."""
    mark, _ = MARKS[outcome.state]
    return f"{mark} {outcome.entry.name}: {_told(outcome)}"


def _told(outcome: Outcome) -> str:
    if outcome.result is None:
        return plain.line(outcome.words, 300)
    card = outcome.result
    total = view.interval(view.total(card.low), view.total(card.high))
    how = "known" if outcome.state is State.KNOWN else f"{outcome.milliseconds / 1000:.1f} s"
    again = ", again and alone" if outcome.again else ""
    return f"{total} of {view.points(card.of)}  {plain.line(card.band, 60)}  ({how}{again})"


def summary(outcomes: Sequence[Outcome], out: Path) -> str:
    """Return the closing table of a batch: the best first, then what has no result."""
    table = Table(box=None, padding=(0, 1), header_style="bold")
    for column in ("", "Submission", "Total", "Band", "Time"):
        table.add_column(column, justify="right" if column in {"Total", "Time"} else "left")
    for one in sorted(outcomes, key=_order):
        mark, style = MARKS[one.state]
        cells: tuple[str, ...] = (plain.line(one.words, 200), "", "")
        if one.result is not None:
            total = view.interval(view.total(one.result.low), view.total(one.result.high))
            took = "known" if one.state is State.KNOWN else f"{one.milliseconds / 1000:.1f} s"
            cells = (total, plain.line(one.result.band, 60), took)
        else:
            cells = ("–", plain.line(one.words or one.state.value, 200), "")
        table.add_row(Text(mark, style), Text(one.entry.name), *(Text(cell) for cell in cells))
    counts = ", ".join(
        f"{number} {state.value}"
        for state in State
        if (number := sum(one.state is state for one in outcomes))
    )
    told = [Text(), Text(f"{len(outcomes)} submissions: {counts}. Reports are in {out}/")]
    if sum(one.result is not None for one in outcomes) > 1:
        told.append(Text(f"Side by side: flaskgrade compare {out}/*/report.json"))
    return printed(Group(table, *told), width=console_width(), color=use_colour())


def _order(outcome: Outcome) -> tuple[object, ...]:
    card = outcome.result
    return (card is None, -card.low if card else 0, -card.high if card else 0, outcome.entry.name)


def follow(out: Path) -> tuple[Outcome, ...]:
    """Show how far the batch of another process is until it ends; return what came of it.

    Raises UsageError where there is none.
    """
    ledger = Ledger.of(out)
    _, jobs, _ = ledger.run()
    outcomes = ledger.outcomes()
    with board([one.entry for one in outcomes], jobs=jobs, quiet=False) as shown:
        seen: dict[int, Outcome] = {}
        while True:
            _, _, ended = ledger.run()
            for position, outcome in enumerate(ledger.outcomes()):
                if seen.get(position) != outcome:
                    seen[position] = outcome
                    shown.heard(position, outcome)
            if ended or not held(out):
                return ledger.outcomes()
            time.sleep(LOOK_SECONDS)

"""What a person sees while a grading runs: a live tree on a terminal, plain lines elsewhere."""

import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from flaskgrade.model.report import Report
from flaskgrade.model.verification import Matrix
from flaskgrade.progress import Progress

GOOD = {"ok", "passed"}
MARKS = {"not assessed": ("?", "yellow"), "failed": ("✗", "red"), "skipped": ("–", "dim")}


class Display(Progress, Protocol):
    """Progress that can also say a sentence of its own."""

    def note(self, words: str) -> None:
        """Say something that belongs to no stage."""
        ...


@contextmanager
def display(*, quiet: bool) -> Iterator[Display]:
    """Yield what listens: silence, a live tree, or plain lines on stderr."""
    if quiet:
        yield Quiet()
    elif sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and not os.environ.get("CI"):
        tree = Tree()
        with Live(
            tree,
            console=Console(stderr=True, no_color=bool(os.environ.get("NO_COLOR"))),
            refresh_per_second=10,
            transient=True,
        ):
            yield tree
    else:
        yield Lines()


class Quiet:
    """Says nothing but what must be known."""

    def began(self, stage: str) -> None:
        """Keep silent."""

    def said(self, stage: str, words: str) -> None:
        """Keep silent."""

    def ended(self, stage: str, how: str, milliseconds: int) -> None:
        """Keep silent."""

    def note(self, words: str) -> None:
        """Keep silent."""


class Lines(Quiet):
    """One plain line for each stage that ends, as CI logs want it."""

    def ended(self, stage: str, how: str, milliseconds: int) -> None:
        """Print how the stage ended and how long it took."""
        sys.stderr.write(f"{stage:<14} {milliseconds / 1000:7.2f} s  {how}\n")
        sys.stderr.flush()

    def note(self, words: str) -> None:
        """Print the sentence."""
        sys.stderr.write(f"note: {words}\n")


@dataclass
class Row:
    """A stage as the tree shows it."""

    began: float
    words: str = ""
    how: str | None = None
    milliseconds: int = 0


class Tree:
    """The stages with their times, redrawn as they go."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: dict[str, Row] = {}
        self._notes: list[str] = []
        self._spinner = Spinner("dots")

    def began(self, stage: str) -> None:
        """Add a row."""
        with self._lock:
            self._rows[stage] = Row(began=time.monotonic())

    def said(self, stage: str, words: str) -> None:
        """Show the words beside the stage."""
        with self._lock:
            if stage in self._rows:
                self._rows[stage].words = words

    def ended(self, stage: str, how: str, milliseconds: int) -> None:
        """Close the row."""
        with self._lock:
            if stage in self._rows:
                self._rows[stage].how, self._rows[stage].milliseconds = how, milliseconds

    def note(self, words: str) -> None:
        """Show a sentence above the stages."""
        with self._lock:
            self._notes.append(words)

    def __rich__(self) -> RenderableType:
        with self._lock:
            table = Table.grid(padding=(0, 1))
            for name, row in self._rows.items():
                table.add_row(*self._cells(name, row))
            return Group(*(Text(f"note: {words}", "yellow") for words in self._notes), table)

    def _cells(self, name: str, row: Row) -> tuple[RenderableType, ...]:
        if row.how is None:
            seconds = time.monotonic() - row.began
            return (self._spinner, Text(name, "bold"), Text(f"{seconds:5.1f} s"), Text(row.words))
        mark, style = ("✓", "green") if row.how in GOOD else ("·", "yellow")
        for word, look in MARKS.items():
            if word in row.how:
                mark, style = look
                break
        words = "" if row.how in GOOD else row.how
        return (
            Text(mark, style),
            Text(name),
            Text(f"{row.milliseconds / 1000:5.1f} s", "dim"),
            Text(words, "dim"),
        )


def console_width() -> int:
    """Return the columns to print for."""
    return min(shutil.get_terminal_size((100, 40)).columns, 120)


def use_colour() -> bool:
    """Tell whether stdout may be coloured: a terminal, and no NO_COLOR (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def print_report(report: Report) -> None:
    """Print the terminal report."""
    from flaskgrade.report import terminal  # noqa: PLC0415 - only where this format is wanted

    sys.stdout.write(terminal.render(report, width=console_width(), color=use_colour()))


def print_matrix(matrix: Matrix) -> None:
    """Print what came of an exercise's claims."""
    from flaskgrade.report import terminal_matrix  # noqa: PLC0415 - only where one is verified

    sys.stdout.write(terminal_matrix.render(matrix, width=console_width(), color=use_colour()))


def print_result(report: Report) -> None:
    """Print the result in one line."""
    from flaskgrade.report import view  # noqa: PLC0415 - only where a report is printed

    card = report.scorecard
    sys.stdout.write(f"{view.total_interval(card)} of {card.of}  {view.band(card)}\n")

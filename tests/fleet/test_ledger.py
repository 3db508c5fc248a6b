"""The ledger: whole or not at all, for several at once, and never another version's."""
# A test's name is its sentence.
# ruff: noqa: D103

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from flaskgrade.errors import UsageError
from flaskgrade.fleet.ledger import FILE_NAME, Ledger
from flaskgrade.model.batch import Entry, Outcome, Result, State

ADA = Entry(name="ada", source="https://host/ada/task", where="list.csv:2", ref="main")
BOB = Entry(name="bob", source="bob.zip", where="list.csv:3", exercise="guest-book")
DONE = Outcome(
    entry=ADA,
    state=State.GRADED,
    result=Result(
        low=Fraction(1, 3),
        high=Fraction(200, 3),
        of=Fraction(100),
        band="weak",
        passed=None,
        unassessed=True,
    ),
    milliseconds=1200,
    again=True,
)


def test_what_was_kept_is_known_by_whoever_opens_it_later(tmp_path: Path) -> None:
    Ledger.make(tmp_path).keep("k1", "a report")

    assert Ledger.make(tmp_path).known("k1") == "a report"
    assert Ledger.of(tmp_path).known("k2") is None


def test_how_far_each_entry_is_comes_back_as_it_was_noted(tmp_path: Path) -> None:
    ledger = Ledger.make(tmp_path)
    ledger.begin([ADA, BOB], jobs=2)

    ledger.note(0, DONE)

    assert Ledger.of(tmp_path).outcomes() == (DONE, Outcome(entry=BOB))


def test_a_run_has_ended_when_it_says_so(tmp_path: Path) -> None:
    ledger = Ledger.make(tmp_path)
    ledger.begin([ADA], jobs=3)
    _, jobs, before = ledger.run()

    ledger.end()

    assert (jobs, before, ledger.run()[2]) == (3, False, True)


def test_another_run_forgets_the_entries_and_keeps_what_is_known(tmp_path: Path) -> None:
    ledger = Ledger.make(tmp_path)
    ledger.begin([ADA], jobs=1)
    ledger.keep("k1", "a report")

    ledger.begin([BOB], jobs=1)

    assert [one.entry for one in ledger.outcomes()] == [BOB]
    assert ledger.known("k1") == "a report"


def test_many_write_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    ledger = Ledger.make(tmp_path)
    entries = [replace(ADA, name=f"ada-{number}") for number in range(40)]
    ledger.begin(entries, jobs=8)

    def write(position: int) -> None:
        ledger.keep(f"k{position}", f"report {position}")
        ledger.note(position, replace(DONE, entry=entries[position]))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))

    assert [one.state for one in ledger.outcomes()] == [State.GRADED] * 40
    assert ledger.known("k39") == "report 39"


def test_where_there_is_no_batch_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no batch"):
        Ledger.of(tmp_path)


def test_a_ledger_of_another_version_is_left_alone(tmp_path: Path) -> None:
    Ledger.make(tmp_path)
    with sqlite3.connect(tmp_path / FILE_NAME) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()

    with pytest.raises(UsageError, match="version 99"):
        Ledger.make(tmp_path)


def test_a_file_that_is_no_ledger_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("my own notes, " * 100)

    with pytest.raises(UsageError, match="can't be used"):
        Ledger.make(tmp_path)

    assert "my own notes" in (tmp_path / FILE_NAME).read_text()

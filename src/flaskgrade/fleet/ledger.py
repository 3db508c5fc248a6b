"""The ledger of a batch: what was graded, by content, and how far each entry is.

A grading is known by the digest of everything that its score depends on. It is written in one
transaction when it is whole, so that a batch that is killed loses what was running, and no more.
Whoever opens the file reads it while the batch goes on (https://sqlite.org/wal.html).
"""

import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

from flaskgrade.errors import UsageError
from flaskgrade.model.batch import Entry, Outcome, Result, State

FILE_NAME = "ledger.sqlite"
VERSION = 1
PATIENCE_SECONDS = 30.0  # for another's transaction
TABLES = """
CREATE TABLE grading (
    key TEXT PRIMARY KEY,
    report BLOB NOT NULL,
    ended TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE entry (
    position INTEGER PRIMARY KEY,
    name TEXT NOT NULL, source TEXT NOT NULL, place TEXT NOT NULL, ref TEXT, subdir TEXT,
    exercise TEXT, rubric TEXT,
    state TEXT NOT NULL, words TEXT NOT NULL,
    low TEXT, high TEXT, of TEXT, band TEXT, passed INTEGER, unassessed INTEGER,
    milliseconds INTEGER NOT NULL, again INTEGER NOT NULL
);
CREATE TABLE run (started TEXT NOT NULL, jobs INTEGER NOT NULL, ended TEXT);
"""
COLUMNS = (
    "position, name, source, place, ref, subdir, exercise, rubric, state, words, "
    "low, high, of, band, passed, unassessed, milliseconds, again"
)


class Ledger:
    """A file that may be used by several threads and processes at once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def make(cls, folder: Path) -> "Ledger":
        """Return the ledger of a folder, a new one where there is none.

        Raises UsageError for a file that is none, or of another version.
        """
        ledger = cls(folder / FILE_NAME)
        with ledger._open() as database:
            database.execute("PRAGMA journal_mode = WAL")
            with database:
                (version,) = database.execute("PRAGMA user_version").fetchone()
                if version == 0:
                    for statement in TABLES.split(";"):
                        database.execute(statement)
                    database.execute(f"PRAGMA user_version = {VERSION}")
        ledger._check()
        return ledger

    @classmethod
    def of(cls, folder: Path) -> "Ledger":
        """Return the ledger of a folder. Raises UsageError where there is none."""
        ledger = cls(folder / FILE_NAME)
        if not ledger._path.is_file():
            raise UsageError(
                f"there is no batch in {folder}", hint="Name the --out folder of a batch."
            )
        ledger._check()
        return ledger

    def _check(self) -> None:
        with self._open() as database:
            (version,) = database.execute("PRAGMA user_version").fetchone()
        if version != VERSION:
            raise UsageError(
                f"{self._path} is a ledger of version {version}; this flaskgrade's is {VERSION}",
                hint="Choose another --out folder, or use the flaskgrade that made it.",
            )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection of the caller's own: they must not be shared among threads."""
        try:
            with closing(sqlite3.connect(self._path, timeout=PATIENCE_SECONDS)) as database:
                yield database
        except sqlite3.DatabaseError as error:
            raise UsageError(
                f"the ledger {self._path} can't be used: {error}",
                hint="Free some space, or choose another --out folder.",
            ) from error

    def known(self, key: str) -> str | None:
        """Return the JSON report of a grading, or None if there was none yet."""
        with self._open() as database:
            row = database.execute("SELECT report FROM grading WHERE key = ?", (key,)).fetchone()
        return None if row is None else zlib.decompress(row[0]).decode()

    def keep(self, key: str, report: str) -> None:
        """Keep the JSON report of a grading: from now on it is known."""
        row = (key, zlib.compress(report.encode()), _now())
        with self._open() as database, database:
            database.execute("INSERT OR REPLACE INTO grading VALUES (?, ?, ?)", row)

    def begin(self, entries: Iterable[Entry], jobs: int) -> None:
        """Take note that a run begins, of these entries."""
        with self._open() as database, database:
            database.execute("DELETE FROM entry")
            database.execute("DELETE FROM run")
            database.execute("INSERT INTO run VALUES (?, ?, NULL)", (_now(), jobs))
            for position, entry in enumerate(entries):
                database.execute(*_row(position, Outcome(entry=entry)))

    def note(self, position: int, outcome: Outcome) -> None:
        """Take note of how far an entry is."""
        with self._open() as database, database:
            database.execute(*_row(position, outcome))

    def end(self) -> None:
        """Take note that the run is over."""
        with self._open() as database, database:
            database.execute("UPDATE run SET ended = ?", (_now(),))

    def outcomes(self) -> tuple[Outcome, ...]:
        """Return how far each entry of the last run is, in their order."""
        with self._open() as database:
            rows = database.execute(f"SELECT {COLUMNS} FROM entry ORDER BY position").fetchall()  # noqa: S608 - our own names
        return tuple(_outcome(row) for row in rows)

    def run(self) -> tuple[datetime, int, bool]:
        """Return when the last run began, how many gradings it makes at once, whether it ended."""
        with self._open() as database:
            row = database.execute("SELECT started, jobs, ended FROM run").fetchone()
        if row is None:
            raise UsageError(f"no batch has begun in {self._path.parent} yet")
        return datetime.fromisoformat(row[0]), row[1], row[2] is not None


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _row(position: int, outcome: Outcome) -> tuple[str, tuple[object, ...]]:
    entry, result = outcome.entry, outcome.result
    values = (
        *(position, entry.name, entry.source, entry.where, entry.ref, entry.subdir),
        *(entry.exercise, entry.rubric, outcome.state.value, outcome.words),
        *((str(result.low), str(result.high), str(result.of)) if result else (None, None, None)),
        *((result.band, result.passed, result.unassessed) if result else (None, None, None)),
        *(outcome.milliseconds, outcome.again),
    )
    marks = ", ".join("?" * len(values))
    return f"INSERT OR REPLACE INTO entry ({COLUMNS}) VALUES ({marks})", values  # noqa: S608 - ours


def _outcome(row: tuple[object, ...]) -> Outcome:
    _, name, source, where, ref, subdir, exercise, rubric, state, words, *rest = row
    low, high, of, band, passed, unassessed, milliseconds, again = rest
    return Outcome(
        entry=Entry(
            name=str(name),
            source=str(source),
            where=str(where),
            ref=_text(ref),
            subdir=_text(subdir),
            exercise=_text(exercise),
            rubric=_text(rubric),
        ),
        state=State(state),
        words=str(words),
        result=None
        if low is None
        else Result(
            low=Fraction(str(low)),
            high=Fraction(str(high)),
            of=Fraction(str(of)),
            band=str(band),
            passed=None if passed is None else bool(passed),
            unassessed=bool(unassessed),
        ),
        milliseconds=int(str(milliseconds)),
        again=bool(again),
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)

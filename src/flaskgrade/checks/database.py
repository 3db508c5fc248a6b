"""A database as we read it: from a file that was handed over, or beside the server that has it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flaskgrade.checks.base import TOOLBOX_PATH, TOOLBOX_PYTHON, Context
from flaskgrade.checks.events import EventStream
from flaskgrade.errors import StageError
from flaskgrade.guest import EXAMINER, GUEST_PATH
from flaskgrade.sandbox.base import Command, Limits, Mount, Zone

VERSION_TABLE = "alembic_version"
Row = Mapping[str, str | None]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column: its declared type, whether it refuses NULL, whether it is in the primary key."""

    name: str
    type: str
    not_null: bool
    key: bool


@dataclass(frozen=True, kw_only=True)
class ForeignKey:
    """Columns that name rows of another table."""

    columns: tuple[str, ...]
    table: str


@dataclass(frozen=True, kw_only=True)
class Index:
    """An index, also one that a UNIQUE constraint makes."""

    unique: bool
    columns: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table: its columns by name, and the first of its rows."""

    columns: tuple[Column, ...]
    foreign_keys: tuple[ForeignKey, ...]
    indexes: tuple[Index, ...]
    rows: tuple[Row, ...] = ()

    @property
    def shape(self) -> tuple[object, ...]:
        """What a table is without its rows."""
        return self.columns, self.foreign_keys, self.indexes


@dataclass(frozen=True, kw_only=True)
class Schema:
    """All tables by name, and the revisions that Alembic says the database is at."""

    tables: Mapping[str, Table]
    revision: tuple[str, ...]

    @property
    def own(self) -> Mapping[str, Table]:
        """The tables other than Alembic's own."""
        return {name: table for name, table in self.tables.items() if name != VERSION_TABLE}

    @property
    def shape(self) -> Mapping[str, tuple[object, ...]]:
        """The tables without their rows."""
        return {name: table.shape for name, table in self.tables.items()}


def read_databases(context: Context, databases: Sequence[str]) -> tuple[Schema | None, ...]:
    """Return what base64 texts of SQLite files hold, read where a hostile file can do no harm.

    None for what cannot be read. Raises StageError where the reading itself fails.
    """
    if not any(databases):
        return (None,) * len(databases)
    assert context.toolbox is not None  # noqa: S101 - the pipeline gave what is needed
    outcome = context.sandbox.run(
        Command(
            argv=(TOOLBOX_PYTHON, "-I", "-S", f"{GUEST_PATH}/schema.py"),
            zone=Zone.EXAMINER,
            mounts=(
                Mount(folder=context.toolbox, target=TOOLBOX_PATH),
                Mount(folder=context.sandbox.folder(EXAMINER), target=GUEST_PATH),
            ),
            stdin=json.dumps([*databases]).encode(),
            limits=Limits(wall_seconds=30.0),
            label="read the databases",
        )
    )
    try:
        told = json.loads(outcome.stdout) if outcome.ok else None
    except ValueError:
        told = None
    if not isinstance(told, list) or len(told) != len(databases):
        raise StageError(f"the databases could not be read: {outcome.ended.value}")
    return tuple(_schema(one) if one else None for one in told)


def told_databases(output: bytes, numbers: Sequence[int]) -> tuple[Schema | None, ...]:
    """Return the databases that a server's sandbox told of, by their numbers; None for no word."""
    stream = EventStream(line_limit=len(output) + 1)
    stream.feed(output)
    told = {event.get("number"): event.get("schema") for event in stream.events}
    found = (told.get(number) for number in numbers)
    return tuple(_schema(one) if isinstance(one, dict) else None for one in found)


def _schema(told: dict[str, dict[str, dict[str, list[list[object]]]]]) -> Schema:
    return Schema(
        tables={name: _table(each) for name, each in told["tables"].items()},
        revision=tuple(str(one) for one in told["revision"]),
    )


def _table(told: dict[str, list[list[object]]]) -> Table:
    rows: object = told["rows"]
    assert isinstance(rows, list)  # noqa: S101 - schema.py is ours
    return Table(
        columns=tuple(
            Column(name=str(name), type=str(kind), not_null=bool(needed), key=bool(key))
            for name, kind, needed, key in told["columns"]
        ),
        foreign_keys=tuple(
            ForeignKey(columns=_names(columns), table=str(table))
            for columns, table, _ in told["foreign_keys"]
        ),
        indexes=tuple(
            Index(unique=bool(unique), columns=_names(columns))
            for unique, columns in told["indexes"]
        ),
        rows=tuple(rows),
    )


def _names(told: object) -> tuple[str, ...]:
    assert isinstance(told, list)  # noqa: S101 - schema.py is ours
    return tuple(str(name) for name in told)

"""Read SQLite databases handed over on stdin and tell their schemas: a hostile file in a sandbox.

stdin: one JSON list of base64 strings. stdout: one JSON list with, for each, null for what cannot
be read, or {"tables": {name: TABLE}, "revision": [rows of alembic_version]}. A TABLE has `columns`
(name, type, not null, in the primary key), `foreign_keys` (columns, the other table, its columns),
`indexes` (unique, columns) and up to 20 `rows` of texts, null for NULL.
"""

from __future__ import annotations

import base64
import json
import sqlite3
import sys
import tempfile
from typing import Any

TABLES = 500
ROWS = 20
TEXT = 200


def schema(content: bytes) -> dict[str, Any] | None:
    """Return what a database holds, or None if the file cannot be read as one."""
    with tempfile.NamedTemporaryFile(suffix=".db") as handle:
        handle.write(content)
        handle.flush()
        try:
            connection = sqlite3.connect(f"file:{handle.name}?mode=ro&immutable=1", uri=True)
            connection.execute("PRAGMA trusted_schema = OFF")
            names = [
                row[0]
                for row in connection.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name LIMIT ?",
                    (TABLES,),
                )
                if not row[0].startswith("sqlite_")
            ]
            tables = {name: table(connection, name) for name in names}
            revision = []
            if "alembic_version" in tables:
                rows = connection.execute("SELECT version_num FROM alembic_version LIMIT 20")
                revision = sorted(str(row[0])[:64] for row in rows)
        except sqlite3.Error:
            return None
    return {"tables": tables, "revision": revision}


def table(connection: sqlite3.Connection, name: str) -> dict[str, Any]:
    """Return one table; what has no name of its own is sorted."""
    columns = connection.execute("SELECT * FROM pragma_table_info(?)", (name,)).fetchall()
    keys: dict[int, list[Any]] = {}
    for row in connection.execute("SELECT * FROM pragma_foreign_key_list(?)", (name,)):
        number, _, other, here, there = row[:5]
        one = keys.setdefault(number, [[], other, []])
        one[0].append(here)
        one[2].append(there)
    indexes = []
    for row in connection.execute("SELECT * FROM pragma_index_list(?)", (name,)).fetchall():
        inside = connection.execute("SELECT * FROM pragma_index_info(?)", (row[1],)).fetchall()
        indexes.append([bool(row[2]), [column[2] for column in inside]])
    quoted = '"' + name.replace('"', '""') + '"'
    rows = connection.execute(f"SELECT * FROM {quoted} LIMIT {ROWS}").fetchall()  # noqa: S608 - quoted
    return {
        "columns": sorted([c[1], c[2], bool(c[3]), bool(c[5])] for c in columns),
        "foreign_keys": sorted(keys.values(), key=repr),
        "indexes": sorted(indexes, key=repr),
        "rows": [
            {c[1]: None if v is None else str(v)[:TEXT] for c, v in zip(columns, row, strict=False)} for row in rows
        ],
    }


def main() -> None:
    """Answer for each database in turn."""
    given = json.load(sys.stdin)
    json.dump([schema(base64.b64decode(text)) if text else None for text in given], sys.stdout)


if __name__ == "__main__":
    main()

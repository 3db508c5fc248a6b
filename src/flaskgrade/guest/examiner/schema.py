"""Read SQLite databases handed over on stdin and tell their schemas: a hostile file in a sandbox.

stdin: one JSON list of base64 strings. stdout: one JSON list with, for each, null for what cannot
be read, or {"tables": {name: [columns]}, "revision": [rows of alembic_version]}.
"""

from __future__ import annotations

import base64
import json
import sqlite3
import sys
import tempfile
from typing import Any


def schema(content: bytes) -> dict[str, Any] | None:
    """Return the tables with their columns, or None if the file cannot be read as a database."""
    with tempfile.NamedTemporaryFile(suffix=".db") as handle:
        handle.write(content)
        handle.flush()
        try:
            connection = sqlite3.connect(f"file:{handle.name}?mode=ro&immutable=1", uri=True)
            connection.execute("PRAGMA trusted_schema = OFF")
            names = [
                row[0]
                for row in connection.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name LIMIT 500"
                )
                if not row[0].startswith("sqlite_")
            ]
            tables = {
                name: sorted(
                    f"{column[1]} {column[2]}{' not null' if column[3] else ''}"
                    for column in connection.execute("SELECT * FROM pragma_table_info(?)", (name,))
                )
                for name in names
            }
            revision = []
            if "alembic_version" in tables:
                rows = connection.execute("SELECT version_num FROM alembic_version LIMIT 20")
                revision = sorted(str(row[0])[:64] for row in rows)
        except sqlite3.Error:
            return None
    return {"tables": tables, "revision": revision}


def main() -> None:
    """Answer for each database in turn."""
    given = json.load(sys.stdin)
    json.dump([schema(base64.b64decode(text)) if text else None for text in given], sys.stdout)


if __name__ == "__main__":
    main()

"""Put rows into every table of a SQLite database, whatever its tables are."""

import contextlib
import sqlite3

ROWS = 2
VERSIONS = "alembic_version"

# By what a declared type contains, the first that fits; anything else is text.
MAKERS = (
    (("BOOL",), lambda number: number % 2),
    (("INT",), lambda number: 1000 + number),
    (("DATETIME", "TIMESTAMP"), lambda number: f"2030-01-02 03:04:{number % 60:02}.000000"),
    (("DATE",), lambda number: f"2030-01-{number % 28 + 1:02}"),
    (("TIME",), lambda number: f"03:04:{number % 60:02}.000000"),
    (("NUM", "DEC", "REAL", "FLOA", "DOUB"), lambda number: number + 0.5),
    (("JSON",), lambda number: f'{{"number": {number}}}'),
    (("BLOB", "BINARY"), lambda number: b"%d" % number),
)


def insert(path):
    """Insert rows, parents before children. A table that takes none is left as it is."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        waiting = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if name != VERSIONS and not name.startswith("sqlite_")
        ]
        for _ in range(len(waiting)):  # each turn fills at least one table whose parents are full
            waiting = [name for name in waiting if not filled(connection, name)]
        connection.commit()


def filled(connection, table):
    """Insert the rows of one table; tell whether it has them now."""
    keys = {
        row[3]: (row[2], row[4])
        for row in connection.execute("SELECT * FROM pragma_foreign_key_list(?)", (table,))
    }
    columns = connection.execute("SELECT * FROM pragma_table_info(?)", (table,)).fetchall()
    count = f"SELECT count(*) FROM {quoted(table)}"  # noqa: S608 - quoted
    start = connection.execute(count).fetchone()[0]
    try:
        for number in range(start + 1, start + ROWS + 1):
            values = {
                column[1]: value(connection, column, number, start, keys) for column in columns
            }
            names = ", ".join(quoted(name) for name in values)
            marks = ", ".join("?" for _ in values)
            insertion = f"INSERT INTO {quoted(table)} ({names}) VALUES ({marks})"  # noqa: S608 - quoted
            connection.execute(insertion, [*values.values()])
    except (sqlite3.Error, LookupError):
        return False
    return True


def value(connection, column, number, start, keys):
    """Return a value for a column: of its type, different in each row, a parent's where it must."""
    _, name, kind, needed, _, is_key = column
    if name in keys:
        parent, target = keys[name]
        query = f"SELECT {quoted(target or 'rowid')} FROM {quoted(parent)} ORDER BY 1 DESC LIMIT ?"  # noqa: S608 - quoted
        found = connection.execute(query, (ROWS,)).fetchall()
        if not found and (needed or is_key):
            raise LookupError(parent)
        return found[(number - start - 1) % len(found)][0] if found else None
    for words, make in MAKERS:
        if any(word in kind.upper() for word in words):
            return make(number)
    return f"r{number}"


def quoted(name):
    """Return a name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'

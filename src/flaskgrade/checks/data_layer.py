"""What the databases of a migration run say of a project's data layer: M2, M3 and M4.

Pure: schemas in, items out. Each message says what is missing where, and what a better shape is.
"""

from collections.abc import Iterator, Mapping, Sequence

from flaskgrade.checks.database import Schema, Table
from flaskgrade.checks.migrating import Stop
from flaskgrade.model.evidence import Item, Status

SHOWN = 4
LINK = "_id"
PARENT = "parent_"
# Names of what tells one thing from all others. A name or a title may, or may not.
TELLING = frozenset(
    {
        *("email", "e_mail", "email_address", "username", "user_name", "login", "nickname"),
        *("handle", "slug", "sku", "isbn", "ean", "iban", "code", "token", "key", "uuid"),
    }
)
TELLING_ENDS = ("_token", "_key", "_uuid", "_slug")


def drift(migrated: Schema | None, models: Schema | None) -> Item:
    """M2: the database that the migrations make is the one that the models describe."""
    title = "The migrations make what the models describe"
    if models is None:
        problem = (
            "The models could not be made into a database by themselves: env.py must name them as "
            "target_metadata, so that autogenerate can see what a migration is missing."
        )
    elif migrated is None:
        problem = "The migrations made no database to compare with the models."
    else:
        differing = [*_differences(migrated.own, models.own)]
        problem = _listed(differing)
        if problem:
            problem += " Write a migration for it (`flask db migrate`), or correct the models."
    return _item("no-drift", title, "M2", problem)


def _differences(migrated: Mapping[str, Table], models: Mapping[str, Table]) -> Iterator[str]:
    for name in sorted({*migrated, *models}):
        if name not in migrated:
            yield f"the table {name} of the models is in no migration"
        elif name not in models:
            yield f"the table {name} of the migrations is in no model"
        else:
            yield from _columns(name, migrated[name], models[name])
            yield from _rest(name, migrated[name], models[name])


def _columns(name: str, migrated: Table, models: Table) -> Iterator[str]:
    made = {column.name: column for column in migrated.columns}
    meant = {column.name: column for column in models.columns}
    for column in sorted({*made, *meant}):
        if column not in made:
            yield f"{name}.{column} of the models is in no migration"
        elif column not in meant:
            yield f"{name}.{column} of the migrations is in no model"
        elif _kind(made[column].type) != _kind(meant[column].type):
            yield f"{name}.{column} is {made[column].type}, the model says {meant[column].type}"
        elif made[column].not_null != meant[column].not_null:
            allowed = "refuses NULL, the model allows it"
            refused = "allows NULL, the model refuses it"
            yield f"{name}.{column} {allowed if made[column].not_null else refused}"


def _rest(name: str, migrated: Table, models: Table) -> Iterator[str]:
    made, meant = _constraints(migrated), _constraints(models)
    yield from (f"{name}: the {one} is in no migration" for one in sorted(meant - made))
    yield from (f"{name}: the {one} is in no model" for one in sorted(made - meant))


def _constraints(table: Table) -> set[str]:
    """Return foreign keys and indexes in words, without the names that they may have."""
    keys = {f"foreign key {', '.join(k.columns)} → {k.table}" for k in table.foreign_keys}
    return keys | {
        f"{'unique constraint' if index.unique else 'index'} on {', '.join(index.columns)}"
        for index in table.indexes
    }


def _kind(declared: str) -> str:
    """Return a type without what SQLite's dialect spells in two ways."""
    return declared.upper().replace(" ", "").replace("DECIMAL", "NUMERIC")


def survival(revisions: Sequence[str], stops: Sequence[Stop]) -> tuple[Item, ...]:
    """M3: rows that were put in at a revision are there at the next one that was looked at.

    `stops` are those after the wipe: for each revision the upgrade and the rows, at last the
    upgrade to the head. A table or column that a revision drops on purpose takes its data along.
    """
    items = []
    for number, revision in enumerate(revisions):
        here, there = stops[2 * number + 1 : 2 * number + 2], stops[2 * number + 2 : 2 * number + 3]
        title = f"Rows written at revision {revision} live on"
        if not here or here[0].schema is None:
            problem = f"The database never came to revision {revision} to be filled."
        elif not any(table.rows for table in here[0].schema.own.values()):
            continue  # nothing could be put in, so nothing can be told
        elif not there or there[0].code != 0 or there[0].schema is None:
            problem = (
                "With rows in the tables the next upgrade fails: a new NOT NULL column needs a "
                "server_default, a new constraint needs its data put right first."
            )
        else:
            problem = _listed([*_lost(here[0].schema.own, there[0].schema.own)])
        items.append(_item(f"rows-survive:{revision}", title, "M3", problem))
    return tuple(items)


def _lost(before: Mapping[str, Table], after: Mapping[str, Table]) -> Iterator[str]:
    for name in sorted({*before} & {*after}):
        if len(after[name].rows) < len(before[name].rows):
            yield (
                f"{name} had {len(before[name].rows)} rows and has {len(after[name].rows)}: "
                "copy the data when a table is made anew"
            )
            continue
        kept = {column.name for column in before[name].columns} & {
            column.name for column in after[name].columns
        }
        for column in sorted(kept):
            had = sum(row.get(column) is not None for row in before[name].rows)
            has = sum(row.get(column) is not None for row in after[name].rows)
            if has < had:
                yield f"{name}.{column} lost its values"


def constraints(schema: Schema | None) -> tuple[Item, ...]:
    """M4: foreign keys, NOT NULL, UNIQUE, and an index on each foreign key."""
    titles = {
        "foreign-keys": "Relations between tables are foreign keys",
        "not-null": "Columns that must have a value refuse NULL",
        "unique": "What things are known by is unique",
        "indexed-keys": "Every foreign key has an index",
    }
    if schema is None or not schema.own:
        missing = "There is no database to look at."
        return tuple(_item(key, title, "M4", missing) for key, title in titles.items())
    tables = schema.own
    problems = {
        "foreign-keys": _listed([*_unlinked(tables)]),
        "not-null": _listed([*_all_nullable(tables)]),
        "unique": _nothing_unique(tables),
        "indexed-keys": _listed([*_unindexed(tables)]),
    }
    return tuple(_item(key, title, "M4", problems[key]) for key, title in titles.items())


def _unlinked(tables: Mapping[str, Table]) -> Iterator[str]:
    """Yield columns that by their name point at another table, and are no foreign key."""
    for name, table in tables.items():
        linked = {column for key in table.foreign_keys for column in key.columns}
        for column in table.columns:
            if column.name.endswith(LINK) and column.name not in linked:
                target = _target(column.name.removesuffix(LINK), name, tables)
                if target:
                    yield (
                        f"{name}.{column.name} points at {target} without a foreign key: "
                        "the database would keep a row whose parent is gone"
                    )


def _target(stem: str, own: str, tables: Mapping[str, Table]) -> str:
    """Return the table that a column of `own` points at by its name; "" if it points at none.

    `events.event_id` is the event's own id, as others gave it; `events.parent_event_id` is a link.
    """
    target = _named(stem, tables)
    if target:
        return target if target != own else ""
    parent = _named(stem.removeprefix(PARENT), tables)
    return parent if stem.startswith(PARENT) and parent == own else ""


def _named(stem: str, tables: Mapping[str, Table]) -> str:
    return next((each for each in (stem, f"{stem}s", f"{stem}es") if each in tables), "")


def _all_nullable(tables: Mapping[str, Table]) -> Iterator[str]:
    for name, table in tables.items():
        plain = [column for column in table.columns if not column.key]
        if plain and not any(column.not_null for column in plain):
            yield f"{name} takes NULL in every column: say nullable=False where a value must be"


def _nothing_unique(tables: Mapping[str, Table]) -> str:
    if any(
        index.unique and {*index.columns} != {c.name for c in table.columns if c.key}
        for table in tables.values()
        for index in table.indexes
    ):
        return ""
    linked = {column for t in tables.values() for key in t.foreign_keys for column in key.columns}
    named = [
        f"{name}.{column.name}"
        for name, table in tables.items()
        for column in table.columns
        if not column.key and column.name not in linked and _tells(column.name, name, tables)
    ]
    if not named:
        return ""
    return (
        "No column or group of columns is unique; a check in the code alone loses against two "
        f"requests at once. Candidates: {', '.join(named[:SHOWN])}."
    )


def _tells(column: str, own: str, tables: Mapping[str, Table]) -> bool:
    """Tell whether a column, by its name, is what a row of its table is known by."""
    if column.casefold() in TELLING or column.casefold().endswith(TELLING_ENDS):
        return True
    return column.endswith(LINK) and _named(column.removesuffix(LINK), tables) == own


def _unindexed(tables: Mapping[str, Table]) -> Iterator[str]:
    for name, table in tables.items():
        leading = {index.columns[0] for index in table.indexes if index.columns}
        leading |= {column.name for column in table.columns if column.key}  # of a link table, both
        for key in table.foreign_keys:
            if key.columns[0] not in leading:
                yield (
                    f"{name}.{', '.join(key.columns)} has no index, so every look-up from "
                    f"{key.table} reads the whole table: say index=True"
                )


def _listed(problems: Sequence[str]) -> str:
    if not problems:
        return ""
    more = f"; and {len(problems) - SHOWN} more" if len(problems) > SHOWN else ""
    text = "; ".join(problems[:SHOWN]) + more
    return f"{text[0].upper()}{text[1:]}."


def _item(key: str, title: str, criterion: str, problem: str) -> Item:
    return Item(
        id=key,
        title=title,
        status=Status.FAILED if problem else Status.PASSED,
        message=problem,
        criteria=(criterion,),
    )

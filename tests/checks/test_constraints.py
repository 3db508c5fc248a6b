"""What the names of tables and columns ask of a database (M4), and what they don't."""

import pytest

from flaskgrade.checks.data_layer import constraints
from flaskgrade.checks.database import Column, ForeignKey, Index, Schema, Table
from flaskgrade.model.evidence import Status


def table(*columns: str, keys: tuple[ForeignKey, ...] = (), unique: tuple[str, ...] = ()) -> Table:
    """Return a table with an id and columns that refuse NULL."""
    return Table(
        columns=(
            Column(name="id", type="INTEGER", not_null=True, key=True),
            *(Column(name=each, type="VARCHAR(40)", not_null=True, key=False) for each in columns),
        ),
        foreign_keys=keys,
        indexes=(Index(unique=True, columns=unique),) if unique else (),
    )


def lost(**tables: Table) -> dict[str, str]:
    """Return the items that a schema fails, with why."""
    items = constraints(Schema(tables=tables, revision=()))
    return {item.id: item.message for item in items if item.status is Status.FAILED}


@pytest.mark.parametrize("own", ["event", "events"])
def test_the_id_that_others_gave_a_thing_is_no_link_to_its_own_table(own: str) -> None:
    """`Event.event_id` is the provider's; it is something that an event is known by."""
    found = lost(**{own: table("event_id")})

    assert "foreign-keys" not in found
    assert "foreign-keys" not in lost(**{own: table("event_id", unique=("event_id",))})


def test_the_id_of_another_table_is_a_link() -> None:
    """With a foreign key or without: by its name it points there."""
    found = lost(rooms=table("floor"), bookings=table("room_id"))

    assert found["foreign-keys"].startswith("Bookings.room_id points at rooms without a foreign")
    key = ForeignKey(columns=("room_id",), table="rooms")
    assert "foreign-keys" not in lost(rooms=table("floor"), bookings=table("room_id", keys=(key,)))


def test_the_parent_of_a_thing_is_a_link_to_its_own_table() -> None:
    """A reference to itself says so."""
    found = lost(events=table("parent_event_id"))

    assert found["foreign-keys"].startswith("Events.parent_event_id points at events without")
    assert "foreign-keys" not in lost(comments=table("parent_id"))
    assert "foreign-keys" not in lost(events=table("grandparent_event_id"))


@pytest.mark.parametrize(
    "column", ["email", "username", "slug", "sku", "idempotency_key", "Email", "guest_id"]
)
def test_what_a_thing_is_known_by_is_asked_to_be_unique(column: str) -> None:
    """Addresses, codes, keys, and ids that others gave."""
    assert lost(guests=table("name", column))["unique"].endswith(f"Candidates: guests.{column}.")
    assert "unique" not in lost(guests=table("name", column, unique=(column,)))


@pytest.mark.parametrize("column", ["name", "message", "title", "body", "country", "keyword"])
def test_what_may_well_be_there_twice_is_not_asked_to_be_unique(column: str) -> None:
    """A guest book has two guests of one name: no task needs a constraint that it lacks."""
    assert lost(entries=table(column)) == {}

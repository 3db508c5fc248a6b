"""M2 to M4 on real migrations: drift, rows that are lost, constraints that are missing."""

import pytest

from flaskgrade.checks.migrations import CHECK
from flaskgrade.model.evidence import Evidence, Status
from tests.checks.conftest import Bench
from tests.checks.migrated import APP, PROJECT, REVISION, SECOND, TWO

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]

FIRST = "migrations/versions/a1_rooms.py"
LATER = "migrations/versions/b2_floors.py"


def failed(evidence: Evidence) -> dict[str, str]:
    """What failed, with its reasons."""
    return {item.id: item.message for item in evidence.items if item.status is Status.FAILED}


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("    seats = db.Column(db.Integer)\n", "Room.seats of the models is in no migration"),
        (
            "\n\nclass Desk(db.Model):\n    id = db.Column(db.Integer, primary_key=True)\n",
            "The table desk of the models is in no migration",
        ),
    ],
)
def test_what_no_migration_makes_is_drift(bench: Bench, model: str, message: str) -> None:
    """A column or table of the models that the migrations lack is named."""
    evidence = bench.run(CHECK, {**PROJECT, "app.py": APP + model})

    assert failed(evidence)["no-drift"].startswith(message)


@pytest.mark.parametrize(
    ("made", "message"),
    [
        ("sa.String(10), nullable=False, unique=True", "Room.name is VARCHAR(10), the model says"),
        ("sa.String(40), unique=True", "Room.name allows NULL, the model refuses it"),
        ("sa.String(40), nullable=False", "Room: the unique constraint on name is in no migration"),
    ],
)
def test_a_column_that_differs_is_drift(bench: Bench, made: str, message: str) -> None:
    """Another type, another NOT NULL, another UNIQUE are each named."""
    first = REVISION.replace("sa.String(40), nullable=False, unique=True", made)

    evidence = bench.run(CHECK, {**PROJECT, FIRST: first})

    assert failed(evidence)["no-drift"].startswith(message)


def test_rows_that_a_migration_loses_are_named(bench: Bench) -> None:
    """A table that is made anew without its rows is told by name; up and down work all the same."""
    careless = SECOND.replace(
        'op.add_column("room", sa.Column("floor", sa.Integer))',
        'op.execute("DELETE FROM room")\n    op.add_column("room", sa.Column("floor", sa.Integer))',
    )

    evidence = bench.run(CHECK, {**PROJECT, **TWO, LATER: careless})

    assert set(failed(evidence)) == {"rows-survive:a1"}
    assert failed(evidence)["rows-survive:a1"].startswith("Room had 2 rows and has 0")


def test_an_upgrade_that_only_an_empty_table_survives_fails(bench: Bench) -> None:
    """A new NOT NULL column without a default works on nobody's data."""
    strict = SECOND.replace(
        'sa.Column("floor", sa.Integer)', 'sa.Column("floor", sa.Integer, nullable=False)'
    )
    app = APP + "    floor = db.Column(db.Integer, nullable=False)\n"

    evidence = bench.run(CHECK, {**PROJECT, "app.py": app, LATER: strict})

    assert "server_default" in failed(evidence)["rows-survive:a1"]


LINKED = """

class Booking(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(40))
    room_id = db.Column(db.Integer{key})
"""


@pytest.mark.parametrize(
    ("key", "items"),
    [
        ("", {"foreign-keys", "not-null"}),
        (", db.ForeignKey('room.id'), nullable=False", {"indexed-keys"}),
        (", db.ForeignKey('room.id'), nullable=False, index=True", set()),
    ],
)
def test_constraints_are_read_from_the_database(bench: Bench, key: str, items: set[str]) -> None:
    """A link without a foreign key, a table of NULLs, a foreign key without an index."""
    evidence = bench.run(CHECK, {"app.py": APP + LINKED.format(key=key)})

    m4 = {item.id for item in evidence.items if "M4" in item.criteria}
    assert m4 == {"foreign-keys", "not-null", "unique", "indexed-keys"}
    assert set(failed(evidence)) & m4 == items


def test_alembic_alone_is_run_by_its_own_command(bench: Bench) -> None:
    """A project without Flask-Migrate is judged by `alembic upgrade head`."""
    app = APP.replace("Migrate(app, db)\n", "").replace("from flask_migrate import Migrate\n", "")
    env = (
        "from alembic import context\n"
        "from app import app, db\n"
        "with app.app_context(), db.engine.connect() as connection:\n"
        "    context.configure(connection=connection, target_metadata=db.metadata)\n"
        "    with context.begin_transaction():\n"
        "        context.run_migrations()\n"
    )
    files = {
        "app.py": app,
        "alembic.ini": "[alembic]\nscript_location = alembic\nprepend_sys_path = .\n",
        "alembic/env.py": env,
        "alembic/script.py.mako": "",
        "alembic/versions/a1_rooms.py": REVISION,
        "requirements.txt": "flask\nflask-sqlalchemy\nalembic\n",
    }

    evidence = bench.run(CHECK, files)

    assert failed(evidence) == {}
    assert evidence.commands[0].command.startswith("alembic -c alembic.ini upgrade head")

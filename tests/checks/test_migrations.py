"""Migrations are judged by the database that they leave, read by us after each step."""

import pytest

from flaskgrade.checks.migrations import CHECK
from flaskgrade.model.evidence import Evidence, Status
from flaskgrade.model.exercise import Exercise
from tests.checks.conftest import Bench
from tests.checks.migrated import APP, ENV, PROJECT, REVISION, SECOND, TWO

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]

FIRST = "migrations/versions/a1_rooms.py"


def failed(evidence: Evidence) -> dict[str, str]:
    """The steps that failed, with their reasons."""
    return {item.id: item.message for item in evidence.items if item.status is Status.FAILED}


def test_migrations_that_run_up_and_down_pass(bench: Bench) -> None:
    """Two revisions, one head, up, down to nothing, up again."""
    evidence = bench.run(CHECK, {**PROJECT, **TWO})

    assert evidence.status is Status.PASSED, failed(evidence)
    assert [(item.id, *item.criteria) for item in evidence.items] == [
        ("exist", "M1"),
        ("one-head", "M1"),
        ("upgrade", "M1"),
        ("downgrade", "M1"),
        ("upgrade-again", "M1"),
        ("no-drift", "M2"),
        ("rows-survive:a1", "M3"),
        ("foreign-keys", "M4"),
        ("not-null", "M4"),
        ("unique", "M4"),
        ("indexed-keys", "M4"),
    ]
    assert evidence.findings == ()


def test_models_may_stand_in_modules_of_any_name(bench: Bench) -> None:
    """`models.py`, `rows.py` and `server.py` beside the app are the submission's own."""
    app, _, model = APP.partition("class Room")
    head, _, made = app.partition("db = SQLAlchemy(app)\n")
    split = {
        "app.py": f"import rows\nimport server\nfrom models import Room, db\n{head}"
        f"db.init_app(app)\n{made}",
        "models.py": "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n"
        f"class Room{model}",
        "rows.py": "",
        "server.py": "",
    }

    evidence = bench.run(CHECK, {**PROJECT, **split})

    assert failed(evidence) == {}
    assert evidence.status is Status.PASSED


def test_two_heads_fail(bench: Bench) -> None:
    """A second revision that starts at the base makes two heads, and Alembic refuses them."""
    other = SECOND.replace('"a1"', "None")

    evidence = bench.run(CHECK, {**PROJECT, "migrations/versions/b2_floors.py": other})

    assert evidence.status is Status.FAILED
    assert failed(evidence)["one-head"] == "There are 2 heads: a1, b2."


def test_an_empty_downgrade_fails_and_is_named(bench: Bench) -> None:
    """Tables that are left after the downgrade are named; so is the revision."""
    lazy = REVISION.replace('op.drop_table("room")', "pass")

    evidence = bench.run(CHECK, {**PROJECT, FIRST: lazy})

    assert failed(evidence)["downgrade"] == "Tables are left: room."
    assert [str(finding.location).split(":")[0] for finding in evidence.findings] == [FIRST]


def test_an_upgrade_that_fails_is_told_with_its_log(bench: Bench) -> None:
    """What comes after it is not reached; the log says why."""
    broken = REVISION.replace("def upgrade():", "def upgrade():\n    raise ValueError('no way')")

    evidence = bench.run(CHECK, {**PROJECT, FIRST: broken})

    assert {"upgrade", "downgrade", "upgrade-again", "no-drift"} <= set(failed(evidence))
    assert "no way" in evidence.commands[0].output


def test_an_app_that_does_not_load_fails(bench: Bench) -> None:
    """Its traceback is in the log."""
    evidence = bench.run(CHECK, {**PROJECT, "app.py": APP + "\nraise RuntimeError('not today')\n"})

    assert "upgrade" in failed(evidence)
    assert "not today" in evidence.commands[0].output


def test_sqlalchemy_without_migrations_fails(bench: Bench) -> None:
    """A project with a database that migrations are usual for loses without them."""
    evidence = bench.run(CHECK, {"app.py": APP})

    assert evidence.status is Status.FAILED
    m1 = {"exist", "one-head", "upgrade", "downgrade", "upgrade-again"}
    assert set(failed(evidence)) == {*m1, "no-drift"}


def test_no_database_is_not_concerned(bench: Bench) -> None:
    """Without a database and without an exercise that asks for one, the check does not apply."""
    evidence = bench.run(CHECK, {"app.py": "from flask import Flask\n\napp = Flask(__name__)\n"})

    assert evidence.status is Status.SKIPPED


def test_an_exercise_that_asks_makes_everybody_concerned(bench: Bench) -> None:
    """Where the exercise asks for migrations, having no database is no way out."""
    task = Exercise(
        name="x", title="X", version=1, folder=bench.folder, digest="", criteria=("M1",)
    )

    evidence = bench.run(CHECK, {"app.py": "from flask import Flask\n"}, exercise=task)

    assert evidence.status is Status.FAILED


@pytest.mark.parametrize(
    "lie",
    [
        "import os\nos._exit(0)\n",
        "import atexit, sys\nsys.exit(0)\n",
        APP + "\n@app.cli.command('db')\ndef db_command():\n    print('done')\n",
    ],
)
def test_exit_code_zero_makes_no_tables(bench: Bench, lie: str) -> None:
    """A project that ends with 0 but makes no tables is judged by the database it lacks."""
    evidence = bench.run(CHECK, {**PROJECT, "app.py": lie})

    assert evidence.status is Status.FAILED
    assert "upgrade" in failed(evidence)


def test_an_upgrade_that_does_nothing_fails(bench: Bench) -> None:
    """Being at the head with no tables is no schema."""
    hollow = REVISION.replace("op.create_table(", "(lambda *_: None)(").replace(
        'op.drop_table("room")', "None"
    )

    evidence = bench.run(CHECK, {**PROJECT, FIRST: hollow})

    assert failed(evidence)["upgrade"] == "The database has no tables."


def test_a_database_planted_in_the_repository_is_no_result(bench: Bench) -> None:
    """Migrations that do nothing beside a ready-made database earn nothing by it."""
    planted = APP + "\nimport sqlite3, os\nos.makedirs('/tmp/x', exist_ok=True)\n"
    planted += "c = sqlite3.connect('/tmp/x/z.db')\n"
    planted += "c.executescript('create table if not exists room(id);"
    planted += "create table if not exists alembic_version(version_num);"
    planted += "delete from alembic_version; insert into alembic_version values (1)')\n"
    hollow = ENV.split("with db.engine", maxsplit=1)[0]

    evidence = bench.run(CHECK, {**PROJECT, "app.py": planted, "migrations/env.py": hollow})

    assert evidence.status is Status.FAILED


@pytest.mark.parametrize(
    "content", ["SQLite format 3\\x00" + "A" * 4000, "SQLite format 3\\x00", "x"]
)
def test_a_hostile_database_is_the_candidates(bench: Bench, content: str) -> None:
    """What looks like a database and is none is unreadable, and nobody's crash."""
    hollow = f"open('/tmp/scratch/app.db', 'wb').write(b'{content}')\n"

    evidence = bench.run(CHECK, {**PROJECT, "migrations/env.py": hollow})

    assert evidence.status is Status.FAILED
    assert "no readable database" in failed(evidence)["upgrade"]

"""Migrations on both databases, in both sandboxes: what holds on one holds on the other."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from flaskgrade.checks.migrations import CHECK
from flaskgrade.environment.declare import declare
from flaskgrade.environment.postgres import postgres
from flaskgrade.environment.provide import provide
from flaskgrade.environment.toolbox import toolbox
from flaskgrade.errors import StageError
from flaskgrade.model.environment import Environment, Folder
from flaskgrade.model.evidence import Evidence, Status
from flaskgrade.model.exercise import DatabaseKind
from flaskgrade.sandbox.base import Sandbox
from tests.checks.conftest import REQUIREMENTS
from tests.checks.contexts import context_of, submission_of
from tests.checks.migrated import APP, ENV, PROJECT, REVISION, SECOND, TWO
from tests.conftest import Sandboxes

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]

FIRST = "migrations/versions/a1_rooms.py"
LATER = "migrations/versions/b2_floors.py"
BOTH = pytest.mark.parametrize("kind", list(DatabaseKind))


@dataclass(frozen=True)
class Place:
    """A sandbox with all that migrations need in it."""

    sandbox: Sandbox
    environment: Environment
    tools: Folder
    server: Folder

    def migrate(self, folder: Path, files: Mapping[str, str], kind: DatabaseKind) -> Evidence:
        """Run the migrations of a project on a database."""
        context = context_of(
            folder,
            files,
            sandbox=self.sandbox,
            environment=self.environment,
            toolbox=self.tools,
            declaration=declare(submission_of(folder / "declared", files)),
        )
        return CHECK.run(dataclasses.replace(context, database=kind, postgres=self.server))


@pytest.fixture(scope="module", params=["bwrap", pytest.param("docker", marks=pytest.mark.docker)])
def place(
    request: pytest.FixtureRequest,
    sandboxes: Sandboxes,
    cache: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Place:
    """Give a sandbox with an environment, our tools and PostgreSQL's programs."""
    sandbox, scratch = sandboxes.get(request.param), cache / "scratch"
    scratch.mkdir(exist_ok=True)
    files = {"requirements.txt": REQUIREMENTS}
    declaration = declare(submission_of(tmp_path_factory.mktemp("declared"), files))
    built = provide(declaration, sandbox=sandbox, cache=cache, scratch=scratch)
    assert isinstance(built, Environment), built
    return Place(
        sandbox=sandbox,
        environment=built,
        tools=toolbox(sandbox=sandbox, cache=cache, scratch=scratch).folder,
        server=postgres(sandbox=sandbox, cache=cache, scratch=scratch),
    )


def failed(evidence: Evidence) -> dict[str, str]:
    """The steps that failed, with their reasons."""
    return {item.id: item.message for item in evidence.items if item.status is Status.FAILED}


@BOTH
def test_what_is_right_passes(place: Place, tmp_path: Path, kind: DatabaseKind) -> None:
    """Up, down, up again; no drift; rows live on; constraints are there."""
    evidence = place.migrate(tmp_path, {**PROJECT, **TWO}, kind)

    assert evidence.status is Status.PASSED, (failed(evidence), evidence.commands)
    assert "rows-survive:a1" in {item.id for item in evidence.items}


@BOTH
def test_two_heads_fail(place: Place, tmp_path: Path, kind: DatabaseKind) -> None:
    """Alembic does not know where to go."""
    other = SECOND.replace('"a1"', "None")

    evidence = place.migrate(tmp_path, {**PROJECT, LATER: other}, kind)

    assert failed(evidence)["one-head"] == "There are 2 heads: a1, b2."
    assert "upgrade" in failed(evidence)


@BOTH
def test_a_missing_downgrade_fails(place: Place, tmp_path: Path, kind: DatabaseKind) -> None:
    """What is left after it is named."""
    lazy = REVISION.replace('op.drop_table("room")', "pass")

    evidence = place.migrate(tmp_path, {**PROJECT, FIRST: lazy}, kind)

    assert failed(evidence)["downgrade"] == "Tables are left: room."


@BOTH
def test_a_downgrade_that_fails_is_told(place: Place, tmp_path: Path, kind: DatabaseKind) -> None:
    """The log says why; what comes after it is not reached."""
    wrong = REVISION.replace('op.drop_table("room")', 'op.drop_table("rooms")')

    evidence = place.migrate(tmp_path, {**PROJECT, FIRST: wrong}, kind)

    assert {"downgrade", "upgrade-again"} <= set(failed(evidence))
    assert "rooms" in evidence.commands[0].output


@BOTH
def test_drift_in_a_columns_type_is_named(place: Place, tmp_path: Path, kind: DatabaseKind) -> None:
    """The type is told as the database has it."""
    short = REVISION.replace("sa.String(40)", "sa.String(10)")

    evidence = place.migrate(tmp_path, {**PROJECT, FIRST: short}, kind)

    has = "VARCHAR(10)" if kind is DatabaseKind.SQLITE else "character varying(10)"
    assert f"oom.name is {has}, the model says" in failed(evidence)["no-drift"]


@BOTH
def test_lost_rows_are_named(place: Place, tmp_path: Path, kind: DatabaseKind) -> None:
    """Up and down work all the same."""
    add = 'op.add_column("room", sa.Column("floor", sa.Integer))'
    careless = SECOND.replace(add, f'op.execute("DELETE FROM room")\n    {add}')

    evidence = place.migrate(tmp_path, {**PROJECT, **TWO, LATER: careless}, kind)

    assert set(failed(evidence)) == {"rows-survive:a1"}
    assert failed(evidence)["rows-survive:a1"].startswith("Room had 2 rows and has 0")


NEEDS_POSTGRES = {
    **PROJECT,
    "app.py": APP.replace("name = ", "tags = db.Column(ARRAY(db.String))\n    name = ").replace(
        "import os\n", "import os\n\nfrom sqlalchemy.dialects.postgresql import ARRAY\n"
    ),
    FIRST: REVISION.replace(
        'sa.Column("name"', 'sa.Column("tags", sa.ARRAY(sa.String)),\n        sa.Column("name"'
    ),
}


@BOTH
def test_what_needs_postgresql_runs_on_it_alone(
    place: Place, tmp_path: Path, kind: DatabaseKind
) -> None:
    """SQLite has no arrays."""
    evidence = place.migrate(tmp_path, NEEDS_POSTGRES, kind)

    if kind is DatabaseKind.POSTGRES:
        assert evidence.status is Status.PASSED, (failed(evidence), evidence.commands)
    else:
        assert "upgrade" in failed(evidence)


ENUMERATED = {
    **PROJECT,
    "app.py": APP + '    state = db.Column(db.Enum("free", "taken", name="state"))\n',
    FIRST: REVISION.replace(
        "    )\n\n\ndef",
        '        sa.Column("state", sa.Enum("free", "taken", name="state")),\n    )\n\n\ndef',
    ),
}


def test_a_type_that_a_downgrade_leaves_stops_the_next_upgrade(
    place: Place, tmp_path: Path
) -> None:
    """The classic of PostgreSQL's enumerations: SQLite does not notice."""
    evidence = place.migrate(tmp_path, ENUMERATED, DatabaseKind.POSTGRES)

    assert set(failed(evidence)) == {"upgrade-again"}
    assert "already exists" in evidence.commands[0].output


def test_who_has_no_driver_is_not_assessed(place: Place, tmp_path: Path) -> None:
    """That PostgreSQL was asked for is no fault of the submission's."""
    bare = dataclasses.replace(
        place.environment,
        packages=tuple(p for p in place.environment.packages if "psycopg" not in p.name),
    )

    with pytest.raises(StageError, match="no driver for PostgreSQL") as caught:
        dataclasses.replace(place, environment=bare).migrate(
            tmp_path, PROJECT, DatabaseKind.POSTGRES
        )

    assert "--database sqlite" in caught.value.hint


EVIL = """
    op.execute("CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
               " IF current_setting('is_superuser') = 'on' THEN RETURN NULL; END IF;"
               " RETURN NEW; END $$")
    op.execute("CREATE TRIGGER planted BEFORE INSERT ON room"
               " FOR EACH ROW EXECUTE FUNCTION planted()")
"""


def test_code_that_a_migration_plants_runs_as_nobody_special(place: Place, tmp_path: Path) -> None:
    """A trigger runs as we put rows in, and keeps a superuser's out: that they were in is told."""
    planted = REVISION.replace("\n\ndef downgrade", f"{EVIL}\n\ndef downgrade")
    loses = SECOND.replace("def upgrade():", 'def upgrade():\n    op.execute("DELETE FROM room")')
    files = {**PROJECT, **TWO, FIRST: planted, LATER: loses}

    evidence = place.migrate(tmp_path, files, DatabaseKind.POSTGRES)

    assert failed(evidence)["rows-survive:a1"].startswith("Room had 2 rows and has 0")
    assert {"upgrade", "downgrade"}.isdisjoint(failed(evidence)), evidence.commands


@BOTH
def test_models_that_make_no_database_match_none(
    place: Place, tmp_path: Path, kind: DatabaseKind
) -> None:
    """What the migrations made is never held against itself."""
    untold = ENV.replace("target_metadata=db.metadata", "target_metadata=None")

    evidence = place.migrate(tmp_path, {**PROJECT, "migrations/env.py": untold}, kind)

    assert failed(evidence)["no-drift"].startswith("The models could not be made into a database")


SWALLOWS = {
    "trigger": """
    op.execute("CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS"
               " $$ BEGIN RETURN NULL; END $$")
    op.execute("CREATE TRIGGER swallow BEFORE INSERT ON room"
               " FOR EACH ROW EXECUTE FUNCTION swallow()")
""",
    "rule": """
    op.execute("CREATE RULE swallow AS ON INSERT TO room DO INSTEAD NOTHING")
""",
}


@pytest.mark.parametrize("swallows", SWALLOWS.values(), ids=SWALLOWS)
def test_who_keeps_our_rows_out_loses_them_all_the_same(
    place: Place, tmp_path: Path, swallows: str
) -> None:
    """Where no row is put in, none can be lost: a trigger or a rule must not see to that."""
    swallowing = REVISION.replace("\n\ndef downgrade", f"{swallows}\n\ndef downgrade")
    loses = SECOND.replace("def upgrade():", 'def upgrade():\n    op.execute("DELETE FROM room")')
    files = {**PROJECT, **TWO, FIRST: swallowing, LATER: loses}

    evidence = place.migrate(tmp_path, files, DatabaseKind.POSTGRES)

    assert failed(evidence)["rows-survive:a1"].startswith("Room had 2 rows and has 0")


def test_an_extension_that_our_server_lacks_is_no_fault_of_the_submissions(
    place: Place, tmp_path: Path
) -> None:
    """Most servers have it: what needs it is not assessed."""
    needs = REVISION.replace(
        "def upgrade():", 'def upgrade():\n    op.execute("CREATE EXTENSION citext")'
    )

    with pytest.raises(StageError, match="no extension citext"):
        place.migrate(tmp_path, {**PROJECT, FIRST: needs}, DatabaseKind.POSTGRES)


def test_an_extension_that_nobody_has_is_the_submissions(place: Place, tmp_path: Path) -> None:
    """The upgrade fails, and the log says at what."""
    needs = REVISION.replace(
        "def upgrade():", 'def upgrade():\n    op.execute("CREATE EXTENSION nobody")'
    )

    evidence = place.migrate(tmp_path, {**PROJECT, FIRST: needs}, DatabaseKind.POSTGRES)

    assert "upgrade" in failed(evidence)

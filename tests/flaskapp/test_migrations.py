"""Folders of Alembic revisions."""

import pytest

from flaskgrade.flaskapp.analyse import analyse

ENVIRONMENT = "from alembic import context\n"


def revision(own: str, down: str, body: str = "op.drop_table('x')") -> str:
    """Return the text of a revision file; `down` is Python."""
    return f"""from alembic import op
revision = "{own}"
down_revision = {down}
def upgrade():
    op.create_table("x")
def downgrade():
    {body}
"""


def test_revisions_of_flask_migrate_are_read() -> None:
    """The folder is the one above `versions`."""
    facts = analyse(
        {
            "app.py": "from flask_migrate import Migrate\n",
            "migrations/env.py": ENVIRONMENT,
            "migrations/versions/1_.py": revision("1", "None"),
            "migrations/versions/2_.py": revision("2", "'1'"),
        }
    )
    (migrations,) = facts.migrations
    assert (migrations.directory, migrations.tool) == ("migrations", "flask-migrate")
    assert [(r.id, r.down) for r in migrations.revisions] == [("1", ()), ("2", ("1",))]
    assert migrations.heads == ("2",)


def test_two_heads_are_seen_and_a_merge_joins_them() -> None:
    """A merge has a tuple of revisions below it."""
    files = {
        "m/versions/1.py": revision("1", "None"),
        "m/versions/2.py": revision("2", "'1'"),
        "m/versions/3.py": revision("3", "'1'"),
    }
    assert sorted(analyse(files).migrations[0].heads) == ["2", "3"]

    files["m/versions/4.py"] = revision("4", "('2', '3')").replace("revision =", "revision: str =")
    assert analyse(files).migrations[0].heads == ("4",)


@pytest.mark.parametrize(
    ("body", "empty"),
    [
        ("pass", True),
        ("'''Nothing to do.'''", True),
        ("raise NotImplementedError", True),
        ("...", True),
        ("op.drop_table('x')", False),
        ("globals()['downgrade_' + engine]()", False),
    ],
)
def test_a_downgrade_that_does_nothing_is_seen(body: str, *, empty: bool) -> None:
    """A docstring, pass, raise and return leave the database alone."""
    (migrations,) = analyse({"v/1.py": revision("1", "None", body)}).migrations
    assert [(r.has_downgrade, r.empty_downgrade) for r in migrations.revisions] == [(True, empty)]


def test_a_missing_downgrade_is_seen() -> None:
    """The function is not there at all."""
    text = revision("1", "None").split("def downgrade")[0]
    (migrations,) = analyse({"v/1.py": text}).migrations
    assert [(r.has_downgrade, r.empty_downgrade) for r in migrations.revisions] == [(False, False)]


def test_the_extension_alone_is_no_folder() -> None:
    """Flask-Migrate may be set up without a first migration."""
    assert analyse({"app.py": "from flask_migrate import Migrate\nMigrate()\n"}).migrations == ()


def test_an_environment_without_revisions_is_a_folder() -> None:
    """`flask db init` was run, and nothing after it."""
    (migrations,) = analyse({"migrations/env.py": ENVIRONMENT}).migrations
    assert (migrations.directory, migrations.revisions) == ("migrations", ())


def test_migrations_are_no_source_lines() -> None:
    """They are generated, for the most part."""
    facts = analyse(
        {"app.py": "x = 1\n", "m/env.py": ENVIRONMENT, "m/versions/1.py": revision("1", "None")}
    )
    assert facts.source_lines == 1


def test_a_tool_that_is_set_up_is_named_without_a_folder() -> None:
    """So that a forgotten folder can be told from no migrations at all."""
    app = "from flask_migrate import Migrate\nmigrate = Migrate()\n"

    assert analyse({"app.py": app}).migration_tool == "flask-migrate"
    assert analyse({"app.py": "import flask\n"}).migration_tool == "none"


def test_an_environment_that_asks_flask_migrate_is_of_flask_migrate() -> None:
    """Also where the extension is imported by nothing that can be read."""
    env = "from alembic import context\nm = current_app.extensions['migrate'].db.metadata\n"

    assert analyse({"migrations/env.py": env}).migrations[0].tool == "flask-migrate"


def test_a_revision_whose_name_looks_like_a_test_is_a_revision() -> None:
    """`1a_add_load_test.py` lies in no folder of tests."""
    revision = "revision = '1'\ndown_revision = None\ndef downgrade(): pass\n"

    found = analyse({"migrations/versions/1a_add_load_test.py": revision}).migrations

    assert [len(one.revisions) for one in found] == [1]

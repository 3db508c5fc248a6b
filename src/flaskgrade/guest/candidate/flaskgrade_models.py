"""Make a database from the models alone, as autogenerate sees them: to compare migrations with."""

import contextlib
import sys
from pathlib import Path

NAME = ".flaskgrade-models.db"
PLACE = Path("/tmp")  # noqa: S108 - a private tmpfs


def file(app, words):
    """Make the database as a file; return its path. Raises LookupError where no models are."""
    path = PLACE / NAME
    path.unlink(missing_ok=True)
    create(app, words, f"sqlite:///{path}")
    return str(path)


def create(app, words, url):
    """Make the tables in a database. Raises LookupError where no models can be found."""
    from sqlalchemy import create_engine

    engine = create_engine(url)
    found = [*metadata(app, words)]
    if not any(each.tables for each in found):
        raise LookupError("no models were found: env.py names no target_metadata with tables")
    for each in found:
        each.create_all(engine)
    engine.dispose()


def metadata(app, words):
    """Yield what env.py gives autogenerate; without migrations, what Flask-SQLAlchemy holds."""
    if words:
        with app.app_context():
            yield from of_migrations(app, words[0])
        return
    extension = app.extensions.get("sqlalchemy")
    yield from getattr(extension, "metadatas", {}).values()


def of_migrations(app, place):
    """Run env.py as autogenerate does, and yield its target_metadata."""
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    if place.endswith(".ini"):
        config = Config(place)
    else:
        config = app.extensions["migrate"].migrate.get_config(place)
    script = ScriptDirectory.from_config(config)
    seen = []

    def look(_, context):
        seen.append(context.opts.get("target_metadata"))
        return []

    with (
        EnvironmentContext(config, script, fn=look, as_sql=False),
        contextlib.redirect_stdout(sys.stderr),
    ):
        script.run_env()
    for given in seen:
        yield from (
            given if isinstance(given, (list, tuple)) else [given] if given is not None else []
        )

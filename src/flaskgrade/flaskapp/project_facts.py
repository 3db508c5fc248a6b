"""All that reading found in a project, as one value."""

from dataclasses import dataclass, field

from flaskgrade.flaskapp.facts import (
    AppCreation,
    Blueprint,
    Extension,
    Factory,
    Hidden,
    Migrations,
    Model,
    Route,
)
from flaskgrade.flaskapp.practices import Practices
from flaskgrade.model.evidence import Location


@dataclass(frozen=True, kw_only=True)
class ProjectFacts:
    """All that static reading found. `unparsed` files are named, the rest was read all the same."""

    python_files: tuple[str, ...]
    test_files: tuple[str, ...]
    source_lines: int  # lines outside tests and migrations that do something new: see lines.py
    uses_flask: bool
    apps: tuple[AppCreation, ...]
    factories: tuple[Factory, ...]  # the main one first, then wrappers and bare constructors
    blueprints: tuple[Blueprint, ...]
    routes: tuple[Route, ...]
    extensions: tuple[Extension, ...]
    migrations: tuple[Migrations, ...]
    database: str | None  # flask-sqlalchemy, sqlalchemy, sqlite3, peewee, mongoengine, or None
    models: tuple[Model, ...]
    test_functions: int
    unparsed: tuple[tuple[str, str], ...]  # path, reason
    too_large: tuple[str, ...] = ()  # of those: what no tool should be given either
    practices: Practices = field(default_factory=Practices)
    hidden: tuple[Hidden, ...] = ()
    padding_files: tuple[str, ...] = ()  # that hold nothing of use, or are copies of others
    annotated_padding: int = 0  # annotated functions that nothing uses, or that are copies
    idle_tests: tuple[str, ...] = ()  # pytest's ids of tests that repeat others or look at nothing
    served: tuple[Location, ...] = ()  # where the application is created that is served, if clear
    migration_tool: str = "none"  # what is initialised or at work, with or without a folder
    preparers: tuple[Factory, ...] = ()  # set up and return an application made at import
    factory_calls: tuple[Location, ...] = ()  # as modules are imported

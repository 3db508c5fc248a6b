"""Extensions, the database, migrations, and what could not be read."""

from typing import Any

from flaskgrade.flaskapp.facts import Migrations
from flaskgrade.flaskapp.home_made import home_made
from flaskgrade.inspection.inspect import Inspection

_ALEMBIC = frozenset({"flask-migrate", "flask-alembic", "alembic"})


def extensions(inspection: Inspection) -> list[dict[str, Any]]:
    """Return the Flask extensions and how each comes to its application."""
    return [
        {
            "kind": one.kind,
            "variable": one.variable,
            "file": one.location.path,
            "line": one.location.line,
            "bound_at_creation": one.bound_at_creation,
            "init_app": None if one.init_app is None else str(one.init_app),
        }
        for one in inspection.facts.extensions
    ]


def orm(inspection: Inspection) -> str:
    """Return the library that the data is kept with."""
    return inspection.facts.database or "none"


def models(inspection: Inspection) -> list[dict[str, Any]]:
    """Return the classes that are tables or documents."""
    return [
        {"name": one.name, "file": one.location.path, "line": one.location.line}
        for one in inspection.facts.models
    ]


def migrations(inspection: Inspection) -> dict[str, Any]:
    """Return the migrations folder that holds most revisions, and the others."""
    found = sorted(inspection.facts.migrations, key=lambda one: -len(one.revisions))
    if not found and (folder := home_made(inspection.tree.files)) is not None:
        alembic = dict.fromkeys(
            ("revision_count", "multiple_heads", "all_have_downgrade", "empty_downgrades")
        )
        return {"present": True, "tool": "other", "dir": folder, **alembic, "others": []}
    if not found:
        return {
            "present": False,
            "tool": inspection.facts.migration_tool,
            "dir": None,
            "revision_count": 0,
            "multiple_heads": None,
            "all_have_downgrade": None,
            "empty_downgrades": 0,
            "others": [],
        }
    main, *others = found
    return {"present": True, **_migrations(main), "others": [_migrations(one) for one in others]}


def unread(inspection: Inspection) -> list[dict[str, str]]:
    """Return the files that could not be read; nothing in this document is from them."""
    return [{"file": path, "reason": reason} for path, reason in inspection.unread]


def python2(inspection: Inspection) -> list[str]:
    """Return the files that are Python 2: read all the same, but Python 3 will not run them."""
    return list(inspection.python2)


def _migrations(one: Migrations) -> dict[str, Any]:
    alembic = one.tool in _ALEMBIC
    return {
        "tool": one.tool,
        "dir": one.directory,
        "revision_count": len(one.revisions) if alembic else None,
        "multiple_heads": len(one.heads) > 1 if alembic else None,
        "all_have_downgrade": all(r.has_downgrade for r in one.revisions) if alembic else None,
        "empty_downgrades": sum(r.empty_downgrade for r in one.revisions) if alembic else None,
    }

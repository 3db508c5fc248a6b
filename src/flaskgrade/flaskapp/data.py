"""The database library, and the model classes."""

import ast

from flaskgrade.flaskapp.application import application_files
from flaskgrade.flaskapp.facts import Model
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Scope
from flaskgrade.flaskapp.values import Code, External

# In this order: what wraps another library comes before it.
_LIBRARIES = (
    ("flask_sqlalchemy", "flask-sqlalchemy"),
    ("flask_sqlalchemy_lite", "flask-sqlalchemy"),
    ("flask_appbuilder", "flask-sqlalchemy"),
    ("invenio_db", "flask-sqlalchemy"),
    ("flask_mongoengine", "mongoengine"),
    ("mongoengine", "mongoengine"),
    ("peewee", "peewee"),
    ("playhouse", "peewee"),
    ("flask_peewee", "peewee"),
    ("sqlmodel", "sqlalchemy"),
    ("sqlalchemy", "sqlalchemy"),
    ("sqlite3", "sqlite3"),
)
_MODEL_BASES = frozenset(
    {
        ("peewee", "Model"),
        ("mongoengine", "Document"),
        ("mongoengine", "DynamicDocument"),
        ("mongoengine", "EmbeddedDocument"),
        ("flask_sqlalchemy", "Model"),
        ("sqlmodel", "SQLModel"),
        ("sqlalchemy", "declarative_base"),
        ("sqlalchemy", "DeclarativeBase"),
        ("sqlalchemy", "automap_base"),
    }
)
_BASES_OF_BASES = frozenset({("sqlalchemy", "DeclarativeBase")})  # one derives a base from it


def find_database(project: Project) -> str | None:
    """Return the library that the application keeps its data with."""
    packages = project.packages(application_files(project))
    return next((name for package, name in _LIBRARIES if package in packages), None)


def find_models(project: Project) -> tuple[Model, ...]:
    """Return the classes that are tables or documents, abstract ones left out."""
    return tuple(
        Model(name=scope.qualname, location=scope.place(scope.node))
        for scope in project.classes()
        if _derives(project, scope) and not _abstract(scope)
    )


def _derives(project: Project, scope: Scope) -> bool:
    if _has_db_model(scope):
        return True
    for distance, base in project.resolver.lineage(scope):
        if isinstance(base, Code):
            if _has_db_model(base.scope):
                return True
            continue
        kind = base.kind if isinstance(base, External) else project.kind(base)
        if kind in _MODEL_BASES and not (distance == 1 and kind in _BASES_OF_BASES):
            return True
    return False


def _has_db_model(scope: Scope) -> bool:
    return isinstance(scope.node, ast.ClassDef) and any(map(_is_db_model, scope.node.bases))


def _is_db_model(base: ast.expr) -> bool:
    """Tell whether a base is written `db.Model`, whatever `db` is: the name is Flask's custom."""
    return (
        isinstance(base, ast.Attribute)
        and base.attr in {"Model", "Document"}
        and isinstance(base.value, ast.Name)
        and base.value.id == "db"
    )


def _abstract(scope: Scope) -> bool:
    """Tell whether a class says itself that it has no table, or is nothing but a base."""
    if not isinstance(scope.node, ast.ClassDef):
        return False
    if "__abstract__" in scope.bindings:
        return True
    return all(
        isinstance(node, ast.Pass | ast.ClassDef)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in scope.node.body
    )

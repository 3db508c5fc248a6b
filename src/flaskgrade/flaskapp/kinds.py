"""What the classes of Flask and of packages around it are to an application.

A class is known by its top-level package and its name, wherever in the package it is imported from.
"""

Kind = tuple[str, str]

APPS = frozenset(
    {
        ("flask", "Flask"),
        ("apiflask", "APIFlask"),
        ("connexion", "App"),
        ("connexion", "FlaskApp"),
        ("connexion", "AsyncApp"),
        ("flask_openapi3", "OpenAPI"),
        ("flask_api", "FlaskAPI"),
        ("eve", "Eve"),
    }
)
WRAPPERS = frozenset({("connexion", "App"), ("connexion", "FlaskApp")})  # have it as `.app`
BLUEPRINTS = frozenset(
    {
        ("flask", "Blueprint"),
        ("flask", "Module"),  # what Flask had before 0.7
        ("apiflask", "APIBlueprint"),
        ("flask_smorest", "Blueprint"),
        ("flask_openapi3", "APIBlueprint"),
        ("flask_rest_api", "Blueprint"),
    }
)
APIS = frozenset(
    {
        ("flask_restful", "Api"),
        ("flask_restx", "Api"),
        ("flask_restplus", "Api"),
        ("flask_smorest", "Api"),
        ("flask_rest_api", "Api"),
        ("flask_rest_jsonapi", "Api"),
        ("flask_combo_jsonapi", "Api"),
    }
)
NAMESPACES = frozenset({("flask_restx", "Namespace"), ("flask_restplus", "Namespace")})
SEVERAL_RULES = APIS | NAMESPACES  # their `route` takes any number of rules

# Extensions that wrap the application or that `init_app` binds. Others count when they do.
EXTENSIONS = frozenset(
    {
        ("flask_admin", "Admin"),
        ("flask_alembic", "Alembic"),
        ("flask_bcrypt", "Bcrypt"),
        ("flask_caching", "Cache"),
        ("flask_cors", "CORS"),
        ("flask_jwt_extended", "JWTManager"),
        ("flask_limiter", "Limiter"),
        ("flask_login", "LoginManager"),
        ("flask_mail", "Mail"),
        ("flask_marshmallow", "Marshmallow"),
        ("flask_migrate", "Migrate"),
        ("flask_mongoengine", "MongoEngine"),
        ("flask_pymongo", "PyMongo"),
        ("flask_session", "Session"),
        ("flask_socketio", "SocketIO"),
        ("flask_sqlalchemy", "SQLAlchemy"),
        ("flask_talisman", "Talisman"),
        ("flask_wtf", "CSRFProtect"),
        *APIS,
    }
)
NO_EXTENSIONS = APPS | BLUEPRINTS | NAMESPACES

# Frameworks whose decorators look like Flask's.
OTHER_FRAMEWORKS = frozenset(
    {"aiohttp", "bottle", "falcon", "fastapi", "quart", "sanic", "starlette", "litestar"}
)

# Classes that are reached through an object of another one.
_PARTS = {
    (("flask_restx", "Api"), "namespace"): "flask_restx.Namespace",
    (("flask_restplus", "Api"), "namespace"): "flask_restplus.Namespace",
    (("flask_sqlalchemy", "SQLAlchemy"), "Model"): "flask_sqlalchemy.Model",
    (("flask_mongoengine", "MongoEngine"), "Document"): "mongoengine.Document",
}
METHODS_THAT_MAKE = frozenset({"namespace"})


def part(owner: Kind, name: str) -> str | None:
    """Return the dotted name of what an attribute of a known object is, if it is of interest."""
    return _PARTS.get((owner, name))


def layer(kind: Kind) -> str:
    """Return the package through which a kind declares its routes, as it is written on PyPI."""
    return kind[0].replace("_", "-")

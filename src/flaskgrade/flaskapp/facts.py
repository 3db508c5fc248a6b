"""What a Flask project is made of, as values. Every fact has the place that it was read from."""

from dataclasses import dataclass

from flaskgrade.model.evidence import Location


@dataclass(frozen=True, kw_only=True)
class AppCreation:
    """A call that creates a Flask application (or a subclass, APIFlask, connexion)."""

    location: Location
    kind: str  # "Flask", "APIFlask", …
    function: str | None  # dotted name of the function it stands in; None at module level
    variable: str | None


@dataclass(frozen=True, kw_only=True)
class Factory:
    """A function that returns a Flask application that it creates."""

    name: str
    location: Location
    takes_config: bool
    module: str  # dotted, from the import root
    makes: tuple[Location, ...] = ()  # where the applications are created that it returns


@dataclass(frozen=True, kw_only=True)
class Blueprint:
    """A blueprint: where it is made, and where it is registered (if it is)."""

    name: str
    variable: str
    location: Location
    registered: Location | None
    parents: tuple[Location, ...] = ()  # where the apps and blueprints it goes on are made
    prefix: str | None = None  # of its URL, own or as registered; None: none, or not to be told


@dataclass(frozen=True, kw_only=True)
class Route:
    """A URL rule as the source declares it. `owner` is the app's or blueprint's variable."""

    rule: str
    methods: tuple[str, ...]
    handler: str
    location: Location
    owner: str
    on_blueprint: bool  # or on a restx namespace, or an API object of a blueprint
    layer: str = "flask"  # the package that declares it: flask, flask-restful, flask-restx, …
    owner_at: Location | None = None  # where its app, blueprint or API object is made


@dataclass(frozen=True, kw_only=True)
class Model:
    """A class that is a table or a document."""

    name: str
    location: Location


@dataclass(frozen=True, kw_only=True)
class Migrations:
    """A migrations folder."""

    directory: str
    tool: str  # flask-migrate, alembic
    revisions: tuple["Revision", ...]
    heads: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Revision:
    """One Alembic revision file."""

    id: str
    down: tuple[str, ...]
    location: Location
    has_downgrade: bool
    empty_downgrade: bool


@dataclass(frozen=True, kw_only=True)
class Extension:
    """A Flask extension: made unbound and bound by init_app, or bound at once."""

    kind: str  # SQLAlchemy, Migrate, …
    variable: str
    location: Location
    bound_at_creation: bool  # to an application or a blueprint
    init_app: Location | None
    function: str | None = None  # dotted name of the function it is made in; None: at import


@dataclass(frozen=True, kw_only=True)
class Hidden:
    """A place where code runs that no tool can see, and why that is so."""

    location: Location
    why: str
    text: str = ""  # the code, where it can be read

"""Settings as the source gives them: which come from outside, and which addresses are fixed."""

import ast
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NamedTuple

from flaskgrade.flaskapp.application import application_files, is_testing
from flaskgrade.flaskapp.configuration import find_config_modules
from flaskgrade.flaskapp.environment_reads import READER_CLASSES, is_environ
from flaskgrade.flaskapp.fixed import fixed_texts
from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.project import Project, imports
from flaskgrade.flaskapp.scopes import Scope, Site
from flaskgrade.flaskapp.secrets import Secret, is_secret_name
from flaskgrade.flaskapp.values import Code, External
from flaskgrade.model.evidence import Location

# Of a database, a broker or a cache, by the schemes that their clients take.
_ADDRESS = re.compile(
    r"(sqlite|postgres|postgresql|mysql|mariadb|oracle|mssql|mongodb|redis|rediss|amqp|amqps)"
    r"(\+\w+)?:/{2,3}.",
    re.IGNORECASE,
)
_IN_MEMORY = re.compile(r"sqlite(\+\w+)?:/{2,3}(:memory:.*|\?.*)?$|:memory:", re.IGNORECASE)
_SCHEME_ALONE = re.compile(r"sqlite(\+\w+)?:/{3,4}$")
_FILE = re.compile(r".\.(db|sqlite3?|db3)$", re.IGNORECASE)
_DATABASE = re.compile(r"^(\w+_)?(DATABASE|DB|SQLITE)(_?(PATH|FILE|NAME|URI|URL))?$")
_DEVELOPMENT = re.compile(r"Dev|Local|dev_|_dev|^dev|^local")
_SAMPLE = re.compile(r"sample|example|template|\bdist\b", re.IGNORECASE)  # of a settings file
_CONNECTS = frozenset(
    {
        *("sqlite3.connect", "sqlalchemy.create_engine", "pymongo.MongoClient"),
        *("psycopg2.connect", "psycopg.connect", "pymysql.connect", "MySQLdb.connect"),
        *("mysql.connector.connect", "redis.from_url", "redis.Redis.from_url"),
        *("sqlalchemy.ext.asyncio.create_async_engine", "flask_mongoengine.connect"),
    }
)
_FILLED = frozenset({"dataclass", "define", "frozen", "attrs"})  # decorators of fields
_LOADED_FILES = frozenset({"from_pyfile", "from_file", "from_json"})
_READ_FILES = frozenset({"configparser.ConfigParser", "configparser.RawConfigParser"})


class _Named(NamedTuple):
    """A setting and the expression that it is given."""

    name: str
    node: ast.expr
    scope: Scope


@dataclass(frozen=True, kw_only=True)
class FixedAddress:
    """A database, broker or cache whose address only a change of the source can change."""

    name: str  # of the setting, or of what connects
    location: Location


@dataclass(frozen=True, kw_only=True)
class SecretUse:
    """A secret in the source, and what else there is for it.

    `replaced`: something from outside may take its place; `guarded`: code compares the setting
    with a literal, as what refuses to start with it does.
    """

    secret: Secret
    replaced: bool
    guarded: bool


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where settings come from."""

    outside: tuple[Location, ...] = ()  # files beside the source, the environment as a whole
    fixed: tuple[FixedAddress, ...] = ()
    secrets: tuple[SecretUse, ...] = ()


def find_settings(
    project: Project, secrets: Iterable[Secret], everything: Iterable[str]
) -> Settings:
    """Return where the application's settings come from; `everything` are the project's files."""
    samples = _samples(project)
    paths = {file.source.path for file in application_files(project)} - samples
    outside = tuple(_outside(project, paths, everything))
    named = [one for one in _settings(project, paths) if not _set_aside(one.scope)]
    fixed = {id(one.node): fixed_texts(project, one.node, one.scope) for one in named}
    open_ = {one.name for one in named if fixed[id(one.node)] is None and not _empty(one.node)}
    fields = _Lines(_fields(project))
    aside = _Lines(
        (scope.source.path, scope.node)
        for scope in project.classes()
        if isinstance(scope.node, ast.ClassDef) and _DEVELOPMENT.search(scope.node.name)
    )
    loaded = any(one.later for one in outside)
    compared = _compared(project)
    return Settings(
        outside=tuple(one.location for one in outside),
        fixed=()
        if loaded
        else tuple(
            sorted(
                {
                    FixedAddress(name=one.name, location=one.scope.place(one.node))
                    for one in (*named, *_connections(project, paths))
                    if one.name not in open_
                    and not fields.hold(one.scope.place(one.node))
                    and _is_address(one, fixed_texts(project, one.node, one.scope))
                },
                key=lambda one: (one.location.path, one.location.line or 0),
            )
        ),
        secrets=tuple(
            SecretUse(
                secret=one,
                replaced=one.fallback
                or loaded
                or one.name in open_
                or one.name.upper() in compared
                or fields.hold(one.location),
                guarded=one.name.upper() in compared,
            )
            for one in _each_once(secrets)
            if one.location.path in paths and not aside.hold(one.location)
        ),
    )


def _each_once(secrets: Iterable[Secret]) -> tuple[Secret, ...]:
    """Leave out where a secret signs, if there is one with a name: that may be where it is set."""
    found = tuple(secrets)
    return tuple(one for one in found if one.name != "signing_key") or found


def _samples(project: Project) -> set[str]:
    """Return the files that are samples by name, and that nothing imports or loads."""
    found = {PurePosixPath(file.source.path) for file in project.files}
    found = {path for path in found if _SAMPLE.search(path.stem)}
    if not found:
        return set()
    used = {path.name for path in find_config_modules(project)}
    for file in project.files:
        for one in imports(file):
            used |= {one.module.split(".")[-1], one.name or ""}
    return {str(path) for path in found if path.stem not in used}


class _Outside(NamedTuple):
    location: Location
    later: bool  # replaces what the source gives, whatever its name


def _outside(project: Project, paths: set[str], everything: Iterable[str]) -> Iterator[_Outside]:
    names = {PurePosixPath(path).name for path in everything}
    for site in project.sites():
        if site.scope.source.path not in paths:
            continue
        name = called(site.call)
        if name in {"from_envvar", "from_prefixed_env"}:
            yield _Outside(site.location, later=True)
        elif name in _LOADED_FILES and isinstance(site.call.func, ast.Attribute):
            given = site.call.args[0] if site.call.args else None
            texts = project.resolver.texts(given, site.scope) if given is not None else ()
            if not any(PurePosixPath(text).name in names for text in texts):
                yield _Outside(site.location, later=True)
        elif any(_has_environ(node, site.scope) for node in _given(site)) or any(
            isinstance(value, External) and value.name in _READ_FILES
            for value in project.values(site.call.func, site.scope)
        ):
            yield _Outside(site.location, later=False)


def _given(site: Site) -> Iterator[ast.expr]:
    yield from site.call.args
    yield from (keyword.value for keyword in site.call.keywords)


def _has_environ(node: ast.expr, scope: Scope) -> bool:
    """Tell whether the environment is handed on as a whole."""
    match node:
        case ast.IfExp(body=body, orelse=orelse):
            parts = [body, orelse]
        case ast.BoolOp(values=values):
            parts = values
        case _:
            parts = [node]
    return any(is_environ(part, scope) for part in parts)


def _settings(project: Project, paths: set[str]) -> Iterator[_Named]:
    """Return the upper-case names of the configuration: of classes, modules, items, keywords."""
    modules = {f"{module}.py" for module in find_config_modules(project)}
    for one in (*_assigned(project, modules), *_entries(project), *_keywords(project)):
        if one.scope.source.path in paths:
            yield one


def _assigned(project: Project, modules: set[str]) -> Iterator[_Named]:
    for spot in project.nodes.of(ast.Assign):
        for target in spot.node.targets:
            name = _setting(target, spot.scope, modules)
            if name is not None:
                yield _Named(name, spot.node.value, spot.scope)
    for annotated in project.nodes.of(ast.AnnAssign):
        name = _setting(annotated.node.target, annotated.scope, modules)
        if name is not None and annotated.node.value is not None:
            yield _Named(name, annotated.node.value, annotated.scope)


def _entries(project: Project) -> Iterator[_Named]:
    for mapping in project.nodes.of(ast.Dict):
        for key, value in zip(mapping.node.keys, mapping.node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value.isupper():
                yield _Named(key.value, value, mapping.scope)


def _keywords(project: Project) -> Iterator[_Named]:
    for site in project.sites():
        for keyword in site.call.keywords:
            if keyword.arg and keyword.arg.isupper():
                yield _Named(keyword.arg, keyword.value, site.scope)


def _setting(target: ast.expr, scope: Scope, modules: set[str]) -> str | None:
    match target:
        case ast.Name(id=name) if name.isupper():
            in_class = isinstance(scope.node, ast.ClassDef)
            known = name in {"SQLALCHEMY_DATABASE_URI", "MONGO_URI"}
            return name if in_class or known or scope.source.path in modules else None
        case ast.Attribute(attr="secret_key"):
            return "SECRET_KEY"
        case ast.Subscript(slice=ast.Constant(value=str() as name)) if name.isupper():
            return name
    return None


def _connections(project: Project, paths: set[str]) -> Iterator[_Named]:
    """Return what connects to a database at an address of its own."""
    for site in project.sites():
        if site.scope.source.path not in paths or not site.call.args or _set_aside(site.scope):
            continue
        for value in project.values(site.call.func, site.scope):
            if isinstance(value, External) and value.name in _CONNECTS:
                yield _Named(value.name.split(".")[-1], site.call.args[0], site.scope)
                break


def _is_address(named: _Named, texts: tuple[str, ...] | None) -> bool:
    if not texts:
        return False
    if any(_IN_MEMORY.match(text) for text in texts) and not _SCHEME_ALONE.match(texts[0]):
        return False
    if any(_ADDRESS.match(text) or _SCHEME_ALONE.match(text) for text in texts):
        return True
    files = named.name == "connect" or _DATABASE.match(named.name)
    return bool(files) and bool(_FILE.search(texts[-1]))


def _set_aside(scope: Scope) -> bool:
    """Tell whether it is a class or module for tests, or for the developer's own machine."""
    if is_testing(scope.source.path):
        return True
    at: Scope | None = scope
    while at is not None:
        if isinstance(at.node, ast.ClassDef):
            name = at.node.name
            if is_testing(name) or _DEVELOPMENT.search(name):
                return True
        at = at.parent
    return False


def _fields(project: Project) -> Iterator[tuple[str, ast.stmt]]:
    """Return the classes whose values are defaults, and what is done `if` a secret is missing."""
    for scope in project.classes():
        if isinstance(scope.node, ast.ClassDef) and (
            not READER_CLASSES.isdisjoint(project.class_kinds(Code(scope)))
            or any(_word(one) in _FILLED for one in scope.node.decorator_list)
        ):
            yield scope.source.path, scope.node
    for spot in project.nodes.of(ast.If):
        words = (_word(one) for one in ast.walk(spot.node.test))
        if any(word is not None and is_secret_name(word) for word in words):
            yield spot.location.path, spot.node


def _word(node: ast.AST) -> str | None:
    match node:
        case ast.Name(id=word) | ast.Attribute(attr=word) | ast.Constant(value=str() as word):
            return word
        case ast.Call(func=ast.Name(id=word) | ast.Attribute(attr=word)):
            return word
    return None


def _empty(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not node.value


def _compared(project: Project) -> set[str]:
    """Return the names, in upper case, of what is compared with something that is not None."""
    found = set()
    for spot in project.nodes.of(ast.Compare):
        sides = [spot.node.left, *spot.node.comparators]
        if any(isinstance(one, ast.Constant) and one.value is None for one in sides):
            continue
        for side in sides:
            match side:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    found.add(name.upper())
                case ast.Subscript(slice=ast.Constant(value=str() as name)):
                    found.add(name.upper())
                case ast.Call(args=[ast.Constant(value=str() as name), *_]):
                    found.add(name.upper())
    return found


class _Lines:
    """The lines of some definitions or statements, by file."""

    def __init__(self, places: Iterable[tuple[str, ast.stmt]]) -> None:
        spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for path, node in places:
            spans[path].append((node.lineno, node.end_lineno or node.lineno))
        self._spans = {path: _outermost(found) for path, found in spans.items()}

    def hold(self, place: Location) -> bool:
        """Tell whether a place is in one of them."""
        spans = self._spans.get(place.path, [])
        line = place.line or 0
        at = bisect_right(spans, line, key=lambda span: span[0]) - 1
        return at >= 0 and line <= spans[at][1]


def _outermost(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    outer: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if not outer or begin > outer[-1][1]:
            outer.append((begin, end))
    return outer

"""Secrets that are written in the code: under which name, and whether they sign the sessions."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from flaskgrade.flaskapp.application import is_testing
from flaskgrade.flaskapp.kinds import APPS
from flaskgrade.flaskapp.literals import Text, called, default_of, key_of, texts
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import FunctionNode, Scope, Site
from flaskgrade.flaskapp.values import Code, External
from flaskgrade.model.evidence import Location

SESSION_KEY = "SECRET_KEY"

_SECRET = re.compile(r"SECRET|SIGNING_?KEY|SIGNATURE_KEY|JWT_(PRIVATE_)?KEY$", re.IGNORECASE)
# What a secret is found by, or said about it: no secret itself.
_ABOUT = re.compile(
    r"(FILE|FILENAME|PATH|DIR|NAME|ID|URL|URI|HEADER|FIELD|LENGTH|SIZE|ARN|VERSION|TYPE|LABEL|TITLE|"
    r"REGEX|PATTERN|PREFIX|SUFFIX|MESSAGE|ERROR|HELP|TEXT|DESCRIPTION|PARAM|ENV|VAR|MANAGER|"
    r"ALGORITHM|METHOD|BACKEND|PROVIDER|ROUTE|ENDPOINT|TEMPLATE|COLUMN|PLACEHOLDER)S?$",
    re.IGNORECASE,
)
_KEYED = re.compile(r"secret_|_secret|signing_|jwt_", re.IGNORECASE)  # more than the word itself
_CAMEL_CASE = re.compile(r"[a-z]+(?:[A-Z][a-z]+)*Secret(?:[A-Z][a-z]+)*")  # a field, somewhere else
_SERIALIZERS = frozenset(
    {
        *("URLSafeSerializer", "URLSafeTimedSerializer", "TimestampSigner", "Signer", "Serializer"),
        *("TimedSerializer", "TimedJSONWebSignatureSerializer", "JSONWebSignatureSerializer"),
    }
)


@dataclass(frozen=True, kw_only=True)
class Secret:
    """A non-empty literal that is a secret. `session_key`: it can come to be SECRET_KEY.

    `again`: it is written elsewhere under a secret's name, and read from there.
    """

    name: str
    location: Location
    session_key: bool
    fallback: bool  # something else may replace it: an environment variable, mostly
    again: bool = False


class _Named(NamedTuple):
    """An expression and the name that it is given."""

    name: str
    node: ast.expr
    scope: Scope
    on_app: bool = False  # `app.secret_key = …`


def find_secrets(project: Project) -> tuple[Secret, ...]:
    """Return the secrets in the code outside tests and testing classes, each place once."""
    found: dict[Location, Secret] = {}
    for named in _named(project):
        if not is_secret_name(named.name) or _for_testing(named.scope):
            continue
        session = named.name == SESSION_KEY or named.on_app
        for text in texts(project, named.node, named.scope):
            if not _meant(project, named, text):
                continue
            before = found.get(text.location)
            found[text.location] = Secret(
                name=named.name,
                location=text.location,
                session_key=session or (before is not None and before.session_key),
                fallback=text.fallback or (before is not None and before.fallback),
                again=is_secret_name(text.name) and (before is None or before.again),
            )
    return tuple(
        sorted(found.values(), key=lambda one: (one.location.path, one.location.line or 0))
    )


def is_secret_name(name: str) -> bool:
    """Tell whether what has this name is a secret, or a key that signs."""
    return bool(_SECRET.search(name)) and not _ABOUT.search(name)


def session_key_set(project: Project) -> bool:
    """Tell whether the code outside the tests sets SECRET_KEY at all, by whatever value."""
    return any(
        (named.name == SESSION_KEY or named.on_app) and not _for_testing(named.scope)
        for named in _named(project)
    )


def _named(project: Project) -> Iterator[_Named]:
    yield from _assigned(project)
    for site in project.sites():
        yield from _in_call(project, site)
    for mapping in project.nodes.of(ast.Dict):
        for key, value in zip(mapping.node.keys, mapping.node.values, strict=True):
            name = key.value if isinstance(key, ast.Constant) else None
            if isinstance(name, str) and (name.isupper() or not _prose(name, value)):
                yield _Named(name, value, mapping.scope)
    for scope in project.functions():
        if isinstance(scope.node, FunctionNode) and scope.parent is not None:
            for name, default in _defaults(scope.node.args):
                yield _Named(name, default, scope.parent)


def _assigned(project: Project) -> Iterator[_Named]:
    for spot in project.nodes.of(ast.Assign):
        for target in spot.node.targets:
            pairs = [(target, spot.node.value)]
            if isinstance(target, ast.Tuple) and isinstance(spot.node.value, ast.Tuple):
                pairs = list(zip(target.elts, spot.node.value.elts, strict=False))
            for to, value in pairs:
                yield from _target(project, to, value, spot.scope)
    for annotated in project.nodes.of(ast.AnnAssign):
        if annotated.node.value is not None:
            yield from _target(
                project, annotated.node.target, annotated.node.value, annotated.scope
            )


def _target(project: Project, to: ast.expr, value: ast.expr, scope: Scope) -> Iterator[_Named]:
    match to:
        case ast.Name(id=name):
            yield _Named(name, value, scope)
        case ast.Attribute(attr="secret_key", value=owner):
            yield _Named("secret_key", value, scope, on_app=_is_app(project, owner, scope))
        case ast.Attribute(attr=name):
            yield _Named(name, value, scope)
        case ast.Subscript(slice=ast.Constant(value=str() as name)):
            yield _Named(name, value, scope)
        case _:
            return


def _in_call(project: Project, site: Site) -> Iterator[_Named]:
    for keyword in site.call.keywords:
        if keyword.arg is not None:
            yield _Named(keyword.arg, keyword.value, site.scope)
    key, default = key_of(site.call), default_of(site.call)
    if key is not None and key.isupper() and default is not None:
        yield _Named(key, default, site.scope)
    name = called(site.call)
    if name in {"encode", "decode"} and len(site.call.args) > 1:
        if any(_is(value, f"jwt.{name}") for value in project.values(site.call.func, site.scope)):
            yield _Named("signing_key", site.call.args[1], site.scope)
    elif name in _SERIALIZERS and site.call.args:
        yield _Named("signing_key", site.call.args[0], site.scope)


def _is(value: object, name: str) -> bool:
    return isinstance(value, External) and value.name in {name, f"jose.{name}", f"authlib.{name}"}


def _prose(key: str, value: ast.expr) -> bool:
    """Tell whether an entry is a message, a translation or another name of the same field."""
    if not key.isidentifier() or not _KEYED.search(key):
        return True
    text = value.value if isinstance(value, ast.Constant) else None
    if not isinstance(text, str):
        return False
    return " " in text or not text.isascii() or bool(_CAMEL_CASE.fullmatch(text))


def _defaults(arguments: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    plain = (*arguments.posonlyargs, *arguments.args)
    given = plain[len(plain) - len(arguments.defaults) :]
    yield from ((one.arg, default) for one, default in zip(given, arguments.defaults, strict=True))
    for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is not None:
            yield one.arg, default


def _is_app(project: Project, owner: ast.expr, scope: Scope) -> bool:
    if any(project.kind(value) in APPS for value in project.values(owner, scope)):
        return True
    match owner:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return "app" in name.lower()
    return False


def _for_testing(scope: Scope) -> bool:
    if is_testing(scope.source.path):
        return True
    at: Scope | None = scope
    while at is not None:
        if isinstance(at.node, ast.ClassDef) and is_testing(at.node.name):
            return True
        at = at.parent
    return False


def _meant(project: Project, named: _Named, text: Text) -> bool:
    """Tell whether a text is a secret, and not the name of a field, an option or a variable."""
    name, value = named.name.upper(), text.value
    if name == SESSION_KEY:
        return True
    spelled = value.upper().replace("-", "_").replace(" ", "_")
    if value.startswith(("$", "<", "{{")) or "\n" in value.strip():
        return False
    if "_" in name and (spelled == name or name.endswith(f"_{spelled}")):
        return False  # CLIENT_SECRET = "client_secret": the name of an option
    owner = named.scope
    return not (
        isinstance(owner.node, ast.ClassDef)
        and any("Enum" in kind[1] for kind in project.class_kinds(Code(owner)))
    )

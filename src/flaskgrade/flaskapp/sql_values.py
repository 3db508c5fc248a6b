"""Where the values come from that are put into the text of SQL.

Numbers, texts written in the source, and what was looked for in a list of what is allowed can do no
harm. What a request says can. Of the rest only this is known: where a value belongs, it should have
been bound as a parameter; where a name or a clause belongs, it had to be put in.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum

from flaskgrade.flaskapp.facts import Route
from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Assigned, Binding, FunctionNode, Looped, Parameter, Scope
from flaskgrade.flaskapp.sql_pieces import Piece, is_value, made_of, pieces
from flaskgrade.flaskapp.url_values import url_values
from flaskgrade.flaskapp.values import NOTHING, Code, External, Items, Literal, Pairs

STEPS = 400  # for one text
DEPTH = 14
CALLERS = 20
BINDINGS = 50  # of one name
NEAR = 200  # characters before a gap that tell what it stands for

_NUMBERS = frozenset({"int", "float", "bool", "len", "abs", "round", "Decimal", "UUID"})
_TAKEN = frozenset(
    {"str", "list", "tuple", "set", "sorted", "reversed", "dict", "loads", "repr", "join"}
)
_LIKE_BEFORE = frozenset(
    {
        *("strip", "rstrip", "lstrip", "lower", "upper", "replace", "title", "decode", "encode"),
        *("split", "keys", "items", "values", "copy", "removesuffix", "removeprefix", "to_dict"),
    }
)
_ADDS = frozenset({"append", "extend", "insert", "add", "update"})
_QUOTES = ("quote", "escape", "ident")


class Origin(IntEnum):
    """Where a part of a text comes from, the worst last."""

    FIXED = 0  # written in the source, a number, or one of what is allowed
    UNKNOWN = 1
    VALUE = 2  # unknown, and put where a value belongs
    REQUEST = 3


class Origins:
    """Answers for the expressions of a project."""

    def __init__(self, project: Project, routes: tuple[Route, ...]) -> None:
        self._project = project
        self._urls = url_values(routes)
        self._guarded = frozenset(_guarded(project))
        self._added = _added(project)
        self._left = 0
        self._active: set[tuple[int, int]] = set()

    def of(self, node: ast.expr, scope: Scope) -> Origin:
        """Return the worst of what an expression, or a text that is put together, is made of."""
        self._left = STEPS
        return self._origin(node, scope)

    def _origin(self, node: ast.expr, scope: Scope) -> Origin:
        key = (id(node), id(scope))
        if key in self._active:
            return Origin.FIXED  # `q = q + …`: the rest of it decides
        self._left -= 1
        if self._left < 0 or len(self._active) > DEPTH:
            return Origin.UNKNOWN
        self._active.add(key)
        try:
            text = pieces(self._project, node, scope)
            return self._text(text, scope) if text else self._plain(node, scope)
        finally:
            self._active.discard(key)

    def _text(self, text: tuple[Piece, ...], scope: Scope) -> Origin:
        worst, before, quoted = Origin.FIXED, "", False
        for index, piece in enumerate(text):
            if isinstance(piece, str):
                before = before[-NEAR:] + piece
                quoted ^= bool(piece.count("'") % 2)
                continue
            origin = self._origin(piece, scope)
            if origin is Origin.UNKNOWN:
                after = text[index + 1] if index + 1 < len(text) else ""
                known = after if isinstance(after, str) else ""
                origin = Origin.VALUE if is_value(before, known, quoted=quoted) else origin
            worst = max(worst, origin)
            before += "x"
        return worst

    def _all(self, nodes: Iterable[ast.expr], scope: Scope) -> Origin:
        return max((self._origin(node, scope) for node in nodes), default=Origin.FIXED)

    def _plain(self, node: ast.expr, scope: Scope) -> Origin:
        parts = made_of(node)
        if parts is not None:
            return self._all(parts, scope)
        match node:
            case ast.Name():
                return self._name(node, scope)
            case ast.Call():
                return self._call(node, scope)
            case ast.Subscript(value=inner, slice=ast.Slice()):
                return self._origin(inner, scope)
            case ast.Subscript(value=inner) | ast.Attribute(value=inner):
                return Origin.FIXED if self._written(node, scope) else self._part(inner, scope)
        return Origin.UNKNOWN

    def _part(self, owner: ast.expr, scope: Scope) -> Origin:
        """Return what a part of something is: a part of a request if that is one, else unknown."""
        if self._is_request(owner, scope) or self._origin(owner, scope) is Origin.REQUEST:
            return Origin.REQUEST
        return Origin.UNKNOWN

    def _is_request(self, node: ast.expr, scope: Scope) -> bool:
        names = {"flask.request", "flask.globals.request"}
        return any(
            isinstance(value, External) and value.name in names
            for value in self._project.values(node, scope)
        )

    def _written(self, node: ast.Subscript | ast.Attribute, scope: Scope) -> bool:
        """Tell whether `NAMES[key]` or `Config.NAME` is a text of the source whichever it is."""
        if isinstance(node, ast.Attribute):
            values = self._project.values(node, scope)
            return bool(values) and all(isinstance(value, Literal) for value in values)
        return self._holds_texts(node.value, scope)

    def _holds_texts(self, node: ast.expr, scope: Scope) -> bool:
        values = self._project.values(node, scope)
        held = [
            ref
            for value in values
            if isinstance(value, Pairs | Items)
            for ref in (
                (inner for _, inner in value.refs) if isinstance(value, Pairs) else value.refs
            )
        ]
        whole = all(isinstance(value, Pairs | Items) for value in values)
        return bool(held) and whole and all(isinstance(ref.node, ast.Constant) for ref in held)

    def _call(self, node: ast.Call, scope: Scope) -> Origin:
        if _is_harmless(node):
            return Origin.FIXED
        same = _same_as(node)
        if same is not None:
            return self._origin(same, scope)
        function = node.func
        if isinstance(function, ast.Attribute):
            if called(node) == "get" and self._holds_texts(function.value, scope):
                return self._all(node.args[1:], scope)
            if self._part(function.value, scope) is Origin.REQUEST:
                return Origin.REQUEST
        returned = [
            self._origin(result, value.scope)
            for value in self._project.values(function, scope)
            if isinstance(value, Code) and isinstance(value.scope.node, FunctionNode)
            for result in value.scope.returns[:BINDINGS]
        ]
        return max(returned, default=Origin.UNKNOWN)

    def _name(self, node: ast.Name, scope: Scope) -> Origin:
        home = scope.home(node.id)
        if home is None or (id(scope), node.id) in self._guarded:
            return Origin.UNKNOWN if home is None else Origin.FIXED
        found = [self._bound(binding, node, home) for binding in home.bindings[node.id][:BINDINGS]]
        added = self._added.get((id(home), node.id), ())
        found.extend(self._origin(one, home) for one in added[:BINDINGS])
        return max(found, default=Origin.UNKNOWN)

    def _bound(self, binding: Binding, node: ast.Name, home: Scope) -> Origin:
        match binding:
            case Assigned(value=value) | Looped(value=value):
                return self._origin(value, binding.scope)
            case Parameter():
                return self._parameter(binding)
        values = self._project.values(node, home)
        written = bool(values) and all(isinstance(value, Literal) for value in values)
        return Origin.FIXED if written else Origin.UNKNOWN

    def _parameter(self, parameter: Parameter) -> Origin:
        from_url = self._urls.get((parameter.scope.qualname.split(".")[-1], parameter.name))
        if from_url is not None:
            return Origin.REQUEST if from_url else Origin.FIXED
        sites = self._project.resolver.callers.get(id(parameter.scope), ())[:CALLERS]
        key = (id(parameter.scope), parameter.name)
        given = [
            self._project.resolver.arguments(parameter.scope, site, NOTHING).get(key)
            for site in sites
        ]
        found = [self._origin(ref.node, ref.scope) for ref in given if ref is not None]
        if not found or max(found) is Origin.UNKNOWN:
            annotation = parameter.annotation
            if isinstance(annotation, ast.Name) and annotation.id in _NUMBERS:
                return Origin.FIXED
            found.append(Origin.UNKNOWN)
        return max(found)


def _is_harmless(node: ast.Call) -> bool:
    """Tell whether a call gives a number, or quotes: `int(x)`, `args.get("page", type=int)`."""
    name = called(node)
    if name in _NUMBERS or any(part in name.lower() for part in _QUOTES):
        return True
    typed = [k.value for k in node.keywords if k.arg == "type"]
    if name == "map":
        typed = node.args[:1]
    return any(isinstance(one, ast.Name) and one.id in _NUMBERS for one in typed)


def _same_as(node: ast.Call) -> ast.expr | None:
    """Return what a call gives back in another form: `str(this)`, `this.strip()`."""
    name, given = called(node), node.args
    if name == "map" and len(given) > 1:
        return given[1]
    if name in _TAKEN and given:
        return given[0]
    if name in _LIKE_BEFORE and isinstance(node.func, ast.Attribute):
        return node.func.value
    return None


def _guarded(project: Project) -> Iterator[tuple[int, str]]:
    """Return the names that are looked for in something: `if sort not in SORTABLE`."""
    for spot in project.nodes.of(ast.Compare):
        match spot.node:
            case ast.Compare(left=ast.Name(id=name), ops=[ast.In() | ast.NotIn()]):
                if not isinstance(spot.node.comparators[0], ast.Constant):
                    yield id(spot.scope), name


def _added(project: Project) -> Mapping[tuple[int, str], list[ast.expr]]:
    """Return what is added to lists and sets, by the scope and name of each."""
    found: dict[tuple[int, str], list[ast.expr]] = {}
    for site in project.sites():
        match site.call.func:
            case ast.Attribute(value=ast.Name(id=name)) if called(site.call) in _ADDS:
                home = site.scope.home(name)
                if home is not None and home.parent is not None:
                    found.setdefault((id(home), name), []).extend(site.call.args[-1:])
    return found

"""Which expressions hold what came from outside: a request, a record, a caller."""

import ast
from collections.abc import Iterator

from flaskgrade.flaskapp.contexts import proxy_of
from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.nodes import Spot
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import (
    Assigned,
    Binding,
    FunctionNode,
    Looped,
    Parameter,
    Scope,
)
from flaskgrade.flaskapp.values import NOTHING

STEPS = 60  # expressions that one is followed through
SANITIZERS = frozenset(
    {
        *("escape", "clean", "sanitize", "sanitise", "sanitize_html", "clean_html", "linkify"),
        *("striptags", "strip_tags", "quoteattr", "html_params", "forceescape"),
    }
)
_KEEPS = frozenset(  # methods whose result holds what they are called on, or are given
    {
        *("strip", "replace", "lower", "upper", "title", "capitalize", "get", "join", "format"),
        *("decode", "get_json", "rstrip", "lstrip", "format_map"),
    }
)
_ASKING = frozenset(
    {
        *("query", "session", "objects", "select", "get_or_404", "first_or_404", "one_or_404"),
        *("scalar", "scalars", "execute", "find_one", "fetchone", "fetchall", "first"),
    }
)
_TRUSTED = frozenset({"self", "cls", "field", "app", "config", "settings"})


class Outside:
    """Answers for the expressions of a project.

    `careful` are the ids of functions that clean or escape something; `cleaned` is what these make.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        cleaning = [site.scope for site in project.sites() if called(site.call) in SANITIZERS]
        own = {scope.qualname.split(".")[-1] for scope in cleaning if scope.parent is not None}
        cleaning.extend(site.scope for site in project.sites() if called(site.call) in own)
        self.careful = {id(scope) for inner in cleaning for scope in _around(inner)}
        self.cleaned = frozenset(own | {name for scope in _once(cleaning) for name in _made(scope)})

    def holds(self, node: ast.expr, scope: Scope) -> bool:
        """Tell whether an expression holds a value that came from outside, as it came."""
        pending: list[tuple[ast.expr, Scope]] = [(node, scope)]
        seen: set[int] = set()
        while pending and len(seen) < STEPS:
            at, where = pending.pop()
            if id(at) in seen:
                continue
            seen.add(id(at))
            if self._is_outside(at, where):
                return True
            pending.extend(self._parts(at, where))
        return False

    def from_request(self, node: ast.expr, scope: Scope) -> bool:
        """Tell whether an expression is a part of the request."""
        root = _root(node)
        return (
            isinstance(root, ast.Name)
            and proxy_of(Spot(node=root, scope=scope)) == "request"
            and root is not node
        )

    def _is_outside(self, node: ast.expr, scope: Scope) -> bool:
        root = _root(node)
        if not isinstance(root, ast.Name) or root.id in _TRUSTED or _escapes_by_hand(node):
            return False
        if root is node:
            return self._comes_unseen(root, scope)
        if root.id == "form":
            return isinstance(node, ast.Attribute) and node.attr == "data"
        return (
            root.id == "current_user"
            or self.from_request(node, scope)
            or (
                _is_part(node)
                and any(_is_record(one) for one in _bindings(root, scope) if one.scope.function)
            )
        )

    def _comes_unseen(self, node: ast.Name, scope: Scope) -> bool:
        """Tell whether a name is a parameter of a function that the project itself never calls."""
        return any(
            isinstance(one, Parameter) and not self._project.resolver.callers.get(id(one.scope))
            for one in _bindings(node, scope)
        )

    def _parts(self, node: ast.expr, scope: Scope) -> Iterator[tuple[ast.expr, Scope]]:
        if isinstance(node, ast.Name):
            yield from self._meanings(node, scope)
        elif isinstance(node, ast.Call):
            yield from ((part, scope) for part in _kept(node))
        else:
            yield from ((part, scope) for part in _pieces(node))

    def _meanings(self, node: ast.Name, scope: Scope) -> Iterator[tuple[ast.expr, Scope]]:
        """Return what a name is given in functions: assigned, in a loop, by a caller."""
        for one in _bindings(node, scope):
            if one.scope.function is None:
                continue
            if isinstance(one, Assigned | Looped):
                yield one.value, one.scope
            elif isinstance(one, Parameter) and node.id not in _TRUSTED:
                for site in self._project.resolver.callers.get(id(one.scope), ())[:STEPS]:
                    given = self._project.resolver.arguments(one.scope, site, NOTHING)
                    ref = given.get((id(one.scope), node.id))
                    if ref is not None:
                        yield ref.node, ref.scope


def _pieces(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.JoinedStr(values=values):
            return [part.value for part in values if isinstance(part, ast.FormattedValue)]
        case ast.BinOp(left=left, right=right, op=ast.Add() | ast.Mod()):
            return [left, right]
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.BoolOp(values=parts):
            return parts
        case ast.IfExp(body=body, orelse=orelse):
            return [body, orelse]
        case ast.GeneratorExp(elt=part) | ast.ListComp(elt=part):
            return [part]
    return []


def _kept(call: ast.Call) -> list[ast.expr]:
    """Return what the result of a call holds of its arguments, and of what it is called on."""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    match call.func:
        case ast.Name(id="str"):
            return given
        case ast.Attribute(value=owner, attr=attr) if attr in _KEEPS:
            return [] if _escapes_by_hand(call) or _is_markup(owner) else [owner, *given]
    return []


def _is_record(binding: Binding) -> bool:
    """Tell whether a name is an element of something, given by a caller, or asked for."""
    if not isinstance(binding, Assigned):
        return isinstance(binding, Parameter | Looped)
    at = binding.value
    for _ in range(STEPS):
        if isinstance(at, ast.Attribute):
            if at.attr in _ASKING:
                return True
            at = at.value
        elif isinstance(at, ast.Call | ast.Await):
            at = at.func if isinstance(at, ast.Call) else at.value
        else:
            break
    return False


def _bindings(node: ast.Name, scope: Scope) -> tuple[Binding, ...]:
    home = scope.home(node.id)
    return () if home is None else tuple(home.bindings[node.id][:STEPS])


def _root(node: ast.expr) -> ast.expr:
    """Return what an expression begins with: `a` of `a.b["c"].get("d")`."""
    at = node
    while True:
        if isinstance(at, ast.Attribute | ast.Subscript):
            at = at.value
        elif isinstance(at, ast.Call) and isinstance(at.func, ast.Attribute):
            if at.func.attr not in _KEEPS:
                return at
            at = at.func.value
        else:
            return at


def _is_markup(node: ast.expr) -> bool:
    """Tell whether a text is Markup already, whose methods escape what they are given."""
    return isinstance(node, ast.Call) and called(node) in {"Markup", "escape"}


def _escapes_by_hand(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and any(
        isinstance(argument, ast.Constant) and argument.value == "&lt;" for argument in node.args
    )


def _is_part(node: ast.expr) -> bool:
    """Tell whether an expression is an attribute or an element: `a.b`, `a["b"]`, `a.get("b")`."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr == "get"
    return isinstance(node, ast.Attribute | ast.Subscript)


def _once(scopes: list[Scope]) -> tuple[Scope, ...]:
    return tuple({id(scope): scope for scope in scopes}.values())


def _made(scope: Scope) -> Iterator[str]:
    """Return the names that a function gives to what it has made: attributes, arguments, keys."""
    for node in ast.walk(scope.node) if isinstance(scope.node, FunctionNode) else ():
        match node:
            case ast.Attribute(attr=name, ctx=ast.Store()) | ast.keyword(arg=str() as name):
                yield name
            case ast.Dict(keys=keys):
                yield from (
                    key.value
                    for key in keys
                    if isinstance(key, ast.Constant) and isinstance(key.value, str)
                )
            case _:
                continue


def _around(scope: Scope) -> Iterator[Scope]:
    at: Scope | None = scope
    while at is not None:
        if isinstance(at.node, FunctionNode):
            yield at
        at = at.parent

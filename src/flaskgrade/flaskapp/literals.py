"""Which texts written in the source an expression may come to, and by which way."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Scope
from flaskgrade.flaskapp.values import Literal
from flaskgrade.model.evidence import Location

DEPTH = 12  # of expressions within expressions

# What reads a setting and takes what to use where there is none.
_READERS = frozenset({"get", "getenv", "getattr", "setdefault", "pop", "config", "str", "string"})


@dataclass(frozen=True, kw_only=True)
class Text:
    """A non-empty text in the source; a fallback is one that something else may replace.

    `name`: the variable, attribute or key that it is read by, where it is not written right there.
    """

    value: str
    location: Location
    fallback: bool
    name: str = ""


def texts(project: Project, node: ast.expr, scope: Scope) -> Iterator[Text]:
    """Return the non-empty texts that the expression may be, leftmost first."""
    pending: list[tuple[ast.expr, bool, int]] = [(node, False, 0)]
    while pending:
        at, fallback, depth = pending.pop()
        if isinstance(at, ast.Constant):
            yield from _shown(at.value, at, scope, fallback=fallback)
        elif isinstance(at, ast.Name | ast.Attribute | ast.Subscript):
            for value in project.values(at, scope):
                if isinstance(value, Literal):
                    yield from _shown(value.value, at, scope, fallback=fallback)
        elif depth < DEPTH:
            parts = [(part, fallback or other, depth + 1) for part, other in _parts(at)]
            pending.extend(reversed(parts))


def _shown(value: object, node: ast.expr, scope: Scope, *, fallback: bool) -> Iterator[Text]:
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if isinstance(value, str) and value.strip():
        yield Text(value=value, location=scope.place(node), fallback=fallback, name=_read_by(node))


def _read_by(node: ast.expr) -> str:
    match node:
        case (
            ast.Name(id=name)
            | ast.Attribute(attr=name)
            | ast.Subscript(slice=ast.Constant(value=str() as name))
        ):
            return name
    return ""


def _parts(node: ast.expr) -> Iterator[tuple[ast.expr, bool]]:
    """Return what an expression may come to, and whether that is by default only."""
    match node:
        case ast.BoolOp(op=ast.Or(), values=[first, *others]):
            yield first, False
            yield from ((other, True) for other in others)
        case ast.IfExp(body=body, orelse=orelse):
            yield from ((body, True), (orelse, True))
        case ast.Call(func=ast.Attribute(value=inner, attr="encode" | "strip")):
            yield inner, False
        case ast.Call(func=ast.Name(id="str" | "bytes"), args=[inner, *_]):
            yield inner, False
        case ast.Call():
            default = default_of(node)
            if default is not None:
                yield default, True
        case _:
            return


def default_of(call: ast.Call) -> ast.expr | None:
    """Return what a call that reads a setting gives where there is none: `get("X", this)`."""
    name = called(call)
    if name not in _READERS and "env" not in name.lower():
        return None
    for keyword in call.keywords:
        if keyword.arg in {"default", "fallback"}:
            return keyword.value
    position = 2 if name == "getattr" else 1
    return call.args[position] if len(call.args) > position else None


def key_of(call: ast.Call) -> str | None:
    """Return the name of the setting that a call reads, if it is written there."""
    position = 1 if called(call) == "getattr" else 0
    match call.args[position : position + 1]:
        case [ast.Constant(value=str() as key)]:
            return key
    return None


def called(call: ast.Call) -> str:
    """Return the last part of what is called."""
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""

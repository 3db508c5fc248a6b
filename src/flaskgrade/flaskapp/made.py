"""What an expression is made of: its constants and calls, those behind its names included."""

import ast
from dataclasses import dataclass

from flaskgrade.flaskapp.scopes import Assigned, Binding, Defined, Looped, Parameter, Scope

STEPS = 400  # expressions that are looked at
LONG = 40  # characters of a text that is no mere name of something
_PLAIN = (
    *(ast.Constant, ast.Name, ast.Attribute, ast.Call, ast.Add, ast.Div, ast.BinOp),
    *(ast.Tuple, ast.keyword, ast.expr_context, ast.JoinedStr, ast.FormattedValue),
)
_READING = frozenset(  # what may be done to a file's text on its way
    {
        *("open", "read", "read_text", "read_bytes", "strip", "rstrip", "lstrip", "Path"),
        *("PurePath", "join", "joinpath", "dirname", "abspath", "realpath", "resolve", "str"),
        *("fspath", "compile", "basename", "normpath", "absolute", "cwd", "getcwd"),
        *("glob", "rglob", "sorted", "list", "iter"),
    }
)
_KEYWORDS = frozenset({"encoding", "mode", "errors", "filename", "flags", "dont_inherit"})
_Valued = Assigned | Looped


@dataclass(frozen=True, kw_only=True)
class Made:
    """What an expression is made of.

    `plain` says that at most a file is read: nothing is computed, and nothing comes from elsewhere.
    """

    texts: tuple[str, ...]
    data: bool  # bytes
    plain: bool
    given: bool  # in part by whoever calls the function
    request: bool  # by who sends a request alone


def made_of(node: ast.expr, scope: Scope) -> Made:
    """Take an expression apart, up to a limit; beyond that it is not plain."""
    texts: list[str] = []
    names: set[str] = set()
    data = given = False
    plain = True
    pending: list[tuple[ast.AST, Scope]] = [(node, scope)]
    seen: set[int] = set()
    while pending:
        at, where = pending.pop()
        if id(at) in seen:
            continue
        seen.add(id(at))
        plain = plain and isinstance(at, _PLAIN) and len(seen) <= STEPS
        if len(seen) > STEPS:
            break
        match at:
            case ast.Constant(value=str(text)):
                texts.append(text)
            case ast.Constant(value=bytes()):
                data = True
            case ast.Name(id=name):
                names.add(name)
                bound = _bindings(name, where)
                pending.extend((b.value, b.scope) for b in bound if isinstance(b, _Valued))
                given = given or any(isinstance(b, Parameter) for b in bound)
                # Such as an `open` of one's own.
                plain = plain and not any(isinstance(b, Parameter | Defined) for b in bound)
            case ast.Call(func=function):
                last = function.attr if isinstance(function, ast.Attribute) else None
                called = last or getattr(function, "id", "")
                plain = plain and called in _READING
            case ast.keyword(arg=word):
                plain = plain and word in _KEYWORDS
        pending.extend((child, where) for child in ast.iter_child_nodes(at))
    long = max(map(len, texts), default=0) > LONG
    return Made(
        texts=tuple(texts),
        data=data,
        plain=plain and not data,
        given=given,
        request="request" in names and not (data or given or long),
    )


def _bindings(name: str, scope: Scope) -> list[Binding]:
    home = scope.home(name)
    return [] if home is None else home.bindings[name]

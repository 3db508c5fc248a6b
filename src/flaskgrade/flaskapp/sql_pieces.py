"""A text that is put together, as its pieces: what is written, and the expressions in between."""

import ast
import re
import string
from collections.abc import Callable, Mapping
from typing import Any

from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Scope
from flaskgrade.flaskapp.sql_text import PIECES, SPECIFIER, operands, template_of

Piece = str | ast.expr

CHARACTERS = 20_000  # of a text that is filled in
_AROUND = 200  # characters before a gap that tell what it stands for
# A column, a table or a whole clause may be anywhere else: it cannot be a bound parameter.
_VALUE = re.compile(
    r"""(?: [=<>] | \b(?:I?LIKE|BETWEEN|LIMIT|OFFSET) | \bIN\s*\([^()]* | \bVALUES\s*\([^()]* )$""",
    re.VERBOSE | re.IGNORECASE,
)
_NAME_GOES_ON = re.compile(
    r"""["`\]]?\s{0,9}(?:\.|=|<|>|\bIS\b|\bIN\b|\bI?LIKE\b)""", re.IGNORECASE
)


def pieces(project: Project, node: ast.expr, scope: Scope) -> tuple[Piece, ...]:
    """Return the pieces of a text; nothing if the expression puts no text together."""
    match node:
        case ast.JoinedStr():
            return tuple(_formatted(part) for part in node.values[:PIECES])
        case ast.BinOp(op=ast.Mod()):
            return _filled(project, node, scope)
        case ast.BinOp(op=ast.Add()):
            parts = operands(node, set())
            return tuple(
                inner for part in parts for inner in (pieces(project, part, scope) or _as_is(part))
            )
        case ast.Call(func=ast.Attribute(value=template)) if called(node) == "format":
            text = template_of(project, template, scope)
            return () if text is None else tuple(_fields(text[:CHARACTERS], node))
    return ()


def made_of(node: ast.expr) -> tuple[ast.expr, ...] | None:
    """Return what decides where an expression comes from; None if that is for others to tell."""
    parts = _PARTS.get(type(node))
    return None if parts is None else parts(node)


def is_value(before: str, after: str, *, quoted: bool) -> bool:
    """Tell whether a gap between two texts is where a value stands, and no name or clause."""
    if quoted:
        return True
    start = before[-_AROUND:].rstrip(' \t\n"%')
    return bool(_VALUE.search(start)) and not _NAME_GOES_ON.match(after[:_AROUND])


def _operation(node: ast.BinOp) -> tuple[ast.expr, ...]:
    if isinstance(node.op, ast.Sub | ast.Div | ast.FloorDiv | ast.Pow):
        return ()  # of numbers
    if isinstance(node.op, ast.Mult) and isinstance(node.left, ast.Constant | ast.List):
        return (node.left,)  # "?, " * many
    return (node.left, node.right)


_PARTS: Mapping[type[ast.expr], Callable[[Any], tuple[ast.expr, ...]]] = {
    ast.Constant: lambda _: (),
    ast.Compare: lambda _: (),
    ast.BinOp: _operation,
    ast.IfExp: lambda node: (node.body, node.orelse),
    ast.BoolOp: lambda node: tuple(node.values),
    ast.List: lambda node: tuple(node.elts),
    ast.Tuple: lambda node: tuple(node.elts),
    ast.Set: lambda node: tuple(node.elts),
    ast.Dict: lambda node: tuple(key for key in node.keys if key is not None),
    ast.ListComp: lambda node: (node.elt,),
    ast.SetComp: lambda node: (node.elt,),
    ast.GeneratorExp: lambda node: (node.elt,),
    ast.DictComp: lambda node: (node.key,),
    ast.Starred: lambda node: (node.value,),
    ast.Await: lambda node: (node.value,),
    ast.NamedExpr: lambda node: (node.value,),
}


def _as_is(node: ast.expr) -> tuple[Piece, ...]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return (node.value,)
    return (node,)


def _formatted(part: ast.expr) -> Piece:
    if isinstance(part, ast.FormattedValue):
        return part.value
    return str(part.value) if isinstance(part, ast.Constant) else part


def _filled(project: Project, node: ast.BinOp, scope: Scope) -> tuple[Piece, ...]:
    """Take `"…%s…" % given` apart; what `%d` fills in is a number."""
    text = template_of(project, node.left, scope)
    if text is None:
        return ()
    text = text[:CHARACTERS]
    given = iter(node.right.elts if isinstance(node.right, ast.Tuple) else (node.right,))
    named = _named(node.right)
    found: list[Piece] = []
    end = 0
    for place in SPECIFIER.finditer(text):
        found.append(text[end : place.start()])
        end = place.end()
        key = re.match(r"%\((\w+)\)", place.group())
        value = named.get(key.group(1), node.right) if key else next(given, node.right)
        found.append(value if place.group()[-1] in "sr" else "0")
    return (*found, text[end:])


def _named(node: ast.expr) -> dict[str, ast.expr]:
    if not isinstance(node, ast.Dict):
        return {}
    pairs = zip(node.keys, node.values, strict=True)
    return {str(k.value): v for k, v in pairs if isinstance(k, ast.Constant)}


def _fields(text: str, call: ast.Call) -> list[Piece]:
    """Take `"…{}…".format(given)` apart."""
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    unknown: ast.expr = ast.copy_location(ast.Name(id="", ctx=ast.Load()), call)
    found: list[Piece] = []
    try:
        fields = list(string.Formatter().parse(text))
    except ValueError:
        return [unknown]
    for position, (written, field, how, _) in enumerate(fields):
        found.append(written)
        if field is None:
            continue
        key = re.split(r"[.\[]", field, maxsplit=1)[0]
        at = int(key) if key.isascii() and key.isdigit() and len(key) < 4 else position  # noqa: PLR2004 - of arguments
        positional = call.args[at] if at < len(call.args) else unknown
        value = named.get(key, unknown) if key and not key.isdigit() else positional
        found.append("0" if how and how[-1:] in "dfx" else value)
    return found

"""SQL that is put together as text, with values in it that are not known here.

A text is SQL when it begins as a statement does, or has a condition on a column. Numbers, names and
texts that are written in the source may be put in; what else goes in, nobody can vouch for.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Looped, Parameter, Scope
from flaskgrade.flaskapp.values import Literal
from flaskgrade.model.evidence import Location

GAP = "\x00"  # where a value goes in
CHARACTERS = 5_000  # of a text; statements show what they are at their beginning
PIECES = 400  # of a text that is put together with `+`

_NAME = r"[\w.\"`\[\]\x00%{}]+"
_STATEMENT = re.compile(
    rf"""^[\s(]*(?:
      SELECT\s.*?\sFROM\s | SELECT\s+(?:\*|COUNT|DISTINCT|{_NAME}\s*,)
    | INSERT\s+(?:OR\s+\w+\s+|IGNORE\s+)?INTO\s | REPLACE\s+INTO\s | DELETE\s+FROM\s
    | UPDATE\s+{_NAME}\s+SET\s | WITH\s+{_NAME}\s+AS\s*\(
    | (?:CREATE|DROP|ALTER|TRUNCATE)\s+
      (?:OR\s+REPLACE\s+|UNIQUE\s+|TEMP(?:ORARY)?\s+|MATERIALIZED\s+)?
      (?:TABLE|INDEX|VIEW|DATABASE|SCHEMA|SEQUENCE|TRIGGER|EXTENSION|TYPE|ROLE|USER)\s
    | PRAGMA\s+\S | TRUNCATE\s+{_NAME} | VACUUM\s | GRANT\s.*?\sON\s | CALL\s+{_NAME}\(
    | EXPLAIN\s+(?:QUERY|SELECT|ANALYZE) | ATTACH\s+(?:DATABASE\s)?.*\sAS\s
    | USE\s+(?:DATABASE\s+|SCHEMA\s+|WAREHOUSE\s+|ROLE\s+)?{_NAME}\s*;?\s*$
    | SHOW\s+(?:FULL\s+)?(?:TABLES|COLUMNS|DATABASES|SCHEMAS|CREATE)\s
    | DESC(?:RIBE)?\s+(?:TABLE\s+)?{_NAME}\s*;?\s*$ | LOCK\s+TABLES?\s
    | SET\s+(?:LOCAL\s+|SESSION\s+)?(?:search_path|ROLE)\s | REFRESH\s+MATERIALIZED\s
    )""",
    re.VERBOSE | re.DOTALL,
)
_CONDITION = re.compile(
    rf"""(?:(?:^|\s)(?:WHERE|HAVING)|^\s*(?:AND|OR))\s+\(?{_NAME}\s*(?:=|<|>|!=|I?LIKE\s|IN\s*\()
    | (?:^|\s)(?:(?:ORDER|GROUP)\s+BY|LIMIT)\s+{_NAME} | (?:^|\s)(?:LEFT|INNER)\s+JOIN\s
    | (?:^|\s)(?:VALUES\s*\( | WHERE\s+{_NAME}$)
    """,
    re.VERBOSE,
)
_LOWER = re.compile(  # prose begins with a capital letter, and goes on in another way
    rf"""^[\s(]*(?:
      select\s.+?\sfrom\s+{_NAME}\s*(?:$|;|,|\)|where\s|limit\s|order\s|group\s|join\s|as\s)
    | insert\s+into\s+{_NAME}.*\bvalues | delete\s+from\s+{_NAME}\s*(?:$|;|where\s)
    | update\s+{_NAME}\s+set\s+{_NAME}\s*= | (?:create|drop|alter)\s+(?:table|database|index)\s
    | attach\s+database\s.*\sas\s
    )""",
    re.VERBOSE | re.DOTALL,
)
_NAMES = (ast.Name, ast.Attribute, ast.Subscript)
SPECIFIER = re.compile(r"%(?:\(\w+\))?[-#0 +]*\d*(?:\.\d+)?[sdifrx]")
FIELD = re.compile(r"(?<!\{)\{[^{}]*\}")

MOST_BINDINGS = 100  # of one name; what is bound more often is not followed


@dataclass(frozen=True, kw_only=True)
class SqlText:
    """A line that puts values into SQL."""

    how: str  # "%", "format", "f-string", "+"
    location: Location


@dataclass(frozen=True, kw_only=True, eq=False)
class BuiltSql:
    """An expression that puts values into SQL."""

    how: str
    node: ast.expr
    scope: Scope
    location: Location


def find_sql_texts(project: Project) -> tuple[SqlText, ...]:
    """Return the lines outside the tests that put values into SQL, each once."""
    return tuple(SqlText(how=one.how, location=one.location) for one in built_sql(project))


def built_sql(project: Project) -> tuple[BuiltSql, ...]:
    """Return the expressions outside the tests that put values into SQL, one a line."""
    found: dict[Location, BuiltSql] = {}
    for one in (*_joined(project), *_operations(project), *_formats(project)):
        found.setdefault(one.location, one)
    return tuple(
        sorted(found.values(), key=lambda one: (one.location.path, one.location.line or 0))
    )


def is_sql(text: str) -> bool:
    """Tell whether a text is SQL, or a part of it that can stand alone."""
    start = text[:CHARACTERS]
    return bool(_STATEMENT.search(start) or _CONDITION.search(start) or _LOWER.search(start))


def _built(how: str, node: ast.expr, scope: Scope) -> BuiltSql:
    return BuiltSql(how=how, node=node, scope=scope, location=scope.place(node))


def _joined(project: Project) -> Iterator[BuiltSql]:
    for spot in project.nodes.of(ast.JoinedStr):
        pieces = [_piece(project, part, spot.scope) for part in spot.node.values]
        text = "".join(pieces)
        if GAP in text and is_sql(text):
            yield _built("f-string", spot.node, spot.scope)


def _piece(project: Project, part: ast.expr, scope: Scope) -> str:
    if isinstance(part, ast.FormattedValue):
        known = known_text(project, part.value, scope)
        return GAP if known is None else known
    return str(part.value) if isinstance(part, ast.Constant) else GAP


def _operations(project: Project) -> Iterator[BuiltSql]:
    inner: set[int] = set()
    for spot in project.nodes.of(ast.BinOp):
        if id(spot.node) in inner:
            continue
        if isinstance(spot.node.op, ast.Mod):
            yield from _percent(project, spot.node, spot.scope)
        elif isinstance(spot.node.op, ast.Add):
            parts = list(operands(spot.node, inner))
            pieces = [_part(project, part, spot.scope) for part in parts]
            text = "".join(pieces)
            written = "".join(piece for piece in pieces if piece != GAP)
            if GAP in text and written.strip() and is_sql(text):
                yield _built("+", spot.node, spot.scope)


def operands(node: ast.BinOp, inner: set[int]) -> Iterator[ast.expr]:
    """Return the parts of `a + b + c`, in order; what is taken apart is noted in `inner`."""
    parts: list[ast.expr] = []
    pending: list[ast.expr] = [node]
    while pending and len(parts) < PIECES:
        at = pending.pop()
        if isinstance(at, ast.BinOp) and isinstance(at.op, ast.Add):
            inner.add(id(at))
            pending.extend((at.right, at.left))  # the left one is taken next
        else:
            parts.append(at)
    yield from parts


def _part(project: Project, node: ast.expr, scope: Scope) -> str:
    """Return an operand's text; an f-string, a `%` or a call is a text of its own."""
    match node:
        case ast.Constant(value=value):
            return str(value)
        case ast.JoinedStr():
            return "".join(str(v.value) for v in node.values if isinstance(v, ast.Constant))
        case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str() as text)):
            return text
        case ast.Call(func=ast.Attribute(attr="format", value=ast.Constant(value=str() as text))):
            return text
    known = known_text(project, node, scope)
    return GAP if known is None else known


def _percent(project: Project, node: ast.BinOp, scope: Scope) -> Iterator[BuiltSql]:
    template = template_of(project, node.left, scope)
    if template is None or not SPECIFIER.search(template) or not is_sql(template):
        return
    given = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
    if isinstance(node.right, ast.Dict):
        given = list(node.right.values)
    if any(known_text(project, one, scope) is None for one in given):
        yield _built("%", node, scope)


def _formats(project: Project) -> Iterator[BuiltSql]:
    for site in project.sites():
        function = site.call.func
        if not isinstance(function, ast.Attribute) or called(site.call) not in {
            "format",
            "format_map",
        }:
            continue
        template = template_of(project, function.value, site.scope)
        if template is None or not FIELD.search(template) or not is_sql(template):
            continue
        given = (*site.call.args, *(keyword.value for keyword in site.call.keywords))
        if any(known_text(project, one, site.scope) is None for one in given):
            yield _built("format", site.call, site.scope)


def template_of(project: Project, node: ast.expr, scope: Scope) -> str | None:
    """Return the text that `%` or `format` fills in, if it is written in the source."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = [_part(project, part, scope) for part in operands(node, set())]
        return "".join(parts)
    if isinstance(node, ast.JoinedStr):
        return None  # found as an f-string
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    found = project.resolver.texts(node, scope) if isinstance(node, _NAMES) else ()
    return found[0] if found else None


def known_text(project: Project, node: ast.expr, scope: Scope) -> str | None:
    """Return the text or number that an expression always is, if it is written in the source."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.Call):
        return "?" if repeats(node) else None
    if not isinstance(node, (*_NAMES, ast.IfExp)) or _varies(node, scope):
        return None
    values = project.values(node, scope)
    texts = [str(value.value) for value in values if isinstance(value, Literal)]
    if not texts or len(texts) < len(values) or any("{}" in text for text in texts):
        return None
    return texts[0]


def repeats(call: ast.Call) -> bool:
    """Tell whether a call repeats what is written: `",".join("?" * n)`, `", ".join("?" for …)`."""
    match call:
        case ast.Call(func=ast.Attribute(attr="join", value=ast.Constant()), args=[given]):
            if isinstance(given, ast.GeneratorExp | ast.ListComp):
                return isinstance(given.elt, ast.Constant)
            if isinstance(given, ast.BinOp) and isinstance(given.op, ast.Mult):
                left = given.left
                parts = left.elts if isinstance(left, ast.List | ast.Tuple) else [left]
                return all(isinstance(part, ast.Constant) for part in parts)
    return False


def _varies(node: ast.expr, scope: Scope) -> bool:
    """Tell whether a name is a parameter or a loop's: not all that it may be is ever seen."""
    if not isinstance(node, ast.Name):
        return False
    home = scope.home(node.id)
    bound = home.bindings[node.id] if home is not None else ()
    if len(bound) > MOST_BINDINGS:
        return True
    return any(isinstance(binding, Parameter | Looped) for binding in bound)

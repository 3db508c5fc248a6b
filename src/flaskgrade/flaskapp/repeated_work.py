"""Work that many views begin or end with, copied from one to the next."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from flaskgrade.flaskapp.facts import Route
from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Assigned, FunctionNode, Looped, Parameter, Scope
from flaskgrade.flaskapp.view_functions import view_functions
from flaskgrade.model.evidence import Location

COPIES = 4  # views that do the same
HEAD = 4  # statements that a view begins with
SMALL = 60  # nodes of a statement that is compared at all
SHOWN = 60  # characters

# What a view does for itself, though others do it as well.
_OWN = frozenset(
    {
        *("commit", "flush", "rollback", "remove", "clear", "flash", "print", "pop", "abort"),
        *("close", "begin", "update", "append", "add", "invalidate", "sleep", "__init__"),
    }
)
# Of a request: what is looked at there is this view's input, and no matter of all.
_INPUT = frozenset(
    {
        *("method", "json", "form", "args", "get_json", "data", "files", "values", "is_json"),
        *("get_data", "mimetype", "content_type", "validate_on_submit", "validate", "view_args"),
    }
)
_ERROR = range(400, 600)
_OF_ONE_ANSWER = frozenset({"content-type", "location", "content-disposition", "etag"})


@dataclass(frozen=True, kw_only=True)
class Repeated:
    """What is done in the same way in several views, and where each of them does it."""

    work: str
    places: tuple[Location, ...]


class _Work(NamedTuple):
    key: str
    shown: str
    location: Location


def find_repeated_work(project: Project, routes: tuple[Route, ...]) -> tuple[Repeated, ...]:
    """Return what at least `COPIES` views do alike: most often done first.

    They call the same function before all else and drop its answer; they refuse for the same
    reason; they close what they all have opened; or they give their answers the same header.
    """
    found: dict[str, dict[int, _Work]] = defaultdict(dict)
    headers = _headers(project)
    for view in view_functions(project, routes):
        for work in (*_begun(view), *_closed(project, view), *headers.get(id(view), ())):
            found[work.key].setdefault(id(view), work)
    kept = [list(works.values()) for works in found.values() if len(works) >= COPIES]
    return tuple(
        Repeated(work=works[0].shown, places=tuple(work.location for work in works))
        for works in sorted(kept, key=lambda works: (-len(works), works[0].key))
    )


def _begun(view: Scope) -> Iterator[_Work]:
    """Return the calls and refusals that a view begins with."""
    local = _local(view)
    got: dict[str, str] = {}  # name → what it was got by, where that is the same for all views
    for statement in _head(view):
        match statement:
            case ast.Expr(value=ast.Call() as call) if called(call) not in _OWN:
                key = _key(call, local)
                if key is not None:
                    yield _Work(key, _shown(call), view.place(statement))
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                key = _key(call, local)
                if key is not None:
                    got[name] = key
            case ast.If(test=test) if _refuses(statement):
                key = _key(test, local - got.keys())
                if key is not None:
                    by = sorted(got[name] for name in _names(test) & got.keys())
                    yield _Work(f"if {key} {by}", f"if {_shown(test)}", view.place(statement))
            case _:
                continue


def _head(view: Scope) -> Iterator[ast.stmt]:
    node = view.node
    if not isinstance(node, FunctionNode):
        return
    body = node.body[ast.get_docstring(node, clean=False) is not None :]
    for statement in body[:HEAD]:
        if isinstance(statement, ast.Try):
            yield from statement.body[:HEAD]
        elif statement is not body[-1]:
            yield statement


def _local(view: Scope) -> frozenset[str]:
    """Return the names whose values are the view's own; `self` is the same in all of a class."""
    return frozenset(
        name
        for name, bindings in view.bindings.items()
        if name != "self"
        and any(isinstance(one, Assigned | Looped | Parameter) for one in bindings)
    )


def _key(node: ast.expr, local: frozenset[str]) -> str | None:
    """Return what is the same in each copy; None for what is the view's own, or its input."""
    nodes = _few(node)
    if nodes is None:
        return None
    for one in nodes:
        if isinstance(one, ast.Name) and one.id in local:
            return None
        if isinstance(one, ast.Attribute) and one.attr in _INPUT:
            return None
    return ast.dump(node)


def _few(node: ast.AST) -> list[ast.AST] | None:
    """Return all nodes of an expression, None if they are many."""
    found, pending = [], [node]
    while pending:
        at = pending.pop()
        found.append(at)
        if len(found) > SMALL:
            return None
        pending.extend(ast.iter_child_nodes(at))
    return found


def _names(node: ast.expr) -> set[str]:
    return {one.id for one in _few(node) or () if isinstance(one, ast.Name)}


def _shown(node: ast.expr) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _refuses(statement: ast.If) -> bool:
    """Tell whether a condition ends the view with an error, or sends its caller elsewhere."""
    last = statement.body[-1]
    match last:
        case ast.Raise():
            return True
        case ast.Expr(value=ast.Call() as call):
            return called(call) == "abort"
        case ast.Return(value=ast.expr() as value):
            nodes = _few(value) or []
            return _is_negative(statement.test) or any(
                isinstance(one, ast.Constant) and isinstance(one.value, int) and one.value in _ERROR
                for one in nodes
            )
    return False


def _is_negative(test: ast.expr) -> bool:
    """Tell whether it asks for what is missing: `not user`, `"user" not in session`."""
    match test:
        case ast.UnaryOp(op=ast.Not()):
            return True
        case ast.Compare(ops=[ast.NotIn() | ast.NotEq()]):
            return True
        case ast.Compare(ops=[ast.Is() | ast.Eq()], comparators=[ast.Constant(value=None)]):
            return True
        case ast.BoolOp(values=values):
            return any(map(_is_negative, values))
    return False


def _closed(project: Project, view: Scope) -> Iterator[_Work]:
    """Return what a view opens by a call and closes itself, files left out."""
    for site in project.sites_within(view):
        match site.call.func:
            case ast.Attribute(value=ast.Name(id=name), attr="close") if site.scope is view:
                for binding in view.bindings.get(name, ())[:COPIES]:
                    match binding:
                        case Assigned(value=ast.Call() as made, steps=()) if (
                            called(made) not in {"open", "cursor", "urlopen"}
                            and _few(made.func) is not None
                        ):
                            yield _Work(
                                f"close {ast.dump(made.func)}",
                                f"{name}.close() after {_shown(made.func)}()",
                                site.location,
                            )
                        case _:
                            continue


def _headers(project: Project) -> dict[int, list[_Work]]:
    """Return the headers with a value that the source decides, by the view that sets them."""
    found: dict[int, list[_Work]] = defaultdict(list)
    for spot in project.nodes.of(ast.Assign):
        match spot.node:
            case ast.Assign(
                targets=[
                    ast.Subscript(
                        value=ast.Attribute(attr="headers"), slice=ast.Constant(value=str() as name)
                    )
                ],
                value=ast.Constant(value=str() as value),
            ) if name.lower() not in _OF_ONE_ANSWER:
                found[id(spot.scope)].append(
                    _Work(
                        f"header {name.lower()}: {value}",
                        f"the header {name[:SHOWN]}",
                        spot.location,
                    )
                )
            case _:
                continue
    return found

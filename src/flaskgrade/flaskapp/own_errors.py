"""Views that answer errors by themselves, in `except` blocks of their own."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

from flaskgrade.flaskapp.facts import Route
from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import FunctionNode, Scope
from flaskgrade.flaskapp.view_functions import view_functions
from flaskgrade.model.evidence import Location

COPIES = 3  # views that answer the same exception: two may be chance

_BROAD = frozenset({"Exception", "BaseException", ""})
_PAGES = frozenset({"render_template", "redirect", "flash", "render_template_string"})
_LEAVES = frozenset({"abort", "redirect"})
_KEYS = frozenset({"error", "errors", "message", "msg", "detail", "error_message", "err"})
_ERRORS = frozenset(status.name for status in HTTPStatus if status >= HTTPStatus.BAD_REQUEST)


@dataclass(frozen=True, kw_only=True)
class OwnAnswer:
    """A view that turns an exception into an answer; `catches` is empty for every exception."""

    handler: str
    catches: str
    location: Location


def find_own_answers(project: Project, routes: tuple[Route, ...]) -> tuple[OwnAnswer, ...]:
    """Return the first such answer of each view, where a central handler could give it.

    That is so where everything is caught, and where at least `COPIES` views answer the same
    exception. A view that shows its form again, or raises another error, answers none.
    """
    views = {id(view): view for view in view_functions(project, routes)}
    found: dict[str, dict[int, OwnAnswer]] = defaultdict(dict)
    for spot in project.nodes.of(ast.Try):
        view = _view_of(spot.scope, views)
        if view is None:
            continue
        for handler in spot.node.handlers:
            names = set(_names(handler.type))
            if not _answers(handler):
                continue
            for name in {""} if names & _BROAD else names:
                answer = OwnAnswer(
                    handler=view.qualname, catches=name, location=spot.scope.place(handler)
                )
                found[name].setdefault(id(view), answer)
    kept: dict[int, OwnAnswer] = {}
    for name, answers in found.items():
        if not name or len(answers) >= COPIES:
            for key, answer in answers.items():
                kept.setdefault(key, answer)
    return tuple(sorted(kept.values(), key=lambda one: (one.location.path, one.location.line or 0)))


def _view_of(scope: Scope, views: dict[int, Scope]) -> Scope | None:
    at: Scope | None = scope
    while at is not None:
        if id(at) in views:
            return at
        at = at.parent
    return None


def _names(node: ast.expr | None) -> Iterator[str]:
    """Return the exceptions that are caught, empty for all of them."""
    for one in node.elts if isinstance(node, ast.Tuple) else [node]:
        match one:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                yield name
            case None:
                yield ""


def _answers(handler: ast.ExceptHandler) -> bool:
    """Tell whether a handler returns what says that there was an error, and is no page."""
    returned = failed = False
    for node in _own(handler):
        match node:
            case ast.Return(value=ast.Call() as call) if called(call) in _LEAVES:
                return False
            case ast.Return(value=value) if value is not None:
                returned = True
            case ast.Call() if called(node) in _PAGES:
                return False
            case _:
                failed = failed or _says_error(node)
    return returned and failed


def _says_error(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=int() as status):
            return 400 <= status < 600  # noqa: PLR2004  (the statuses of errors)
        case ast.Attribute(attr=name):
            return name in _ERRORS
        case ast.keyword(arg=name):
            return name in _KEYS
        case ast.Dict(keys=keys):
            return any(isinstance(key, ast.Constant) and key.value in _KEYS for key in keys)
    return False


def _own(handler: ast.ExceptHandler) -> Iterator[ast.AST]:
    """Return the nodes of a handler, those of functions in it left out."""
    pending: list[ast.AST] = [*handler.body]
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, FunctionNode | ast.Lambda):
            pending.extend(ast.iter_child_nodes(node))

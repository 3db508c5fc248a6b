"""Views that commit one unit of work in several parts: the first stays if the second fails."""

import ast
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import FunctionNode, Scope
from flaskgrade.flaskapp.sessions import INNER, calls_in, is_commit, is_write
from flaskgrade.flaskapp.values import Code
from flaskgrade.model.evidence import Location

CALLERS = 50  # of a function that commits
LOOPS = 3  # in each other, whose second round is looked at
STATES = 24  # ways through a function that are told apart
DEPTH = 30  # of statements in statements

# What is written down beside the work, in a unit of its own, is no part of it.
_ASIDE = frozenset(
    {
        *("log", "logs", "audit", "audits", "track", "tracking", "notify", "notification"),
        *("notifications", "mail", "mails", "email", "metric", "metrics", "visit", "seen", "ping"),
        *("history", "activity", "activities"),
    }
)


@dataclass(frozen=True, kw_only=True)
class SplitWork:
    """A function that commits, writes again and commits again; by a loop where both are one."""

    function: str
    first: Location
    second: Location


@dataclass(frozen=True)
class _State:
    """How far a way through a function has come."""

    first: int | None = None  # the line of the first commit
    dirty: bool = False  # written since then


# What looks something up, or somebody, may make it if it is missing, or count the attempts.
_LOOKS_UP = frozenset(
    {
        *("get", "load", "find", "fetch", "current", "ensure", "login", "authenticate", "validate"),
        *("verify", "check", "require", "is", "has"),
    }
)
_QUERY = re.compile(r"\s*(?:SELECT|WITH|PRAGMA|CREATE|SHOW|EXPLAIN)\s", re.IGNORECASE)
_States = frozenset[_State]
_Loop = ast.For | ast.AsyncFor | ast.While


def find_split_work(
    project: Project, views: tuple[Scope, ...], commands: Iterable[Scope]
) -> tuple[SplitWork, ...]:
    """Return the views, and the functions that they call, that commit more than once on a way."""
    outside = {id(scope) for scope in (*views, *commands)}
    committers = _committers(project, outside)
    found = []
    for scope in (*views, *_called_by(project, views, outside)):
        split = _Walk(project, scope, committers).split()
        if split is not None:
            found.append(split)
    return tuple(found)


def _committers(project: Project, outside: set[int]) -> frozenset[int]:
    """Return the functions that commit, by themselves or by others that they call.

    A context manager that commits is a unit of work that its user sees.
    """
    pending = [
        scope
        for scope in project.functions()
        if any(is_commit(site.call) for site in project.sites_within(scope))
    ]
    found: set[int] = set()
    while pending:
        scope = pending.pop()
        if id(scope) in found or id(scope) in outside or _is_generator(scope) or _is_aside(scope):
            continue
        found.add(id(scope))
        callers = project.resolver.callers.get(id(scope), ())[:CALLERS]
        pending.extend(
            site.scope
            for site in callers
            if isinstance(site.scope.node, FunctionNode)
            and not _only_reads(project, site.call, site.scope)
        )
    return frozenset(found)


def _called_by(project: Project, views: tuple[Scope, ...], outside: set[int]) -> list[Scope]:
    inside = {id(view) for view in views}
    return [
        scope
        for scope in project.functions()
        if id(scope) not in outside
        and any(
            id(site.scope) in inside
            for site in project.resolver.callers.get(id(scope), ())[:CALLERS]
        )
    ]


def _only_reads(project: Project, call: ast.Call, scope: Scope) -> bool:
    """Tell whether a call is given a query: a helper that runs all kinds may commit after each."""
    texts = project.resolver.texts(call.args[0], scope) if call.args else ()
    return any(map(_QUERY.match, texts))


def _is_generator(scope: Scope) -> bool:
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(scope.node))


def _is_aside(scope: Scope) -> bool:
    """Tell by the words in the names of a function and of its module."""
    path = scope.source.path.removesuffix(".py")
    words = scope.qualname.rpartition(".")[2].lower().strip("_").split("_")
    return words[0] in _LOOKS_UP or not _ASIDE.isdisjoint((*re.split(r"[/_]", path), *words))


@dataclass
class _Walk:
    """One function, walked through on all ways at once."""

    project: Project
    scope: Scope
    committers: frozenset[int]
    found: list[tuple[int, int]] = field(default_factory=list)  # lines of both commits
    loops: int = 0  # around the statement

    def __post_init__(self) -> None:
        """Note how each kind of statement goes on."""
        self._ways: dict[type[ast.stmt], Callable[[Any, _States, int], _States]] = {
            ast.If: self._either,
            ast.For: self._loop,
            ast.AsyncFor: self._loop,
            ast.While: self._loop,
            ast.Try: self._try,
            ast.With: self._with,
            ast.AsyncWith: self._with,
            ast.Match: self._match,
        }

    def split(self) -> SplitWork | None:
        """Return the first second commit, if there is one."""
        node = self.scope.node
        if isinstance(node, FunctionNode) and not _is_generator(self.scope):
            self._block(node.body, frozenset({_State()}), 0)
        if not self.found:
            return None
        first, second = self.found[0]
        path = self.scope.source.path
        return SplitWork(
            function=self.scope.qualname,
            first=Location(path=path, line=first),
            second=Location(path=path, line=second),
        )

    def _block(self, statements: list[ast.stmt], states: _States, depth: int) -> _States:
        """Return the ways that come out at the end of some statements."""
        for statement in statements:
            if not states or self.found or depth > DEPTH:
                break
            states = self._statement(statement, states, depth + 1)
        return states

    def _statement(self, node: ast.stmt, states: _States, depth: int) -> _States:
        if isinstance(node, INNER):
            return states
        if isinstance(node, ast.Return | ast.Raise):
            self._calls(node, states)
            return frozenset()
        way = self._ways.get(type(node))
        return self._calls(node, states) if way is None else _few(way(node, states, depth))

    def _either(self, node: ast.If, states: _States, depth: int) -> _States:
        states = self._calls(node.test, states)
        return self._block(node.body, states, depth) | self._block(node.orelse, states, depth)

    def _loop(self, node: _Loop, states: _States, depth: int) -> _States:
        head = node.test if isinstance(node, ast.While) else node.iter
        states = self._calls(head, states)
        self.loops += 1
        once = self._block(node.body, states, depth)
        if self.loops <= LOOPS:  # in another round
            once |= self._block(node.body, once, depth)
        self.loops -= 1
        return states | once

    def _try(self, node: ast.Try, states: _States, depth: int) -> _States:
        done = self._block([*node.body, *node.orelse], states, depth)
        for handler in node.handlers:  # what was tried has not come to pass
            done |= self._block(handler.body, states, depth)
        return self._block(node.finalbody, _few(done), depth)

    def _with(self, node: ast.With | ast.AsyncWith, states: _States, depth: int) -> _States:
        for item in node.items:
            states = self._calls(item.context_expr, states)
        return self._block(node.body, states, depth)

    def _match(self, node: ast.Match, states: _States, depth: int) -> _States:
        branches = [self._block(case.body, states, depth) for case in node.cases]
        return states.union(*branches)

    def _calls(self, node: ast.stmt | ast.expr, states: _States) -> _States:
        statement = ast.Expr(value=node) if isinstance(node, ast.expr) else node
        for call in reversed(list(calls_in([statement]))):  # arguments come before their call
            if is_commit(call):
                states = frozenset(self._commit(state, call) for state in states)
            elif self._commits(call):
                written = (_written(state) for state in states)
                states = frozenset(self._commit(state, call) for state in written)
            elif is_write(self.project, call, self.scope):
                states = frozenset(map(_written, states))
        return states

    def _commit(self, state: _State, call: ast.Call) -> _State:
        if state.first is not None and state.dirty:
            self.found.append((state.first, call.lineno))
        return _State(first=call.lineno if state.first is None else state.first)

    def _commits(self, call: ast.Call) -> bool:
        return not _only_reads(self.project, call, self.scope) and any(
            isinstance(value, Code) and id(value.scope) in self.committers
            for value in self.project.values(call.func, self.scope)
        )


def _written(state: _State) -> _State:
    return state if state.first is None else _State(first=state.first, dirty=True)


def _few(states: _States) -> _States:
    if len(states) <= STATES:
        return states
    return frozenset(sorted(states, key=lambda s: (s.first or 0, s.dirty))[:STATES])

"""Questions about expressions, answered within a budget.

An answer is a union over all that can be seen, without an order of execution: `bp = None` and a
later `bp = Blueprint(…)` give both. When the budget of a question or of the project is spent,
whatever is left of it is unknown, and an answer is still given.
"""

import ast
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from flaskgrade.flaskapp.expressions import Expressions
from flaskgrade.flaskapp.modules import Modules
from flaskgrade.flaskapp.names import Names, takes_self
from flaskgrade.flaskapp.scopes import FunctionNode, Scanned, Scope, Site
from flaskgrade.flaskapp.values import (
    NOTHING,
    Code,
    Instance,
    Items,
    Known,
    Literal,
    Pairs,
    Ref,
    Value,
)

STEPS = 1_000_000  # ten times what the largest of a dozen open source projects takes
STEPS_EACH = 10_000  # for one question, so that a knot costs the answer to that one alone
DEPTH = 25  # expressions within expressions, each a few Python frames
SHALLOW = 8  # an answer that is cut short from here on has seen all but circles
MANY = 250  # possible values of one expression; more are not told apart


class Resolver:
    """Answers for all expressions of a project."""

    def __init__(self, files: Iterable[Scanned], modules: Modules, steps: int = STEPS) -> None:
        self._names = Names(modules, self)
        self._expressions = Expressions(self._names, self)
        self._steps = steps
        self._left = STEPS_EACH
        self._active: set[tuple[int, int] | tuple[PurePosixPath, str]] = set()
        self._cuts = 0  # how often an answer was left incomplete
        # The node is kept with its answer: an id is free for reuse once its object is gone.
        self._memo: dict[tuple[int, int], tuple[ast.expr, tuple[Value, ...]]] = {}
        self.callers: Mapping[int, Sequence[Site]] = {}
        # Who calls whom is found first, without knowing what callers give, then used for that.
        self.callers = self._find_callers(files)
        self._memo.clear()

    def values(self, node: ast.expr, scope: Scope, known: Known = NOTHING) -> tuple[Value, ...]:
        """Return what the expression may be, most direct first; nothing if it is unknown."""
        key = (id(node), id(scope))
        if not known and key in self._memo:
            return self._memo[key][1]
        if not self._active:
            self._left = STEPS_EACH
        self._left -= 1
        if not self.spend(1) or self._left < 0 or not self._enter(key):
            self._cuts += 1
            return ()
        cuts = self._cuts
        try:
            found = dict.fromkeys(self._expressions.values(node, scope, known))
        finally:
            self._active.discard(key)
        answer = tuple(itertools.islice(found, MANY))
        if not known and (self._cuts == cuts or len(self._active) < SHALLOW):
            self._memo[key] = (node, answer)
        return answer

    def member(self, module: PurePosixPath, name: str) -> tuple[Value, ...]:
        """Return what a name of a module may be."""
        key = (module, name)
        if not self._enter(key):
            self._cuts += 1  # modules that import each other
            return ()
        try:
            return self._names.in_module(module, name)
        finally:
            self._active.discard(key)

    def _enter(self, key: tuple[int, int] | tuple[PurePosixPath, str]) -> bool:
        if key in self._active or len(self._active) > DEPTH:
            return False
        self._active.add(key)
        return True

    def spend(self, steps: int) -> bool:
        """Take steps off the project's budget; tell whether there were any left."""
        self._steps -= steps
        return self._steps >= 0

    def read(self, ref: Ref) -> tuple[Value, ...]:
        """Return what an expression may be, where it stands."""
        return self.values(ref.node, ref.scope, ref.known)

    def direct(self, node: ast.Call, scope: Scope) -> tuple[Instance, ...]:
        """Return the object that this very call makes, not one that a function hands on."""
        return tuple(self._expressions.made(node, scope, NOTHING))

    def lineage(self, owner: Scope) -> Iterator[tuple[int, Value]]:
        """Return what a class derives from, near ones first, each with its distance from 1."""
        return self._names.lineage(owner)

    def texts(self, node: ast.expr, scope: Scope, known: Known = NOTHING) -> tuple[str, ...]:
        """Return the texts that the expression may be, with `{}` for parts that are unknown."""
        return tuple(
            value.value
            for value in self.values(node, scope, known)
            if isinstance(value, Literal) and isinstance(value.value, str)
        )

    def elements(self, node: ast.expr, scope: Scope, known: Known = NOTHING) -> tuple[Ref, ...]:
        """Return the elements of what may be a list, a tuple, a set, or the keys of a mapping."""
        refs: list[Ref] = []
        for value in self.values(node, scope, known):
            if isinstance(value, Items):
                refs.extend(value.refs)
            elif isinstance(value, Pairs):
                refs.extend(key for key, _ in value.refs)
        return tuple(refs)

    def part(self, ref: Ref, steps: tuple[int, ...]) -> tuple[Ref, ...]:
        """Return the element of an element … of a value."""
        refs: tuple[Ref, ...] = (ref,)
        for step in steps:
            inner = (self.elements(outer.node, outer.scope, outer.known) for outer in refs)
            refs = tuple(elements[step] for elements in inner if step < len(elements))
        return refs

    def rounds(
        self, target: ast.expr, iterated: ast.expr, scope: Scope, known: Known
    ) -> Iterator[Known]:
        """Return what a loop's names are in each of its rounds; nothing if that is unknown."""
        for element in self.elements(iterated, scope, known):
            bound: dict[tuple[int, str], Ref] = {}
            pending: list[tuple[ast.expr, tuple[int, ...]]] = [(target, ())]
            while pending:
                to, steps = pending.pop()
                if isinstance(to, ast.Name):
                    bound.update({(id(scope), to.id): ref for ref in self.part(element, steps)})
                elif isinstance(to, ast.Tuple | ast.List):
                    pending.extend((inner, (*steps, i)) for i, inner in enumerate(to.elts))
            yield bound

    def arguments(self, function: Scope, site: Site, known: Known) -> Known:
        """Return what a call gives to the parameters of the function that it calls."""
        if not isinstance(function.node, FunctionNode):
            return {}
        declared = function.node.args
        names = [argument.arg for argument in (*declared.posonlyargs, *declared.args)]
        if takes_self(function):
            names = names[1:]
        positional = [a for a in site.call.args if not isinstance(a, ast.Starred)]
        given = dict(zip(names, positional, strict=False))
        given.update({k.arg: k.value for k in site.call.keywords if k.arg is not None})
        if declared.vararg is not None and len(positional) > len(names):
            given[declared.vararg.arg] = ast.Tuple(elts=positional[len(names) :], ctx=ast.Load())
        return {
            (id(function), name): Ref(node=node, scope=site.scope, known=known)
            for name, node in given.items()
        }

    def _find_callers(self, files: Iterable[Scanned]) -> dict[int, list[Site]]:
        found: dict[int, list[Site]] = {}
        for file in files:
            for site in () if file.source.test else file.sites:
                for function in self._called(site):
                    found.setdefault(id(function), []).append(site)
        return found

    def _called(self, site: Site) -> Iterator[Scope]:
        for value in self.values(site.call.func, site.scope):
            if isinstance(value, Code):
                if isinstance(value.scope.node, FunctionNode):
                    yield value.scope
                else:
                    starts = self._names.in_class(value.scope, "__init__")
                    yield from (start.scope for start in starts if isinstance(start, Code))

"""How often a call runs, and with what: rounds of the loops around it, callers of its function.

`for rule in ("/a", "/b"): app.add_url_rule(rule, …)` declares two rules, and a helper that is
given a rule declares one for each place that calls it.
"""

import ast
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flaskgrade.flaskapp.kinds import APPS
from flaskgrade.flaskapp.names import is_self
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Assigned, Looped, Parameter, Scope, Site
from flaskgrade.flaskapp.values import NOTHING, Known, Literal, Ref

MOST = 1000  # runs of one call
LOOKED_AT = 3000  # calls looked at for them, on the way from helper to helper
STEPS = 20  # of the project's budget, for each of them
DEEP = 4  # helpers that call helpers

_APPLICATION = frozenset({"app", "application", "flask_app", "current_app"})


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of a call: what is known in it, and the call in the code that it comes from."""

    known: Known
    origin: Site


def runs(
    project: Project, site: Site, nodes: Iterable[ast.expr], owner: ast.expr | None = None
) -> tuple[Run, ...]:
    """Return the runs of a call that may differ in `nodes`, or in which object `owner` is.

    A loop that cannot be followed counts as one round. A function whose parameter decides, but
    that nothing seems to call, does not run.
    """
    expansion = _Expansion(project, LOOKED_AT)
    dependencies = _texts_only(_dependencies(nodes, site.scope), project)
    if owner is not None:
        dependencies = dependencies.joined(_dependencies((owner,), site.scope, into_calls=False))
    return tuple(itertools.islice(expansion.runs(site, dependencies, 0), MOST))


def parameters(site: Site, nodes: Iterable[ast.expr], project: Project) -> dict[int, Scope]:
    """Return the functions around a call on whose parameters the nodes depend."""
    needed = _texts_only(_dependencies(nodes, site.scope), project).parameters
    return {id(parameter.scope): parameter.scope for parameter in needed}


def _texts_only(needed: "_Dependencies", project: Project) -> "_Dependencies":
    """Leave out parameters that are the application: what is read from it gives no other rule."""
    kept = tuple(one for one in needed.parameters if not _is_application(one, project))
    return _Dependencies(names=needed.names, parameters=kept)


def _is_application(parameter: Parameter, project: Project) -> bool:
    name = ast.Name(id=parameter.name, ctx=ast.Load())
    values = project.values(name, parameter.scope)
    kinds = {project.kind(value) for value in values if value != Literal(None)}
    return kinds <= APPS if kinds else parameter.name in _APPLICATION


@dataclass(frozen=True, kw_only=True)
class _Dependencies:
    """The names in functions around that nodes depend on, and the parameters among them."""

    names: frozenset[tuple[int, str]]
    parameters: tuple[Parameter, ...]
    objects: frozenset[Parameter] = frozenset()  # those of which only matters which object it is

    def joined(self, owner: "_Dependencies") -> "_Dependencies":
        return _Dependencies(
            names=self.names | owner.names,
            parameters=tuple(dict.fromkeys((*self.parameters, *owner.parameters))),
            objects=self.objects | (frozenset(owner.parameters) - frozenset(self.parameters)),
        )


class _Expansion:
    """The runs of one call, found within a budget: helpers may call each other without end."""

    def __init__(self, project: Project, budget: int) -> None:
        self._resolver = project.resolver
        self._budget = budget

    def runs(self, site: Site, dependencies: _Dependencies, depth: int) -> Iterator[Run]:
        """Return the runs of a call as far as they differ in the dependencies."""
        names, needed = dependencies.names, dependencies.parameters
        if not needed:
            yield from (Run(known=k, origin=site) for k in self._rounds(site, names, NOTHING))
            return
        functions = {id(parameter.scope): parameter.scope for parameter in needed}
        outermost = min(functions.values(), key=lambda function: function.qualname.count("."))
        wanted = tuple(parameter for parameter in needed if parameter.scope is outermost)
        for outer in self._calls(site, outermost, wanted, dependencies.objects, depth):
            for known in self._rounds(site, names, outer.known):
                yield Run(known=known, origin=outer.origin)

    def _calls(
        self,
        site: Site,
        function: Scope,
        wanted: tuple[Parameter, ...],
        objects: frozenset[Parameter],
        depth: int,
    ) -> Iterator[Run]:
        """Return what callers give for the parameters, and their own callers for that."""
        defaults: Known = {
            (id(function), parameter.name): Ref(
                node=parameter.default, scope=function.parent or function, known=NOTHING
            )
            for parameter in wanted
            if parameter.default is not None
        }
        callers = self._resolver.callers.get(id(function), ()) if depth < DEEP else ()
        if not callers and len(defaults) == len(wanted):
            yield Run(known=defaults, origin=site)  # a factory, say: its caller is elsewhere
        keys = [(id(function), one.name) for one in wanted if one not in objects]
        owners = [(id(function), one.name) for one in wanted if one in objects]
        for caller in callers:
            self._budget -= 1
            if self._budget < 0 or not self._resolver.spend(STEPS):
                return
            given = self._resolver.arguments(function, caller, NOTHING)
            nodes = [given[key].node for key in keys if key in given]
            made = [given[key].node for key in owners if key in given]
            dependencies = _dependencies(nodes, caller.scope).joined(
                _dependencies(made, caller.scope, into_calls=False)
            )
            for run in self.runs(caller, dependencies, depth + 1):
                arguments = self._resolver.arguments(function, caller, run.known)
                yield Run(known={**defaults, **run.known, **arguments}, origin=run.origin)

    def _rounds(
        self, site: Site, names: frozenset[tuple[int, str]], known: Known
    ) -> Iterator[Known]:
        """Return the rounds of those loops around a call that bind one of the names."""
        spots: list[Known] = [known]
        for loop, target in zip(site.loops, site.targets, strict=True):
            bound = {(id(loop.scope), n.id) for n in ast.walk(target) if isinstance(n, ast.Name)}
            if bound & names:
                spots = list(itertools.islice(self._loop(loop, target, spots), MOST))
        yield from spots

    def _loop(self, loop: Looped, target: ast.expr, spots: list[Known]) -> Iterator[Known]:
        for spot in spots:
            rounds = tuple(self._resolver.rounds(target, loop.value, loop.scope, spot))
            yield from ({**spot, **bound} for bound in rounds)
            if not rounds:
                yield spot


def _dependencies(
    nodes: Iterable[ast.expr], scope: Scope, *, into_calls: bool = True
) -> _Dependencies:
    """Follow the names of nodes through assignments within functions.

    What is called to make an object decides what it is like, not which one it is: for that, calls
    are not followed.
    """
    names: set[tuple[int, str]] = set()
    parameters: list[Parameter] = []
    pending = [(node, scope) for node in nodes]
    while pending:
        node, at = pending.pop()
        for name in _names(node):
            home = at.home(name)
            if home is None or (id(home), name) in names:
                continue
            names.add((id(home), name))
            for binding in home.bindings[name]:
                if isinstance(binding, Parameter):
                    if not is_self(binding):
                        parameters.append(binding)
                elif isinstance(binding, Looped) or (
                    isinstance(binding, Assigned)
                    and home.parent is not None
                    and (into_calls or not isinstance(binding.value, ast.Call))
                ):
                    pending.append((binding.value, binding.scope))
    return _Dependencies(names=frozenset(names), parameters=tuple(parameters))


def _names(node: ast.expr) -> Iterator[str]:
    """Return the names in an expression; whose `app.config` it is, tells nothing about a text."""
    pending: list[ast.AST] = [node]
    while pending:
        at = pending.pop()
        if isinstance(at, ast.Name):
            yield at.id
        elif not (isinstance(at, ast.Attribute) and at.attr == "config"):
            pending.extend(ast.iter_child_nodes(at))

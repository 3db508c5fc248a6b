"""How often a call runs, and with what: rounds of the loops around it, callers of its function.

`for rule in ("/a", "/b"): app.add_url_rule(rule, …)` declares two rules, and a helper that is
given a rule declares one for each place that calls it.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Assigned, Looped, Parameter, Scope, Site
from flaskgrade.flaskapp.values import NOTHING, Known, Ref

MOST = 2000  # runs of one call
DEEP = 4  # helpers that call helpers


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of a call: what is known in it, and the call in the code that it comes from."""

    known: Known
    origin: Site


def runs(project: Project, site: Site, nodes: Iterable[ast.expr]) -> tuple[Run, ...]:
    """Return the runs of a call that may differ in `nodes`.

    A loop that cannot be followed counts as one round. A function whose parameter decides, but
    that nothing seems to call, does not run.
    """
    found = []
    for run in _runs(project, site, tuple(nodes), 0):
        found.append(run)
        if len(found) == MOST:
            break
    return tuple(found)


def parameters(site: Site, nodes: Iterable[ast.expr]) -> dict[int, Scope]:
    """Return the functions around a call on whose parameters the nodes depend."""
    _, needed = _dependencies(tuple(nodes), site.scope)
    return {id(parameter.scope): parameter.scope for parameter in needed}


def _runs(project: Project, site: Site, nodes: tuple[ast.expr, ...], depth: int) -> Iterator[Run]:
    names, needed = _dependencies(nodes, site.scope)
    functions = {id(parameter.scope): parameter.scope for parameter in needed}
    for outer in _calls(project, site, functions, needed, depth):
        for known in _rounds(project, site, names, outer.known):
            yield Run(known=known, origin=outer.origin)


def _calls(
    project: Project,
    site: Site,
    functions: dict[int, Scope],
    needed: list[Parameter],
    depth: int,
) -> Iterator[Run]:
    if not functions:
        yield Run(known=NOTHING, origin=site)
        return
    outermost = min(functions.values(), key=lambda function: function.qualname.count("."))
    wanted = [parameter for parameter in needed if parameter.scope is outermost]
    defaults = {
        (id(outermost), parameter.name): Ref(
            node=parameter.default, scope=outermost.parent or outermost, known=NOTHING
        )
        for parameter in wanted
        if parameter.default is not None
    }
    callers = project.resolver.callers.get(id(outermost), ()) if depth < DEEP else ()
    if not callers and len(defaults) == len(wanted):
        yield Run(
            known=defaults, origin=site
        )  # a factory, for one: who calls it is not the project
    for caller in callers:
        given = project.resolver.arguments(outermost, caller, NOTHING)
        nodes = tuple(
            given[id(outermost), parameter.name].node
            for parameter in wanted
            if (id(outermost), parameter.name) in given
        )
        for run in _runs(project, caller, nodes, depth + 1):
            arguments = project.resolver.arguments(outermost, caller, run.known)
            yield Run(known={**defaults, **run.known, **arguments}, origin=run.origin)


def _rounds(
    project: Project, site: Site, names: set[tuple[int, str]], known: Known
) -> Iterator[Known]:
    spots: list[Known] = [known]
    for loop, target in zip(site.loops, site.targets, strict=True):
        bound = {(id(loop.scope), n.id) for n in ast.walk(target) if isinstance(n, ast.Name)}
        if not bound & names:
            continue
        following: list[Known] = []
        for spot in spots:
            rounds = tuple(project.resolver.rounds(target, loop.value, loop.scope, spot))
            following.extend({**spot, **step} for step in rounds)
            if not rounds:
                following.append(spot)
        spots = following[:MOST]
    yield from spots


def _dependencies(
    nodes: tuple[ast.expr, ...], scope: Scope
) -> tuple[set[tuple[int, str]], list[Parameter]]:
    """Return the names in functions around that the nodes depend on, and the parameters in it."""
    names: set[tuple[int, str]] = set()
    parameters: list[Parameter] = []
    pending = [(node, scope) for node in nodes]
    while pending:
        node, at = pending.pop()
        for name in (n.id for n in ast.walk(node) if isinstance(n, ast.Name)):
            home = at.home(name)
            if home is None or (id(home), name) in names:
                continue
            names.add((id(home), name))
            for binding in home.bindings[name]:
                if isinstance(binding, Parameter):
                    parameters.append(binding)
                elif isinstance(binding, Looped) or (
                    isinstance(binding, Assigned) and home.parent is not None
                ):
                    pending.append((binding.value, binding.scope))
    return names, parameters

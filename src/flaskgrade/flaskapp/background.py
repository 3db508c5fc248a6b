"""Work that is started beside the request: threads, pools, schedulers."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from flaskgrade.flaskapp.context_needs import ContextNeeds, Need
from flaskgrade.flaskapp.facts import Model
from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Defined, FunctionNode, Scope, Site
from flaskgrade.flaskapp.values import Code, External, Instance, Value
from flaskgrade.model.evidence import Location

MANY = 300  # places that start work, of which each is followed
_THREAD = ("threading", "Thread")
_PACKAGES = frozenset({"threading", "multiprocessing", "concurrent", "gevent", "eventlet"})
_POSITIONS = {  # of the function among the arguments
    "Thread": 1,
    "Process": 1,
    "Timer": 1,
    "run_in_executor": 1,
    "submit": 0,
    "map": 0,
    "apply_async": 0,
    "spawn": 0,
    "spawn_later": 1,
    "start_background_task": 0,
    "add_job": 0,
    "do": 0,
    "scheduled_job": 0,
    "task": 0,
}
_KEYWORDS = frozenset({"target", "function", "func"})
_SCHEDULERS = frozenset({"apscheduler", "flask_apscheduler"})
_ANY_OBJECT = {  # methods by whose name alone it is clear, where a package is imported
    "add_job": _SCHEDULERS,
    "scheduled_job": _SCHEDULERS,
    "do": frozenset({"schedule"}),
    "run_in_executor": _PACKAGES | {"asyncio"},
}
_OBJECTS_OF = {
    **dict.fromkeys(("submit", "map", "apply_async", "spawn", "spawn_later"), _PACKAGES),
    "start_background_task": frozenset({"flask_socketio"}),
    "task": frozenset({"flask_apscheduler"}),
}
_KINDS = {
    **dict.fromkeys(("Thread", "Timer", "spawn", "spawn_later"), "thread"),
    "start_background_task": "thread",
    **dict.fromkeys(("add_job", "do", "scheduled_job", "task"), "scheduled job"),
    "Process": "process",
}


@dataclass(frozen=True, kw_only=True)
class BackgroundWork:
    """A function that is started where there is no context; `unmet` is what it needs one for."""

    kind: str  # "thread", "process", "pool", "scheduled job"
    function: str
    location: Location
    unmet: Need | None


def find_background_work(project: Project, models: tuple[Model, ...]) -> tuple[BackgroundWork, ...]:
    """Return the project's functions that code outside the tests starts in the background."""
    started = dict.fromkeys((kind, function, place) for kind, function, place in _started(project))
    if not started:
        return ()
    needs = ContextNeeds(project, models)
    return tuple(
        BackgroundWork(
            kind=kind, function=function.qualname, location=place, unmet=needs.unmet(function)
        )
        for kind, function, place in list(started)[:MANY]
    )


def _started(project: Project) -> Iterator[tuple[str, Scope, Location]]:
    for site in project.sites():
        name = called(site.call)
        if name in _POSITIONS and _starts(project, site, name):
            for function in _functions(project, site, name):
                yield _KINDS.get(name, "pool"), function, site.location
    for owner in project.classes():
        bases = owner.node.bases if isinstance(owner.node, ast.ClassDef) else []
        if any("Thread" in ast.dump(base)[:200] for base in bases):
            kinds = project.class_kinds(Code(owner))
            for binding in owner.bindings.get("run", ()) if _THREAD in kinds else ():
                if isinstance(binding, Defined) and isinstance(binding.scope.node, FunctionNode):
                    yield "thread", binding.scope, owner.place(owner.node)


def _starts(project: Project, site: Site, name: str) -> bool:
    function = site.call.func
    if name in _ANY_OBJECT:
        return not _ANY_OBJECT[name].isdisjoint(project.packages())
    if name in _OBJECTS_OF:
        return isinstance(function, ast.Attribute) and any(
            _package(project, value) in _OBJECTS_OF[name]
            for value in project.values(function.value, site.scope)
        )
    return any(
        isinstance(value, External) and value.kind[0] in _PACKAGES
        for value in project.values(function, site.scope)
    )


def _package(project: Project, value: Value) -> str:
    if isinstance(value, Instance):
        kind = project.kind(value)
        return kind[0] if kind is not None else ""
    return value.kind[0] if isinstance(value, External) else ""


def _functions(project: Project, site: Site, name: str) -> Iterator[Scope]:
    """Return the project's functions that a call is given to start, or decorates."""
    if site.decorates is not None:
        for binding in site.scope.bindings.get(site.decorates.name, ()):
            if isinstance(binding, Defined) and binding.scope.node is site.decorates:
                yield binding.scope
        return
    position = _POSITIONS[name]
    given = [keyword.value for keyword in site.call.keywords if keyword.arg in _KEYWORDS]
    given.extend(site.call.args[position : position + 1])
    for node in given[:1]:
        target = node
        if isinstance(target, ast.Lambda) and isinstance(target.body, ast.Call):
            target = target.body.func
        elif isinstance(target, ast.Call) and called(target) == "partial" and target.args:
            target = target.args[0]
        for value in project.values(target, site.scope):
            if isinstance(value, Code) and isinstance(value.scope.node, FunctionNode):
                yield value.scope

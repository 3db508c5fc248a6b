"""Celery: its tasks, what gives them the application's context, and where it is configured."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from flaskgrade.flaskapp.celery_base import find_base, is_base
from flaskgrade.flaskapp.celery_settings import find_literals
from flaskgrade.flaskapp.context_needs import ContextNeeds, Need
from flaskgrade.flaskapp.facts import Model
from flaskgrade.flaskapp.kinds import Kind
from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Defined, FunctionNode, Scope, Site
from flaskgrade.flaskapp.values import External
from flaskgrade.model.evidence import Location

MANY = 300  # tasks that are followed
_PACKAGES = frozenset({"celery", "flask_celeryext", "flask_celery"})
_APPS: frozenset[Kind] = frozenset(
    {("celery", "Celery"), ("flask_celery", "Celery"), ("flask_celeryext", "FlaskCeleryExt")}
)
_TASKS = frozenset({"task", "shared_task", "periodic_task"})


@dataclass(frozen=True, kw_only=True)
class CeleryTask:
    """A task: `unmet` is what it needs a context for and has none from its own code or base.

    `by_hand`: its own code enters one.
    """

    name: str
    location: Location
    unmet: Need | None
    by_hand: bool


@dataclass(frozen=True, kw_only=True)
class CeleryUse:
    """How a project uses Celery. `base` is what enters a context for every task, if anything."""

    apps: tuple[Location, ...] = ()
    tasks: tuple[CeleryTask, ...] = ()
    base: Location | None = None
    literals: tuple[tuple[Location, str], ...] = ()  # where an address is written, and its name


def find_celery_use(project: Project, models: tuple[Model, ...]) -> CeleryUse:
    """Return how the code outside the tests uses Celery; nothing of it where it is not imported."""
    if _PACKAGES.isdisjoint(project.packages()):
        return CeleryUse()
    needs = ContextNeeds(project, models)
    made = [site for site in project.sites() if project.made(site, _APPS) is not None]
    return CeleryUse(
        apps=tuple(site.location for site in made),
        tasks=tuple(_tasks(project, needs)),
        base=find_base(project, needs),
        literals=find_literals(project, made),
    )


def _tasks(project: Project, needs: ContextNeeds) -> Iterator[CeleryTask]:
    found: dict[int, tuple[Scope, bool]] = {}
    for site in project.sites():
        if called(site.call) in _TASKS and _is_celerys(project, site):
            based = any(
                keyword.arg == "base" and is_base(project, needs, keyword.value, site.scope)
                for keyword in site.call.keywords
            )
            for function in _decorated(site):
                found.setdefault(id(function), (function, based))
    for function, based in list(found.values())[:MANY]:
        yield CeleryTask(
            name=function.qualname,
            location=function.place(function.node),
            unmet=None if based else needs.unmet(function),
            by_hand=needs.enters(function),
        )


def _is_celerys(project: Project, site: Site) -> bool:
    function = site.call.func
    if isinstance(function, ast.Name):
        values = project.values(function, site.scope)
        return any(isinstance(one, External) and one.kind[0] in _PACKAGES for one in values)
    if not isinstance(function, ast.Attribute):
        return False
    for value in project.values(function.value, site.scope):
        kind = value.kind if isinstance(value, External) else project.kind(value)
        if kind is not None and kind[0] in _PACKAGES:
            return True
    return isinstance(function.value, ast.Name) and "celery" in function.value.id.lower()


def _decorated(site: Site) -> Iterator[Scope]:
    """Return the function that a call decorates, with brackets or without."""
    name = site.decorates.name if site.decorates is not None else ""
    match site.call.args:
        case [ast.Name(id=given)] if not name:
            name = given
    for binding in site.scope.bindings.get(name, ()):
        if isinstance(binding, Defined) and isinstance(binding.scope.node, FunctionNode):
            yield binding.scope

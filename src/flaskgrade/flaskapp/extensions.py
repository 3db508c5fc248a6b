"""Flask extensions: where each is made, and how it comes to its application."""

import ast

from flaskgrade.flaskapp.facts import Extension
from flaskgrade.flaskapp.kinds import APPS, EXTENSIONS, NO_EXTENSIONS, Kind
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Site
from flaskgrade.flaskapp.values import Instance
from flaskgrade.model.evidence import Location

_OTHERS = frozenset({"authlib", "flasgger", "prometheus_client"})  # packages that hold some


def find_extensions(project: Project) -> tuple[Extension, ...]:
    """Return the extensions made outside the tests.

    Besides the well-known ones, whatever comes from elsewhere and is given an application or bound
    by `init_app` is one.
    """
    bound = _bound_later(project)
    found = []
    for site in project.sites():
        extension = _made(project, site)
        if extension is None:
            continue
        made, kind = extension
        at_once = _given_app(project, site)
        if kind in EXTENSIONS or at_once or id(made.call) in bound:
            found.append(
                Extension(
                    kind=kind[1],
                    variable=project.variable(site.call) or "",
                    location=site.location,
                    bound_at_creation=at_once,
                    init_app=bound.get(id(made.call)),
                    function=site.scope.function,
                )
            )
    return tuple(found)


def _made(project: Project, site: Site) -> tuple[Instance, Kind] | None:
    for value in project.resolver.direct(site.call, site.scope):
        kind = project.kind(value)
        if kind is None or kind in NO_EXTENSIONS or not kind[1][:1].isupper():
            continue
        if kind in EXTENSIONS or "flask" in kind[0] or kind[0] in _OTHERS:
            return value, kind
    return None


def _given_app(project: Project, site: Site) -> bool:
    nodes = (*site.call.args[:1], *(k.value for k in site.call.keywords if k.arg == "app"))
    return any(
        project.instances(node, site.scope, APPS)
        or any(project.kind(value) in APPS for value in project.values(node, site.scope))
        for node in nodes
    )


def _bound_later(project: Project) -> dict[int, Location]:
    """Return for each object's call where its `init_app` is called first."""
    bound: dict[int, Location] = {}
    for site in project.sites():
        function = site.call.func
        if isinstance(function, ast.Attribute) and function.attr == "init_app":
            for value in project.values(function.value, site.scope):
                if isinstance(value, Instance) and value.call is not None:
                    bound.setdefault(id(value.call), site.location)
    return bound

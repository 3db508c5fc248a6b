"""Flask extensions: where each is made, and how it comes to its application."""

from flaskgrade.flaskapp.facts import Extension
from flaskgrade.flaskapp.kinds import APPS, BLUEPRINTS, EXTENSIONS, NO_EXTENSIONS, Kind
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Site
from flaskgrade.flaskapp.values import Instance

_OTHERS = frozenset({"authlib", "flasgger", "prometheus_client"})  # packages that hold some


def find_extensions(project: Project) -> tuple[Extension, ...]:
    """Return the extensions made outside the tests.

    Besides the well-known ones, whatever comes from elsewhere and is given an application or bound
    by `init_app` is one.
    """
    found = []
    for site in project.sites():
        extension = _made(project, site)
        if extension is None:
            continue
        made, kind = extension
        at_once = _given(project, site, APPS, "app")
        bound = project.init_apps.get(id(made.call), ())
        if kind in EXTENSIONS or at_once or bound:
            found.append(
                Extension(
                    kind=kind[1],
                    variable=project.variable(site.call) or "",
                    location=site.location,
                    bound_at_creation=at_once or _given(project, site, BLUEPRINTS, "blueprint"),
                    init_app=bound[0].location if bound else None,
                    function=site.scope.function,
                )
            )
    return tuple(found)


def _made(project: Project, site: Site) -> tuple[Instance, Kind] | None:
    for value in project.resolver.direct(site.call, site.scope):
        kind = project.kind(value)
        if kind is None or kind in NO_EXTENSIONS or not kind[1][:1].isupper():
            continue
        if kind in EXTENSIONS or (kind[0] != "flask" and "flask" in kind[0]) or kind[0] in _OTHERS:
            return value, kind
    return None


def _given(project: Project, site: Site, kinds: frozenset[Kind], keyword: str) -> bool:
    """Tell whether a call is given an object of some kinds, first or as a keyword."""
    names = {"app", keyword}
    nodes = (*site.call.args[:1], *(k.value for k in site.call.keywords if k.arg in names))
    return any(
        project.instances(node, site.scope, kinds)
        or any(project.kind(value) in kinds for value in project.values(node, site.scope))
        for node in nodes
    )

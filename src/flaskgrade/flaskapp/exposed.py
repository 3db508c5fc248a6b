"""Rules of view classes that Flask-Admin and Flask-AppBuilder make blueprints of: `@expose`."""

import ast
from collections.abc import Iterator

from flaskgrade.flaskapp.facts import Route
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import FunctionNode, Site
from flaskgrade.flaskapp.values import External

_PACKAGES = frozenset({"flask_admin", "flask_appbuilder"})
_DEFAULT = "/"


def find_exposed(project: Project) -> Iterator[Route]:
    """Return the rules of views that `expose` declares."""
    if _PACKAGES.isdisjoint(project.packages()):
        return
    for site in project.sites():
        package = _package(project, site)
        if package is None or not isinstance(site.decorates, FunctionNode):
            continue
        yield Route(
            rule=next(_texts(project, site, "url", 0), _DEFAULT),
            methods=tuple(m.upper() for m in _methods(project, site)) or ("GET",),
            handler=f"{site.scope.qualname}.{site.decorates.name}",
            location=site.location,
            owner=site.scope.qualname,
            on_blueprint=True,
            layer=package.replace("_", "-"),
        )


def _package(project: Project, site: Site) -> str | None:
    name = site.call.func
    written = name.id if isinstance(name, ast.Name) else getattr(name, "attr", "")
    if "expose" not in written or not isinstance(site.scope.node, ast.ClassDef):
        return None
    for value in project.values(name, site.scope):
        if isinstance(value, External) and value.kind[0] in _PACKAGES:
            return value.kind[0]
    return None


def _texts(project: Project, site: Site, keyword: str, position: int) -> Iterator[str]:
    nodes = [k.value for k in site.call.keywords if k.arg == keyword]
    nodes += site.call.args[position : position + 1]
    for node in nodes:
        yield from project.resolver.texts(node, site.scope)


def _methods(project: Project, site: Site) -> Iterator[str]:
    nodes = [k.value for k in site.call.keywords if k.arg == "methods"] + site.call.args[1:2]
    for node in nodes:
        for ref in project.resolver.elements(node, site.scope):
            yield from project.resolver.texts(ref.node, ref.scope, ref.known)

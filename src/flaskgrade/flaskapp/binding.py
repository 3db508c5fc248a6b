"""How each extension comes to its application: where it is bound, and whether that is at import."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flaskgrade.flaskapp.application import application_files
from flaskgrade.flaskapp.dormant import Dormant
from flaskgrade.flaskapp.facts import Extension, Factory
from flaskgrade.flaskapp.kinds import APPS, BLUEPRINTS, Kind
from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Site
from flaskgrade.flaskapp.values import Code, Instance
from flaskgrade.model.evidence import Location

_TARGETS = frozenset({"app", "blueprint"})  # keywords that name what an extension is bound to
_TOOLS = frozenset({"Manager", "Freezer"})  # that belong to a command line, not to the application
# That add commands or tools for developers, and may be bound in the script that calls the factory.
_COMMANDS = frozenset({"Migrate", "Alembic", "DebugToolbarExtension", "Profiler"})
_WORK_ALONE = frozenset({"Bcrypt", "Marshmallow"})  # without an application, by their defaults


@dataclass(frozen=True, kw_only=True)
class Binding:
    """An extension, and what reading can tell about its way to the application.

    `at_import` is where it is bound as a module is imported; `bound` is false only where it is
    clear that nothing in use binds it.
    """

    kind: str
    variable: str
    location: Location
    made_with_app: bool = False  # at import
    at_import: Location | None = None
    bound: bool = True


def find_bindings(
    project: Project,
    extensions: Sequence[Extension],
    factories: Sequence[Factory],
    dormant: Dormant,
) -> tuple[Binding, ...]:
    """Return the bindings of the application's extensions."""
    places = {extension.location: extension.kind for extension in extensions}
    paths = {file.source.path for file in application_files(project)}
    made = {site.location: site for site in _made(project, places)}
    launchers = _launchers(project, factories)
    anything = any(_binds_unknown(project, site) for site in project.sites())
    return tuple(
        _binding(project, extension, made[extension.location], dormant, anything=anything)
        for extension in extensions
        if extension.location.path in paths
        and extension.location in made
        and extension.kind not in _TOOLS
        and not (extension.kind in _COMMANDS and extension.location.path in launchers)
    )


def _made(project: Project, places: dict[Location, str]) -> Iterator[Site]:
    for site in project.sites():
        kind = places.get(site.location)  # other calls may begin in the same line
        if kind is not None and any(
            (project.kind(value) or ("", ""))[1] == kind
            for value in project.resolver.direct(site.call, site.scope)
        ):
            yield site


def _launchers(project: Project, factories: Sequence[Factory]) -> set[str]:
    """Return the files that call a factory as they are imported, and are not where it stands."""
    homes = {factory.location for factory in factories}
    return {
        site.scope.source.path
        for site in project.sites()
        if site.scope.function is None
        and any(
            isinstance(value, Code)
            and value.scope.place(value.scope.node) in homes
            and value.scope.source.path != site.scope.source.path
            for value in project.values(site.call.func, site.scope)
        )
    }


def _binding(
    project: Project, extension: Extension, site: Site, dormant: Dormant, *, anything: bool
) -> Binding:
    later = project.init_apps.get(id(site.call), ())
    at_once = extension.function is None and _given(project, site, APPS)
    at_import = next(
        (
            one.location
            for one in later
            if one.scope.function is None and not _given(project, one, BLUEPRINTS)
        ),
        None,
    )
    never = (
        extension.function is None
        and bool(extension.variable)
        and extension.kind not in _WORK_ALONE
        and not anything
        and not _given_target(site)
        and all(dormant.holds(one.scope) for one in later)
    )
    return Binding(
        kind=extension.kind,
        variable=extension.variable,
        location=extension.location,
        made_with_app=at_once,
        at_import=extension.location if at_once else at_import,
        bound=not never,
    )


def _given(project: Project, site: Site, table: frozenset[Kind]) -> bool:
    """Tell whether a call is given an object of those kinds itself: `current_app` is none."""
    nodes = (*site.call.args[:1], *(keyword.value for keyword in site.call.keywords))
    return any(project.instances(node, site.scope, table) for node in nodes)


def _given_target(site: Site) -> bool:
    """Tell whether it is made with something that may be an application or a blueprint."""
    call = site.call
    return any(isinstance(node, ast.Name | ast.Attribute | ast.Call) for node in call.args) or any(
        keyword.arg is None or keyword.arg in _TARGETS for keyword in call.keywords
    )


def _binds_unknown(project: Project, site: Site) -> bool:
    """Tell whether it calls the `init_app` of what reading cannot tell."""
    function = site.call.func
    if called(site.call) == "init_app" and isinstance(function, ast.Attribute):
        if isinstance(function.value, ast.Call) and called(function.value) == "super":
            return False
        return not any(
            isinstance(value, Instance | Code)
            for value in project.values(function.value, site.scope)
        )
    return False

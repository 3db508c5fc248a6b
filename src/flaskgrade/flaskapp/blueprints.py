"""Which blueprints there are, and where each is registered."""

import ast
from collections.abc import Iterator

from flaskgrade.flaskapp.facts import Blueprint
from flaskgrade.flaskapp.kinds import APIS, APPS, BLUEPRINTS
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Site
from flaskgrade.flaskapp.values import Code, External, Instance, Literal
from flaskgrade.model.evidence import Location

UNCLEAR = 100  # registrations that could not be followed; more are not looked at

_REGISTER = frozenset({"register_blueprint", "register_api", "register_module"})


def find_blueprints(project: Project) -> tuple[Blueprint, ...]:
    """Return all blueprints outside the tests.

    Where a registration cannot be followed, as with modules that are found at run time, the
    blueprints that are left over are taken to be registered there: reading cannot show a fault.
    """
    made = [
        (site, blueprint)
        for site in project.sites()
        if (blueprint := project.made(site, BLUEPRINTS)) is not None
    ]
    instances = tuple(blueprint for _, blueprint in made)
    registered, parents, prefixes, unclear = _registrations(project, instances)
    return tuple(
        Blueprint(
            name=_name(project, site),
            variable=project.variable(site.call) or "",
            location=site.location,
            registered=registered.get(id(blueprint.call)) or _guess(project, site, unclear),
            parents=tuple(dict.fromkeys(parents.get(id(blueprint.call), ()))),
            prefix=prefixes.get(id(blueprint.call)) or _prefix(project, site),
        )
        for site, blueprint in made
    )


def _registrations(
    project: Project, made: tuple[Instance, ...]
) -> tuple[
    dict[int, Location], dict[int, list[Location]], dict[int, str], list[tuple[Site, ast.expr]]
]:
    """Return where each blueprint's call is registered, on what, under which prefix.

    Last comes what cannot be followed.
    """
    registered: dict[int, Location] = {}
    parents: dict[int, list[Location]] = {}
    prefixes: dict[int, str] = {}
    unclear: list[tuple[Site, ast.expr]] = []
    for site in project.sites():
        argument = _registered_here(site)
        if argument is None:
            continue
        values = project.values(argument, site.scope)
        blueprints = [
            one
            for value in values
            if isinstance(value, Instance) and project.kind(value) in BLUEPRINTS
            for one in (_of_class(value, made) if value.call is None else (value,))
        ]
        for blueprint in blueprints:
            registered.setdefault(id(blueprint.call), site.location)
            if prefix := _prefix(project, site):
                prefixes.setdefault(id(blueprint.call), prefix)
            parents.setdefault(id(blueprint.call), []).extend(_owners(project, site))
        if not blueprints and not any(isinstance(v, External | Instance | Literal) for v in values):
            unclear.append((site, argument))
    return registered, parents, prefixes, unclear[:UNCLEAR]


def _of_class(own: Instance, made: tuple[Instance, ...]) -> Iterator[Instance]:
    """Return the blueprints that `self` may be, in a class that registers itself."""
    return (one for one in made if isinstance(own.of, Code) and one.of == own.of)


def _prefix(project: Project, site: Site) -> str | None:
    """Return the `url_prefix` of a call, None where it has none or reading gives several."""
    given = [k.value for k in site.call.keywords if k.arg == "url_prefix"]
    texts = {text for node in given for text in project.resolver.texts(node, site.scope)}
    return texts.pop() if len(texts) == 1 else None


def _owners(project: Project, site: Site) -> Iterator[Location]:
    """Return where the objects are made that a registration is called on."""
    if isinstance(site.call.func, ast.Attribute):
        for owner in project.instances(site.call.func.value, site.scope, APPS | BLUEPRINTS | APIS):
            if owner.call is not None:
                yield owner.scope.place(owner.call)


def _registered_here(site: Site) -> ast.expr | None:
    function = site.call.func
    if not isinstance(function, ast.Attribute) or function.attr not in _REGISTER:
        return None
    if site.call.args:
        return site.call.args[0]
    return next((k.value for k in site.call.keywords if k.arg == "blueprint"), None)


def _guess(project: Project, made: Site, unclear: list[tuple[Site, ast.expr]]) -> Location | None:
    variable = project.variable(made.call)
    for site, argument in unclear:
        if not isinstance(argument, ast.Attribute) or argument.attr == variable:
            return site.location
    return None


def _name(project: Project, site: Site) -> str:
    return next(_names(project, site), None) or project.variable(site.call) or ""


def _names(project: Project, site: Site) -> Iterator[str]:
    first = site.call.args[:1]
    named = [k.value for k in site.call.keywords if k.arg == "name"]
    for node in (*first, *named):
        yield from project.resolver.texts(node, site.scope)

"""Which application is served: the one that the entry point leads to, not any other beside it.

The entry is what the exercise or the submission's `.flaskenv` names, then `wsgi.py` and `app.py`,
where Flask itself looks, then the factories. An application made at import that has as many routes
as the entry's is taken for the served one all the same: an entry can be there for show, and fail.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import PurePosixPath

from flaskgrade.flaskapp.facts import AppCreation, Blueprint, Factory, Route
from flaskgrade.flaskapp.kinds import APPS
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.project_facts import ProjectFacts
from flaskgrade.flaskapp.scopes import FunctionNode, Scanned
from flaskgrade.flaskapp.values import Code, Instance, Value
from flaskgrade.model.evidence import Location

FACTORY_NAMES = ("create_app", "make_app")  # what Flask itself looks for
_SEARCHED = ("wsgi.py", "app.py")
_NAMES = ("app", "application", *FACTORY_NAMES)
_DOTENV = (".flaskenv", ".env")
_DOTENV_APP = re.compile(
    r"""^\s*(?:export\s+)?FLASK_APP\s*=\s*["']?([\w./:()\-]+)["']?\s*$""", re.MULTILINE
)
_DOTENV_CHARACTERS = 20_000


def written_apps(paths: Iterable[str], read: Callable[[str], str]) -> tuple[str, ...]:
    """Return what a submission's own files of variables set FLASK_APP to."""
    there = set(paths)
    texts = (read(name)[:_DOTENV_CHARACTERS] for name in _DOTENV if name in there)
    return tuple(match[1] for text in texts if (match := _DOTENV_APP.search(text)))


def find_served(
    project: Project,
    entries: Iterable[str],
    *,
    apps: tuple[AppCreation, ...],
    factories: tuple[Factory, ...],
    blueprints: tuple[Blueprint, ...],
    routes: tuple[Route, ...],
) -> tuple[Location, ...]:
    """Return where the application that is served is made; nothing where that is not clear.

    `entries` are values of FLASK_APP, the likeliest first.
    """
    known = {app.location for app in apps}
    served: tuple[Location, ...] = ()
    for file, name in _entries(project, entries):
        served = tuple(at for at in _made(project, file, name) if at in known)
        if served:
            break
    else:
        named = sorted(factories, key=lambda factory: factory.name not in FACTORY_NAMES)
        served = next((factory.makes for factory in named if factory.makes), ())
    size = _size(served, blueprints, routes)
    for app in apps:
        if app.function is None and app.location not in served:
            other = _size((app.location,), blueprints, routes)
            if other >= max(size, 1):
                served, size = (app.location,), other
    return served


def served_factories(facts: ProjectFacts) -> tuple[Factory, ...]:
    """Return the factories that make what is served; all of them if that is not clear."""
    served = set(facts.served)
    if not served:
        return facts.factories
    if any(app.function is None and app.location in served for app in facts.apps):
        return ()
    makers = tuple(f for f in facts.factories if not served.isdisjoint(f.makes))
    return makers or facts.factories


def reached_from(owners: Collection[Location], blueprints: tuple[Blueprint, ...]) -> set[Location]:
    """Return the owners, and the blueprints that are registered on one of them in the end."""
    reached = set(owners)
    while True:
        more = {b.location for b in blueprints if not reached.isdisjoint(b.parents)} - reached
        if not more:
            return reached
        reached |= more


def _size(
    apps: tuple[Location, ...], blueprints: tuple[Blueprint, ...], routes: tuple[Route, ...]
) -> int:
    owners = reached_from(apps, blueprints)
    return sum(route.owner_at in owners for route in routes)


def _entries(project: Project, entries: Iterable[str]) -> Iterator[tuple[Scanned, str]]:
    """Return the modules that are looked into, each with a name if one is given."""
    for value in entries:
        module, _, name = value.partition(":")
        path = PurePosixPath(module.removesuffix(".py").replace(".", "/"))
        for root in ("", "src"):
            file = project.modules.file(root / path)
            if file is not None:
                yield file, name.partition("(")[0]
    for script in _SEARCHED:
        file = project.modules.file(PurePosixPath(script).with_suffix(""))
        if file is not None and file.source.path == script:
            yield file, ""


def _made(project: Project, file: Scanned, name: str) -> Iterator[Location]:
    """Return where the application is made that Flask would find in a module."""
    path = PurePosixPath(file.source.path)
    module = path.parent if path.name == "__init__.py" else path.with_suffix("")
    for each in (name,) if name else (*_NAMES, *file.module.bindings):
        found = tuple(dict.fromkeys(_creations(project, project.resolver.member(module, each))))
        if found:
            yield from found
            return


def _creations(project: Project, values: Iterable[Value]) -> Iterator[Location]:
    for value in values:
        returned: Iterable[Value] = (value,)
        if isinstance(value, Code) and isinstance(value.scope.node, FunctionNode):
            scope = value.scope
            returned = [v for node in scope.returns for v in project.values(node, scope)]
        for app in returned:
            if isinstance(app, Instance) and app.call is not None and project.kind(app) in APPS:
                yield app.scope.place(app.call)

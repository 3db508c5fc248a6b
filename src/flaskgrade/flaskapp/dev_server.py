"""Where code starts Flask's development server, and with its debugger on."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from flaskgrade.flaskapp.kinds import APPS, OTHER_FRAMEWORKS
from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Site
from flaskgrade.flaskapp.values import External, Literal
from flaskgrade.model.evidence import Location

_SERVERS = APPS | {("flask_socketio", "SocketIO")}
_DEBUG = 2  # run(host, port, debug)
_SIMPLE_DEBUG = 4  # run_simple(hostname, port, application, use_reloader, use_debugger)


@dataclass(frozen=True, kw_only=True)
class Run:
    """A call of `app.run()` or of Werkzeug's `run_simple()`.

    `debug` is True only where that is written in the source.
    """

    location: Location
    debug: bool


def find_runs(project: Project) -> tuple[Run, ...]:
    """Return where code outside the tests serves with `run`, or with what that is made of."""
    return tuple(
        Run(location=site.location, debug=_debug(project, site))
        for site in project.sites()
        if _is_simple(project, site)
        or (
            called(site.call) == "run"
            and isinstance(site.call.func, ast.Attribute)
            and _serves(project, site, site.call.func.value)
            and not _by_another_server(site)
        )
    )


def _by_another_server(site: Site) -> bool:
    """Tell whether it is one of Connexion 2's other servers: `app.run(server="gevent")`."""
    return any(
        keyword.arg == "server"
        and isinstance(keyword.value, ast.Constant)
        and keyword.value.value not in {"flask", None}
        for keyword in site.call.keywords
    )


def _is_simple(project: Project, site: Site) -> bool:
    return called(site.call) == "run_simple" and any(
        isinstance(value, External) and value.kind == ("werkzeug", "run_simple")
        for value in project.values(site.call.func, site.scope)
    )


def _serves(project: Project, site: Site, owner: ast.expr) -> bool:
    values = project.values(owner, site.scope)
    kinds = {kind for value in values if (kind := project.kind(value)) is not None}
    if not kinds.isdisjoint(_SERVERS):
        return True
    if not OTHER_FRAMEWORKS.isdisjoint(package for package, _ in kinds):
        return False
    match owner:  # nothing is known about it: it goes by its name
        case (
            ast.Name(id=name)
            | ast.Attribute(attr=name)
            | ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name))
        ):
            return name.lower().endswith(("app", "application", "socketio"))
    return False


def _debug(project: Project, site: Site) -> bool:
    return any(_true(project, node, site) for node in _given(site))


def _given(site: Site) -> Iterator[ast.expr]:
    simple = called(site.call) == "run_simple"
    position = _SIMPLE_DEBUG if simple else _DEBUG
    yield from site.call.args[position : position + 1]
    for keyword in site.call.keywords:
        if keyword.arg == ("use_debugger" if simple else "debug"):
            yield keyword.value
        elif keyword.arg is None and isinstance(keyword.value, ast.Dict):
            for key, value in zip(keyword.value.keys, keyword.value.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "debug":
                    yield value


def _true(project: Project, node: ast.expr, site: Site) -> bool:
    values = project.values(node, site.scope)
    return bool(values) and all(isinstance(value, Literal) and value.value == 1 for value in values)

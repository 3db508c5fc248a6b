"""Where errors are answered in one place: handlers in use, and libraries that bring their own."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flaskgrade.flaskapp.application import application_files
from flaskgrade.flaskapp.dormant import Dormant
from flaskgrade.flaskapp.facts import Blueprint
from flaskgrade.flaskapp.kinds import APIS, APPS, BLUEPRINTS, Kind
from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import FunctionNode, Site
from flaskgrade.flaskapp.values import Code, Literal
from flaskgrade.model.evidence import Location

_REGISTERS = frozenset({"errorhandler", "app_errorhandler", "register_error_handler"})
# Whoever makes one of these has the errors of its routes answered by the library.
_BRINGS_ITS_OWN = frozenset(
    {
        *(APIS | APPS) - {("flask", "Flask"), ("flask_openapi3", "OpenAPI")},
        *(("flask_rebar", "Rebar"), ("flask_restless", "APIManager")),
        *(("flask_appbuilder", "AppBuilder"), ("flask_combo_jsonapi", "Api")),
    }
)
_NAMED = re.compile(r"Error|Exception|Problem")
# What Flask answers by a page of its own unless a handler says otherwise.
_GENERAL = frozenset(
    {
        *("HTTPException", "Exception", "BaseException", "InternalServerError", "NotFound"),
        *("MethodNotAllowed", "NOT_FOUND", "METHOD_NOT_ALLOWED", "INTERNAL_SERVER_ERROR"),
        *("404", "405", "500", "default"),
    }
)


@dataclass(frozen=True, kw_only=True)
class CentralHandler:
    """What answers errors for many views; `general` if for those too that no view raises."""

    handles: str
    location: Location
    general: bool


def find_central_handlers(
    project: Project, blueprints: Sequence[Blueprint], dormant: Dormant
) -> tuple[CentralHandler, ...]:
    """Return the error handlers that can come to be called.

    One on a blueprint that nothing registers cannot, nor one in a function that nothing calls; one
    without an answer is none.
    """
    paths = {file.source.path for file in application_files(project)}
    lost = {one.location for one in blueprints if one.registered is None}
    lost -= {one.location for one in blueprints if one.registered is not None}
    answers = _Answers(project)
    return tuple(
        handler
        for site in project.sites()
        if site.scope.source.path in paths and not dormant.holds(site.scope)
        for handler in _handlers(project, site, lost, answers)
    )


def _handlers(
    project: Project, site: Site, lost: set[Location], answers: "_Answers"
) -> Iterator[CentralHandler]:
    function = site.call.func
    if called(site.call) in _REGISTERS and isinstance(function, ast.Attribute):
        owners = project.instances(function.value, site.scope, BLUEPRINTS)
        places = {one.scope.place(one.call) for one in owners if one.call is not None}
        if (places and places <= lost) or not answers.given(site):
            return
        handles = _handled(project, site)
        yield CentralHandler(
            handles=handles[0],
            location=site.location,
            general=any(map(_is_general, handles)),
        )
        return
    kind = _made(project, site)
    if kind is not None:
        yield CentralHandler(handles=kind[1], location=site.location, general=True)


def _made(project: Project, site: Site) -> Kind | None:
    if not called(site.call)[:1].isupper():
        return None
    for value in project.resolver.direct(site.call, site.scope):
        kind = project.kind(value)
        if kind in _BRINGS_ITS_OWN:
            return kind
        if (
            kind is not None
            and "flask" in kind[0]
            and _NAMED.search(kind[1])
            and kind[0] != "flask"
        ):
            return kind
    return None


def _handled(project: Project, site: Site) -> tuple[str, ...]:
    """Return what a handler is for, as written or as known; empty text for what is unknown."""
    if not site.call.args:
        return ("default",)
    node = site.call.args[0]
    match node:
        case ast.Constant(value=value):
            return (str(value)[:80],)
        case ast.Attribute(attr=name):
            return (name,)
        case ast.Name(id=name) if not name[:1].islower():
            return (name,)
    found = project.values(node, site.scope)
    return tuple(str(one.value) for one in found if isinstance(one, Literal)) or ("",)


def _is_general(handles: str) -> bool:
    return not handles or handles in _GENERAL


class _Answers:
    """Whether functions answer anything; each is read once, however often it is registered."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._known: dict[int, bool] = {}

    def given(self, site: Site) -> bool:
        """Tell whether what is registered returns or raises anything, or is unknown."""
        functions: list[ast.AST] = [site.decorates] if site.decorates is not None else []
        for node in site.call.args[1:2]:
            for value in self._project.values(node, site.scope):
                functions += [value.scope.node] if isinstance(value, Code) else []
        functions = [one for one in functions if isinstance(one, FunctionNode)]
        return not functions or any(map(self._says, functions))

    def _says(self, function: ast.AST) -> bool:
        key = id(function)
        if key not in self._known:
            self._known[key] = any(
                isinstance(node, ast.Raise | ast.Yield)
                or (isinstance(node, ast.Return) and node.value is not None)
                or (isinstance(node, ast.Call) and called(node) == "abort")
                for node in ast.walk(function)
            )
        return self._known[key]

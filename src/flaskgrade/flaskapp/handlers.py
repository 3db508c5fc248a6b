"""What Flask calls by itself: error handlers, hooks around requests, commands."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Site
from flaskgrade.flaskapp.values import External, Instance, Literal
from flaskgrade.model.evidence import Location

_ERRORS = frozenset({"errorhandler", "app_errorhandler", "register_error_handler"})
_HOOKS = frozenset(
    {
        *("before_request", "after_request", "teardown_request", "teardown_appcontext"),
        *("before_app_request", "after_app_request", "teardown_app_request"),
        *("before_first_request", "before_app_first_request", "url_value_preprocessor"),
        *("app_url_value_preprocessor", "url_defaults", "app_url_defaults", "context_processor"),
        *("app_context_processor", "shell_context_processor", "template_filter"),
        *("app_template_filter", "template_global", "app_template_global", "template_test"),
        *("app_template_test",),
    }
)
_COMMANDS = frozenset({"command", "group"})
_COMMAND_OWNERS = frozenset(
    {
        *(("flask", "AppGroup"), ("flask", "FlaskGroup"), ("flask_script", "Manager")),
        *(("click", "Group"), ("click", "group"), ("typer", "Typer")),
    }
)


@dataclass(frozen=True, kw_only=True)
class ErrorHandler:
    """A function that answers for an HTTP status or an exception."""

    handles: str  # as written: "404", "ValidationError"
    handler: str
    location: Location


@dataclass(frozen=True, kw_only=True)
class Hook:
    """A function that Flask calls around a request or when it renders."""

    kind: str  # before_request, context_processor, …
    handler: str
    location: Location


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command for the command line."""

    name: str
    location: Location


def find_error_handlers(project: Project) -> tuple[ErrorHandler, ...]:
    """Return the error handlers outside the tests, on applications, blueprints and API objects.

    A loop over statuses registers one for each.
    """
    return tuple(
        ErrorHandler(
            handles=handles,
            handler=_applied(project, site) or _handler(site, 1),
            location=site.location,
        )
        for site in project.sites()
        if called(site.call) in _ERRORS and isinstance(site.call.func, ast.Attribute)
        for handles in _handled(project, site)
    )


def _handled(project: Project, site: Site) -> tuple[str, ...]:
    """Return what a handler is for, as written; in a loop, what each round is for."""
    if not site.call.args:
        return ("default",)
    node = site.call.args[0]
    for loop, target in zip(site.loops, site.targets, strict=True):
        if isinstance(node, ast.Name) and isinstance(target, ast.Name) and target.id == node.id:
            elements = project.resolver.elements(loop.value, loop.scope)
            if elements:
                return tuple(dict.fromkeys(_written(ref.node) for ref in elements))
    return (_written(node),)


def _applied(project: Project, site: Site) -> str:
    """Return the name of what a decorator is called with: `app.errorhandler(404)(missing)`."""
    given = project.applied.get(id(site.call))
    return "" if given is None else _written(given)


def find_hooks(project: Project) -> tuple[Hook, ...]:
    """Return the hooks outside the tests."""
    return tuple(
        Hook(
            kind=called(site.call),
            handler=_applied(project, site) or _handler(site, 0),
            location=site.location,
        )
        for site in project.sites()
        if called(site.call) in _HOOKS and isinstance(site.call.func, ast.Attribute)
    )


def find_commands(project: Project) -> tuple[Command, ...]:
    """Return the commands of Flask, click, Typer and Flask-Script outside the tests."""
    return tuple(_commands(project))


def _commands(project: Project) -> Iterator[Command]:
    for site in project.sites():
        function = _decorated(site)
        if function and called(site.call) in _COMMANDS and _takes_commands(project, site):
            yield Command(name=_command_name(project, site, function), location=site.location)


def _takes_commands(project: Project, site: Site) -> bool:
    function = site.call.func
    values = project.values(function, site.scope)
    if any(isinstance(v, External) and v.kind[0] == "click" for v in values):
        return True
    if not isinstance(function, ast.Attribute):
        return False
    owner = function.value
    if isinstance(owner, ast.Attribute) and owner.attr == "cli":
        return True
    for value in project.values(owner, site.scope):
        kind = value.kind if isinstance(value, External) else None
        if isinstance(value, Instance):
            kind = project.kind(value)
        if kind in _COMMAND_OWNERS:
            return True
    # `@click.group() def cli` makes a group of a function of the project.
    return isinstance(owner, ast.Name) and owner.id in {"cli", "manager"}


def _command_name(project: Project, site: Site, function: str) -> str:
    if site.decorates is not None:
        named = [k.value for k in site.call.keywords if k.arg == "name"]
        for node in (*named, *site.call.args[:1]):
            for value in project.values(node, site.scope):
                if isinstance(value, Literal) and isinstance(value.value, str):
                    return value.value
    return function.replace("_", "-")


def _decorated(site: Site) -> str:
    """Return the name of the function that a call decorates, or empty."""
    if site.decorates is not None:
        return site.decorates.name
    # A decorator without brackets is scanned as a call with the name of what it decorates.
    match site.call.args:
        case [ast.Name(id=name)] if name in site.scope.bindings:
            return name
    return ""


def _handler(site: Site, position: int) -> str:
    if site.decorates is not None:
        return site.decorates.name
    return _written(site.call.args[position]) if len(site.call.args) > position else ""


def _written(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Constant(value=value):
            return str(value)[:80]
        case ast.Attribute(attr=name):
            return name
    return "…"

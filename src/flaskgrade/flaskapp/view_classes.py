"""Rules of Flask-Classful's views: every public method of a registered class is one."""

import ast
from collections.abc import Iterator

from flaskgrade.flaskapp.expressions import GAP
from flaskgrade.flaskapp.facts import Route
from flaskgrade.flaskapp.kinds import APPS, BLUEPRINTS
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import FunctionNode, Scope
from flaskgrade.flaskapp.values import Code, Instance

_BASES = frozenset({("flask_classful", "FlaskView"), ("flask_classy", "FlaskView")})
_METHODS = frozenset({"get", "post", "put", "patch", "delete"})
_OWN_RULES = frozenset({"index", "get", "post", "put", "patch", "delete"})
_HOOKS = ("before_", "after_")


def find_view_classes(project: Project) -> Iterator[Route]:
    """Return the rules of classes that are registered."""
    if {package for package, _ in _BASES}.isdisjoint(project.packages()):
        return
    for site in project.sites():
        function = site.call.func
        if not isinstance(function, ast.Attribute) or function.attr != "register":
            continue
        given = (*site.call.args[:1], *(k.value for k in site.call.keywords if k.arg == "app"))
        owners = [
            owner
            for node in given
            for owner in project.instances(node, site.scope, APPS | BLUEPRINTS)
        ]
        for value in project.values(function.value, site.scope):
            if isinstance(value, Code) and not _BASES.isdisjoint(project.class_kinds(value)):
                yield from _rules(project, value.scope, owners)


def _rules(project: Project, view: Scope, owners: list[Instance]) -> Iterator[Route]:
    owner = owners[0] if owners else None
    base = "/" + view.qualname.rsplit(".", 1)[-1].removesuffix("View").lower() + "/"
    for method in view.node.body:
        if not isinstance(method, FunctionNode) or method.name.startswith(("_", *_HOOKS)):
            continue
        name = method.name
        own = [base if name in _OWN_RULES else f"{base}{name}/"]
        for rule in tuple(_declared(project, view, method)) or own:
            yield Route(
                rule=rule,
                methods=(name.upper(),) if name in _METHODS else ("GET",),
                handler=f"{view.qualname}.{name}",
                location=view.place(method),
                owner=(project.variable(owner.call) if owner else None) or view.qualname,
                on_blueprint=owner is not None and project.kind(owner) in BLUEPRINTS,
                layer="flask",
                owner_at=owner.scope.place(owner.call) if owner and owner.call else None,
            )


def _declared(project: Project, view: Scope, method: FunctionNode) -> Iterator[str]:
    """Return the rules of a method's own `@route` decorators, which then are all it has."""
    for decorator in method.decorator_list:
        if isinstance(decorator, ast.Call) and decorator.args:
            called = decorator.func
            name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
            if name == "route":
                texts = project.resolver.texts(decorator.args[0], view)
                yield texts[0] if texts else GAP

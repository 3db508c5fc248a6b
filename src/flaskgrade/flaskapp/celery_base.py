"""What enters the application's context for every task of Celery."""

import ast
from collections.abc import Iterator

from flaskgrade.flaskapp.context_needs import ContextNeeds
from flaskgrade.flaskapp.contexts import find_pushed
from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Defined, FunctionNode, Scope, Site
from flaskgrade.flaskapp.values import Code, External
from flaskgrade.model.evidence import Location

# Both make tasks that run in a context.
# https://flask-celeryext.readthedocs.io/ and https://pypi.org/project/Flask-Celery-Helper/
_BY_ITSELF = frozenset({"FlaskCeleryExt", "AppContextTask", "RequestContextTask"})
_MAKERS = frozenset({("flask_celeryext", "FlaskCeleryExt"), ("flask_celery", "Celery")})
_EXTENSIONS = frozenset({"flask_celeryext", "flask_celery"})
_RUNS = frozenset({"__call__", "run", "before_start"})
_SLOTS = frozenset({"Task", "task_cls"})


def find_base(project: Project, needs: ContextNeeds) -> Location | None:
    """Return what enters a context for all tasks: a class in use, a signal, or the worker."""
    return next(_bases(project, needs), None)


def is_base(project: Project, needs: ContextNeeds, node: ast.expr, scope: Scope) -> bool:
    """Tell whether an expression is a class of tasks that enters a context around their work."""
    for value in project.values(node, scope):
        if isinstance(value, External) and value.kind[1] in _BY_ITSELF:
            return True
        if isinstance(value, Code) and isinstance(value.scope.node, ast.ClassDef):
            lineage = [one for _, one in project.resolver.lineage(value.scope)]
            classes = (value, *(one for one in lineage if isinstance(one, Code)))
            if any(needs.enters(method) for one in classes for method in _runs(one.scope)):
                return True
            if any(isinstance(one, External) and one.kind[1] in _BY_ITSELF for one in lineage):
                return True
    return False


def _bases(project: Project, needs: ContextNeeds) -> Iterator[Location]:
    names = {called(site.call) for site in project.sites()}
    for node, scope in _handed_over(project):
        if _is_live(scope, names) and is_base(project, needs, node, scope):
            yield scope.place(node)
    for site in project.sites():
        if called(site.call) == "connect":
            yield from _signals(project, needs, site.call, site.scope)
        elif _makes(project, site):
            yield site.location
    for place in find_pushed(project):
        if any(word in place.path for word in ("celery", "worker", "task")):
            yield place


def _makes(project: Project, site: Site) -> bool:
    """Tell whether a call makes what gives tasks a context by itself."""
    return not _EXTENSIONS.isdisjoint(project.packages()) and any(
        isinstance(value, External) and value.kind in _MAKERS
        for value in project.values(site.call.func, site.scope)
    )


def _handed_over(project: Project) -> Iterator[tuple[ast.expr, Scope]]:
    """Return what is made Celery's class of tasks, by an assignment or as an argument."""
    for spot in project.nodes.of(ast.Assign):
        if any(_slot(target) in _SLOTS for target in spot.node.targets):
            yield spot.node.value, spot.scope
    for site in project.sites():
        for keyword in site.call.keywords:
            if keyword.arg in _SLOTS:
                yield keyword.value, site.scope


def _signals(
    project: Project, needs: ContextNeeds, call: ast.Call, scope: Scope
) -> Iterator[Location]:
    """Return a signal of Celery's at which a function enters a context."""
    signal = call.func.value if isinstance(call.func, ast.Attribute) else call.func
    values = project.values(signal, scope)
    if any(isinstance(one, External) and one.kind[0] == "celery" for one in values):
        for node in call.args[:1]:
            if any(needs.enters(function) for function in needs.functions(node, scope)):
                yield scope.place(call)


def _runs(owner: Scope) -> Iterator[Scope]:
    for name in _RUNS:
        for binding in owner.bindings.get(name, ()):
            if isinstance(binding, Defined) and isinstance(binding.scope.node, FunctionNode):
                yield binding.scope


def _slot(target: ast.expr) -> str:
    match target:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def _is_live(scope: Scope, names: set[str]) -> bool:
    """Tell whether the code around is ever called: of a method, nobody can tell."""
    at: Scope | None = scope
    while at is not None:
        if isinstance(at.node, FunctionNode) and at.owner is None:
            return at.qualname.split(".")[-1] in names
        at = at.parent
    return True

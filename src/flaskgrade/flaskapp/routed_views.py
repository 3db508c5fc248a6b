"""The view that a rule is for: its name, and the methods that it answers."""

import ast

from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Assigned, Scope
from flaskgrade.flaskapp.values import Code, Known, Ref

STEPS = 8  # from name to name, and through decorators

_METHODS = ("get", "post", "put", "patch", "delete")


def followed(view: ast.expr, scope: Scope, known: Known) -> Ref:
    """Return the view itself, where a name, an argument or a wrapper stands for it.

    `guarded(Rooms.as_view("rooms"))` is the class `Rooms`.
    """
    at = Ref(node=view, scope=scope, known=known)
    for _ in range(STEPS):
        inner = _inside(at)
        if inner is None:
            break
        at = inner
    return at


def _inside(at: Ref) -> Ref | None:
    match at.node:
        case ast.Call(func=ast.Attribute(value=owner, attr="as_view")):
            return Ref(node=owner, scope=at.scope, known=at.known)
        case ast.Call(args=[inner, *_]):
            return Ref(node=inner, scope=at.scope, known=at.known)
        case ast.Name(id=name):
            return _named(name, at)
    return None


def _named(name: str, at: Ref) -> Ref | None:
    home = at.scope.home(name)
    if home is None:
        return None
    given = at.known.get((id(home), name))
    if given is not None and given.node is not at.node:
        return given
    match home.bindings[name]:
        case [Assigned(value=ast.Call() as value, scope=scope, steps=())]:
            return Ref(node=value, scope=scope, known=at.known)
    return None


def methods_of(project: Project, view: Ref) -> tuple[str, ...]:
    """Return the methods that a class of views answers, by inherited ones too; else GET."""
    for value in project.values(view.node, view.scope, view.known):
        if isinstance(value, Code) and isinstance(value.scope.node, ast.ClassDef):
            return class_methods(project, value.scope)
    return ("GET",)


def class_methods(project: Project, view: Scope) -> tuple[str, ...]:
    """Return the methods of a class: as it says itself in `methods`, else those that it has."""
    bases = (base for _, base in project.resolver.lineage(view))
    family = (view, *(base.scope for base in bases if isinstance(base, Code)))
    for scope in family:
        match scope.bindings.get("methods"):
            case [Assigned(value=value)]:
                texts = [
                    text.upper()
                    for ref in project.resolver.elements(value, scope)
                    for text in project.resolver.texts(ref.node, ref.scope, ref.known)
                ]
                if texts:
                    return tuple(dict.fromkeys(texts))
    names = {name for scope in family for name in scope.bindings}
    return tuple(name.upper() for name in _METHODS if name in names) or ("GET",)

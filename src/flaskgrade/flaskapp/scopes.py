"""One parsed file as scopes: which names are bound to what, and which calls stand where."""

import ast
from dataclasses import dataclass, field

from flaskgrade.flaskapp.parsing import Source
from flaskgrade.model.evidence import Location

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(kw_only=True, eq=False)
class Scope:
    """A module, class or function, with the names bound in it."""

    source: Source
    node: ast.Module | ast.ClassDef | FunctionNode
    parent: "Scope | None"
    qualname: str  # dotted, within the module; empty for the module itself
    bindings: dict[str, list["Binding"]] = field(default_factory=dict)
    attributes: dict[str, list["Binding"]] = field(default_factory=dict)  # of a class: self.x = …
    returns: list[ast.expr] = field(default_factory=list)
    outer: set[str] = field(default_factory=set)  # names declared global
    stars: list["Imported"] = field(default_factory=list)  # from x import *

    @property
    def module(self) -> "Scope":
        """The outermost scope."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    @property
    def function(self) -> str | None:
        """The dotted name of the innermost function around, None at module or class level."""
        scope: Scope | None = self
        while scope is not None:
            if isinstance(scope.node, FunctionNode):
                return scope.qualname
            scope = scope.parent
        return None

    @property
    def owner(self) -> "Scope | None":
        """The class, where this is the scope of a method."""
        if isinstance(self.node, FunctionNode) and self.parent is not None:
            return self.parent if isinstance(self.parent.node, ast.ClassDef) else None
        return None

    def home(self, name: str) -> "Scope | None":
        """Return the scope that binds a name which is used in this one, if any does.

        As in Python, a class's names are seen in its own body, and not in its methods.
        """
        at: Scope | None = self
        while at is not None:
            visible = at is self or not isinstance(at.node, ast.ClassDef)
            if visible and name in at.bindings and name not in at.outer:
                return at
            at = at.parent
        return None

    def place(self, node: ast.AST) -> Location:
        """Return where a node of this module stands."""
        return Location(path=self.source.path, line=getattr(node, "lineno", 1))


@dataclass(frozen=True, kw_only=True, eq=False)
class Assigned:
    """A name bound to the value of an expression, or to the part of it at `steps`."""

    value: ast.expr
    scope: Scope
    steps: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Looped:
    """A name bound to each element of an iterable in turn, or to the part of it at `steps`."""

    value: ast.expr
    scope: Scope
    steps: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Imported:
    """A name bound by an import: of a module, or of a `name` in it. `level` counts the dots."""

    module: str
    name: str | None
    level: int
    scope: Scope


@dataclass(frozen=True, kw_only=True, eq=False)
class Defined:
    """A name bound to a function or class of the project."""

    scope: Scope


@dataclass(frozen=True, kw_only=True, eq=False)
class Parameter:
    """A parameter of a function."""

    name: str
    scope: Scope
    annotation: ast.expr | None
    default: ast.expr | None


Binding = Assigned | Looped | Imported | Defined | Parameter


@dataclass(frozen=True, kw_only=True, eq=False)
class Site:
    """A call: where it stands, the loops around it, and what it decorates, if so."""

    call: ast.Call
    scope: Scope
    loops: tuple[Looped, ...] = ()
    targets: tuple[ast.expr, ...] = ()  # of the loops, one each
    decorates: ast.ClassDef | FunctionNode | None = None

    @property
    def location(self) -> Location:
        """Where the call begins."""
        return self.scope.place(self.call)


@dataclass(frozen=True, kw_only=True, eq=False)
class Scanned:
    """All of one file."""

    source: Source
    module: Scope
    scopes: tuple[Scope, ...]  # functions and classes, outer ones first
    sites: tuple[Site, ...]  # in source order
    names: dict[int, str]  # id of a call → the name or attribute that it is assigned to

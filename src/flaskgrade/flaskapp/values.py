"""What an expression may stand for, as far as reading can tell."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Protocol

from flaskgrade.flaskapp.scopes import Scope, Site


@dataclass(frozen=True, kw_only=True, eq=False)
class Ref:
    """An expression where it stands, with what is known about loop variables and arguments."""

    node: ast.expr
    scope: Scope
    known: "Known"


Known = Mapping[tuple[int, str], Ref]  # (id of the scope that binds it, name) → value
NOTHING: Known = {}


@dataclass(frozen=True)
class Literal:
    """A number, a string, None, True, False."""

    value: object


@dataclass(frozen=True, eq=False)
class Items:
    """A list, tuple or set."""

    refs: tuple[Ref, ...]


@dataclass(frozen=True, eq=False)
class Pairs:
    """A dictionary."""

    refs: tuple[tuple[Ref, Ref], ...]


@dataclass(frozen=True)
class External:
    """Something from outside the project, by its dotted name: `flask.Flask`."""

    name: str

    @property
    def kind(self) -> tuple[str, str]:
        """The top-level package and the last part, whatever lies between: ("flask", "Flask")."""
        parts = self.name.split(".")
        return parts[0], parts[-1]


@dataclass(frozen=True)
class Module:
    """A module of the project."""

    path: PurePosixPath


@dataclass(frozen=True)
class Code:
    """A function or class of the project."""

    scope: Scope


@dataclass(frozen=True)
class Instance:
    """What a call of an external thing or a class of the project makes.

    `call` is None where only the type is known, from an annotation.
    """

    of: External | Code
    call: ast.Call | None
    scope: Scope
    known: Known = field(default_factory=dict, compare=False, hash=False)


Value = Literal | Items | Pairs | External | Module | Code | Instance


class Answers(Protocol):
    """What can be asked about expressions: the resolver, as its own parts see it."""

    callers: Mapping[int, Sequence[Site]]  # id of a function's scope → calls of it

    def values(self, node: ast.expr, scope: Scope, known: Known = NOTHING) -> tuple[Value, ...]:
        """Return what the expression may be; nothing if that is unknown."""
        ...

    def read(self, ref: Ref) -> tuple[Value, ...]:
        """Return what an expression may be, where it stands."""
        ...

    def texts(self, node: ast.expr, scope: Scope, known: Known = NOTHING) -> tuple[str, ...]:
        """Return the texts that the expression may be."""
        ...

    def elements(self, node: ast.expr, scope: Scope, known: Known = NOTHING) -> tuple[Ref, ...]:
        """Return the elements of what may be a collection."""
        ...

    def part(self, ref: Ref, steps: tuple[int, ...]) -> tuple[Ref, ...]:
        """Return the element of an element … of a value."""
        ...

    def arguments(self, function: Scope, site: Site, known: Known) -> Known:
        """Return what a call gives to the parameters of the function that it calls."""
        ...

    def rounds(
        self, target: ast.expr, iterated: ast.expr, scope: Scope, known: Known
    ) -> Iterator[Known]:
        """Return what a loop's names are in each of its rounds."""
        ...

    def member(self, module: PurePosixPath, name: str) -> tuple[Value, ...]:
        """Return what a name of a module may be."""
        ...

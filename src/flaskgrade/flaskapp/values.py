"""What an expression may stand for, as far as reading can tell."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from flaskgrade.flaskapp.scopes import Scope


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

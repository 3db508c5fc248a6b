"""The syntax that is no call, by kind and with the scope it stands in, from one walk."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from flaskgrade.flaskapp.scopes import FunctionNode, Scanned, Scope
from flaskgrade.model.evidence import Location

Node = TypeVar("Node", bound=ast.AST)
KINDS = frozenset(
    {
        *(ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Delete, ast.Global),
        *(ast.BinOp, ast.JoinedStr, ast.Compare, ast.Dict, ast.Name, ast.Subscript),
        *(ast.If, ast.Try, ast.With, ast.AsyncWith),
    }
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Spot(Generic[Node]):
    """A node where it stands."""

    node: Node
    scope: Scope

    @property
    def location(self) -> Location:
        """Where the node begins."""
        return self.scope.place(self.node)


class Nodes:
    """The nodes of some files, in source order within each."""

    def __init__(self, files: Iterable[Scanned]) -> None:
        self._found: dict[type[ast.AST], list[Spot[ast.AST]]] = defaultdict(list)
        for file in files:
            for node, scope in _walk(file):
                if type(node) in KINDS:
                    self._found[type(node)].append(Spot(node=node, scope=scope))

    def of(self, kind: type[Node]) -> Iterator[Spot[Node]]:
        """Return the nodes of one of `KINDS`."""
        for spot in self._found.get(kind, ()):
            if isinstance(spot.node, kind):
                yield Spot(node=spot.node, scope=spot.scope)


def _walk(file: Scanned) -> Iterator[tuple[ast.AST, Scope]]:
    inner = {id(scope.node): scope for scope in file.scopes}
    stack: list[tuple[ast.AST, Scope]] = [(node, file.module) for node in file.source.tree.body]
    stack.reverse()
    while stack:
        node, scope = stack.pop()
        yield node, scope
        own = inner.get(id(node))
        body: set[int] = set()
        if own is not None and isinstance(node, FunctionNode | ast.ClassDef):
            body = {id(statement) for statement in node.body}
        children = [
            (child, own if own is not None and id(child) in body else scope)
            for child in ast.iter_child_nodes(node)
        ]
        stack.extend(reversed(children))

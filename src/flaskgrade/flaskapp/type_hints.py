"""How much of the code has annotated signatures."""

from dataclasses import dataclass

from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import FunctionNode

MOST = 2 / 3


@dataclass(frozen=True, kw_only=True)
class TypeHints:
    """Functions outside the tests, and those of them with an annotation in the signature."""

    functions: int
    annotated: int

    @property
    def degree(self) -> str:
        """`none`, `some` or `most`: two thirds at least."""
        if not self.annotated:
            return "none"
        return "most" if self.annotated >= MOST * self.functions else "some"


def find_type_hints(project: Project) -> TypeHints:
    """Count the functions outside the tests by their signatures."""
    nodes = [scope.node for scope in project.functions()]
    annotated = sum(isinstance(node, FunctionNode) and _annotated(node) for node in nodes)
    return TypeHints(functions=len(nodes), annotated=annotated)


def _annotated(node: FunctionNode) -> bool:
    arguments = node.args
    every = (
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        *(one for one in (arguments.vararg, arguments.kwarg) if one is not None),
    )
    return node.returns is not None or any(one.annotation is not None for one in every)

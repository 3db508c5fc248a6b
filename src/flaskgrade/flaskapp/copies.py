"""Functions that say the same: whoever wants a large project, or many typed functions, copies.

Small functions often look alike for good reasons, so that some of one form count. Names and values
make no difference, as they are what a copy changes.
"""

import ast
from collections import Counter
from collections.abc import Iterable, Mapping

ALIKE = 6  # small functions of one form that count
SMALL = 5  # statements in all
_NEUTRAL = (ast.Import, ast.ImportFrom, ast.Expr)
Function = ast.FunctionDef | ast.AsyncFunctionDef


def copies(trees: Iterable[ast.Module]) -> frozenset[int]:
    """Return the ids of small functions of a form that there has been often enough."""
    seen: Counter[tuple[type[ast.AST], ...]] = Counter()
    found = set()
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, Function) and _is_small(node):
                form = tuple(type(inner) for inner in ast.walk(node))
                seen[form] += 1
                if seen[form] > ALIKE:
                    found.add(id(node))
    return frozenset(found)


def _is_small(function: Function) -> bool:
    return sum(isinstance(node, ast.stmt) for node in ast.walk(function)) <= SMALL + 1


def padding_files(
    trees: Mapping[str, ast.Module], idle: frozenset[int], copied: frozenset[int]
) -> tuple[str, ...]:
    """Return the files that hold nothing but padding, and those that are copies of each other."""
    seen: Counter[tuple[type[ast.AST], ...]] = Counter()
    found = []
    for path, tree in trees.items():
        form = tuple(type(inner) for inner in ast.walk(tree))
        seen[form] += 1
        rest = [node for node in tree.body if not isinstance(node, _NEUTRAL)]
        padded = rest and all(id(node) in idle or id(node) in copied for node in rest)
        if padded or seen[form] > ALIKE:
            found.append(path)
    return tuple(found)


def annotated(function: Function) -> bool:
    """Tell whether a function says the types of all that it takes and returns."""
    arguments = function.args
    given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    said = [a.annotation for i, a in enumerate(given) if i or a.arg not in {"self", "cls"}]
    return function.returns is not None and None not in said


def annotated_padding(
    trees: Iterable[ast.Module], idle: frozenset[int], copied: frozenset[int]
) -> int:
    """Return how many annotated functions are there that are copies or that nothing uses."""
    count = 0
    for tree in trees:
        pending: list[tuple[ast.AST, bool]] = [(tree, False)]
        while pending:
            node, within = pending.pop()
            padding = within or id(node) in idle or id(node) in copied
            count += padding and isinstance(node, Function) and annotated(node)
            pending.extend((child, padding) for child in ast.iter_child_nodes(node))
    return count

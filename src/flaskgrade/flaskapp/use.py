"""Which definitions of a project nothing uses.

By name alone, so that in doubt they are in use: what a decorator takes, what derives from
somebody's class, and whatever a string names may be called from anywhere.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence

_DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_PLAIN_BASES = frozenset({"object", "Exception", "ValueError", "dict", "list", "str", "int"})
_NAME_CHARACTERS = 200


def unused(trees: Sequence[ast.Module]) -> frozenset[int]:
    """Return the ids of top-level functions and classes, and methods, that nothing in use names."""
    return _Use(trees).unused()


class _Use:
    """What waits for its name, by name, and what is in use and may name others."""

    def __init__(self, trees: Sequence[ast.Module]) -> None:
        self._handed_on = _handed_on(trees)
        self._waiting: dict[str, list[_DEFINITIONS]] = defaultdict(list)
        self._seen: set[str] = set()
        self._pending: list[ast.AST] = []
        for node in (node for tree in trees for node in tree.body):
            if isinstance(node, _DEFINITIONS) and id(node) not in self._handed_on:
                self._waiting[node.name].append(node)
            elif not _is_export(node):
                self._pending.append(node)

    def unused(self) -> frozenset[int]:
        """Follow what is in use to its end; return what is left."""
        while self._pending:
            node = self._pending.pop()
            if isinstance(node, ast.ClassDef):
                self._open(node)
                continue
            for inner in ast.walk(node):
                for name in _names(inner):
                    if name not in self._seen:
                        self._seen.add(name)
                        self._pending.extend(self._waiting.pop(name, ()))
        return frozenset(id(node) for nodes in self._waiting.values() for node in nodes)

    def _open(self, node: ast.ClassDef) -> None:
        """Take in a class in use: its methods wait for their names, unless a framework calls."""
        self._pending.extend((*node.decorator_list, *node.bases, *node.keywords))
        framework = id(node) in self._handed_on and bool(node.bases)
        for child in node.body:
            waits = (
                isinstance(child, _DEFINITIONS)
                and not framework
                and not child.decorator_list
                and not child.name.startswith("__")
                and child.name not in self._seen
            )
            if waits and isinstance(child, _DEFINITIONS):
                self._waiting[child.name].append(child)
            else:
                self._pending.append(child)


def _handed_on(trees: Sequence[ast.Module]) -> frozenset[int]:
    """Return the ids of top-level definitions that others may call unnamed.

    A decorator has taken them, or a class that is not the project's own is above them, such as
    a model's or a view's.
    """
    tops = [node for tree in trees for node in tree.body if isinstance(node, _DEFINITIONS)]
    classes = [node for node in tops if isinstance(node, ast.ClassDef)]
    heirs: dict[str, list[ast.ClassDef]] = defaultdict(list)
    for node in classes:
        for base in node.bases:
            heirs[base.id if isinstance(base, ast.Name) else ""].append(node)
    own = {node.name for node in classes}
    pending = [name for name in heirs if name not in own | _PLAIN_BASES]
    found = {id(node) for node in tops if node.decorator_list}
    done: set[str] = set()
    while pending:
        name = pending.pop()
        if name not in done:
            done.add(name)
            found.update(id(heir) for heir in heirs[name])
            pending.extend(heir.name for heir in heirs[name])
    return frozenset(found)


def _is_export(node: ast.stmt) -> bool:
    """Tell whether a statement is a list of what could be used, which is no use."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets)


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.alias):
        yield from node.name.split(".")
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from node.value[:_NAME_CHARACTERS].replace(":", ".").replace("()", "").split(".")

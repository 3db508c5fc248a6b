"""Which file of the project imports which: the graph, what is reached in it, and its circles."""

import ast
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from flaskgrade.flaskapp.project import Project, imports
from flaskgrade.flaskapp.scopes import FunctionNode, Imported, Scanned
from flaskgrade.model.evidence import Location

Graph = Mapping[str, frozenset[str]]  # path → paths that it imports


@dataclass(frozen=True, kw_only=True)
class Circle:
    """Files that import each other as they are imported, and the import that leads out of each.

    `gathers`: it is one only because packages import their own modules when the names that these
    need are there, further down in `__init__`, as Flask's documentation does for views.
    https://flask.palletsprojects.com/en/stable/patterns/packages/
    """

    paths: tuple[str, ...]
    places: tuple[Location, ...]
    gathers: bool = False


def reached(project: Project, starts: Iterable[str]) -> frozenset[str]:
    """Return the files that are imported from some files, by whatever way, those included."""
    files = {file.source.path: file for file in project.all_files}
    seen: set[str] = set()
    pending = [path for path in starts if path in files]
    while pending:
        path = pending.pop()
        if path not in seen:
            seen.add(path)
            pending.extend(_targets(project, imports(files[path])))
    return frozenset(seen)


def find_circles(project: Project) -> tuple[Circle, ...]:
    """Return the circles of imports that run as modules are imported, each group of files once."""
    edges = imported_files(project)
    below = {file.source.path: _gathers_from(file) for file in project.files}
    strict = {
        path: frozenset(
            to
            for to, place in own.items()
            if (place.line or 0) < below[path] or not _is_below(to, path)
        )
        for path, own in edges.items()
    }
    return tuple(
        Circle(
            paths=group,
            places=tuple(
                next(place for to, place in edges[path].items() if to in group) for path in group
            ),
            gathers=all(
                len(inner) == 1
                for inner in components({path: strict[path].intersection(group) for path in group})
            ),
        )
        for group in components({path: frozenset(to) for path, to in edges.items()})
        if len(group) > 1
    )


def imported_files(project: Project) -> dict[str, dict[str, Location]]:
    """Return which files each file outside the tests imports as it is imported, and where."""
    edges: dict[str, dict[str, Location]] = {}
    for file in project.files:
        own = edges.setdefault(file.source.path, {})
        for imported, place in _at_import(file):
            for path in _targets(project, (imported,)):
                if path != file.source.path:
                    own.setdefault(path, place)
    return edges


def _gathers_from(file: Scanned) -> float:
    """Return the line of a package's `__init__` from which on imports stand below other code.

    Where all of it is imports, none is above another.
    """
    if PurePosixPath(file.source.path).name != "__init__.py":
        return math.inf
    own = (
        node.lineno
        for node in file.source.tree.body
        if not isinstance(node, ast.Import | ast.ImportFrom) and not _is_remark(node)
    )
    return next(own, 0)


def _is_remark(node: ast.stmt) -> bool:
    """Tell whether a statement is a docstring, or a list of names."""
    return isinstance(node, ast.Expr) or (
        isinstance(node, ast.Assign) and "__all__" in ast.dump(node.targets[0])[:80]
    )


def _is_below(path: str, package: str) -> bool:
    """Tell whether a file belongs to the package of an `__init__`."""
    return path.startswith(package.removesuffix("__init__.py"))


def components(graph: Graph) -> list[tuple[str, ...]]:
    """Return the groups of files that reach each other (Tarjan's algorithm), each group sorted."""
    return sorted(_Components(graph).found)


class _Components:
    """One pass over a graph, without recursion: a submission decides how long its chains are."""

    def __init__(self, graph: Graph) -> None:
        self.found: list[tuple[str, ...]] = []
        self._graph = graph
        self._index: dict[str, int] = {}
        self._low: dict[str, int] = {}
        self._stack: dict[str, None] = {}
        for root in graph:
            if root not in self._index:
                self._visit(root)

    def _visit(self, root: str) -> None:
        work = [self._open(root)]
        while work:
            node, rest = work[-1]
            following = next(rest, None)
            if following is None:
                work.pop()
                if work:
                    self._lower(work[-1][0], self._low[node])
                if self._low[node] == self._index[node]:
                    self.found.append(self._close(node))
            elif following not in self._index:
                work.append(self._open(following))
            elif following in self._stack:
                self._lower(node, self._index[following])

    def _open(self, node: str) -> tuple[str, Iterator[str]]:
        self._index[node] = self._low[node] = len(self._index)
        self._stack[node] = None
        return node, iter(sorted(self._graph.get(node, ())))

    def _lower(self, node: str, to: int) -> None:
        self._low[node] = min(self._low[node], to)

    def _close(self, node: str) -> tuple[str, ...]:
        group = []
        while True:
            last, _ = self._stack.popitem()
            group.append(last)
            if last == node:
                return tuple(sorted(group))


def _targets(project: Project, imported: Iterable[Imported]) -> Iterator[str]:
    """Return the files that imports run: a package's member where the name is one, or its own."""
    for one in imported:
        module = project.modules.target(one)
        if module is None:
            continue
        whole = project.modules.file(module)
        bindings = whole.module.bindings if whole is not None else {}
        defined = any(not isinstance(b, Imported) for b in bindings.get(one.name or "", ()))
        inner = None
        if one.name is not None and not defined:
            inner = project.modules.member(module, one.name)
        file = project.modules.file(inner) if inner is not None else whole
        if file is not None:
            yield file.source.path


def _at_import(file: Scanned) -> Iterator[tuple[Imported, Location]]:
    """Return the imports outside functions, but for those that only type checkers follow."""
    pending: list[ast.AST] = [file.source.tree]
    while pending:
        node = pending.pop()
        place = file.module.place(node)
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield _imported(alias.name, None, 0, file), place
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield _imported(node.module or "", alias.name, node.level, file), place
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)[:200]:
            pending.extend(node.orelse)
        elif not isinstance(node, FunctionNode | ast.expr):
            pending.extend(ast.iter_child_nodes(node))


def _imported(module: str, name: str | None, level: int, file: Scanned) -> Imported:
    return Imported(module=module, name=name, level=level, scope=file.module)

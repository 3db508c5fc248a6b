"""The folders that a project's own code adds to the import path: `sys.path.insert(0, HERE)`."""

import ast
import posixpath
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from flaskgrade.flaskapp.scopes import Assigned, Scanned, Scope, Site

DEPTH = 12  # of expressions within expressions

# What gives back the path that it is given, in another spelling.
_SAME = frozenset(
    {
        *("abspath", "realpath", "normpath", "expanduser", "fspath", "resolve", "absolute"),
        *("str", "Path", "PurePath", "as_posix"),
    }
)


def added_folders(files: Iterable[Scanned]) -> tuple[PurePosixPath, ...]:
    """Return the folders of the project that its files add to the import path.

    A relative path is taken to start at the project's root; what cannot be read is left out.
    """
    found = dict.fromkeys(
        folder
        for file in files
        for site in file.sites
        if isinstance(site.call.func, ast.Attribute) and is_import_path(site.call.func)
        for folder in _folders(site)
    )
    return tuple(found)


def is_import_path(function: ast.Attribute) -> bool:
    """Tell whether a call is one of `sys.path.insert`, `site.addsitedir` and their like."""
    of_path = isinstance(function.value, ast.Attribute) and function.value.attr == "path"
    return (of_path and function.attr in {"insert", "append", "extend"}) or (
        function.attr == "addsitedir"
    )


def _folders(site: Site) -> Iterator[PurePosixPath]:
    for argument in site.call.args[-1:]:
        for node in argument.elts if isinstance(argument, ast.List | ast.Tuple) else [argument]:
            path = _path(node, site.scope, DEPTH)
            if path is not None:
                normal = posixpath.normpath(path)
                if not normal.startswith(("/", "..")):
                    yield PurePosixPath(normal)


def _path(node: ast.expr, scope: Scope, depth: int) -> str | None:
    """Return the path from the project's root that an expression stands for, if it can be read."""
    found: str | None = None
    if depth == 0:
        return found
    match node:
        case ast.Constant(value=str() as text):
            found = text
        case ast.Name(id="__file__"):
            found = scope.source.path
        case ast.Name(id=name):
            home = scope.home(name)
            last = home.bindings[name][-1] if home is not None else None
            if isinstance(last, Assigned) and not last.steps:
                found = _path(last.value, last.scope, depth - 1)
        case ast.BinOp(op=ast.Div(), left=left, right=right):
            found = _joined([left, right], scope, depth)
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            one, other = _path(left, scope, depth - 1), _path(right, scope, depth - 1)
            found = None if one is None or other is None else one + other
        case ast.Call():
            found = _called(node, scope, depth)
        case _:
            found = _member(node, scope, depth)
    return found


def _member(node: ast.expr, scope: Scope, depth: int) -> str | None:
    """Return the path of `os.pardir`, `HERE.parent`, `HERE.parents[1]`."""
    match node:
        case ast.Attribute(attr="curdir"):
            return "."
        case ast.Attribute(attr="pardir"):
            return ".."
        case ast.Attribute(attr="parent", value=inner):
            return _above(_path(inner, scope, depth - 1), 1)
        case ast.Subscript(
            value=ast.Attribute(attr="parents", value=inner), slice=ast.Constant(value=int() as up)
        ):
            return _above(_path(inner, scope, depth - 1), up + 1)
    return None


def _called(call: ast.Call, scope: Scope, depth: int) -> str | None:
    found: str | None = None
    match call.func:
        case ast.Attribute(attr="getcwd" | "cwd"):
            found = "."
        case ast.Attribute(attr="dirname") if call.args:
            found = _above(_path(call.args[0], scope, depth - 1), 1)
        case ast.Attribute(attr="join"):
            found = _joined(call.args, scope, depth)
        case ast.Attribute(attr="joinpath", value=inner):
            found = _joined([inner, *call.args], scope, depth)
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in _SAME and call.args:
            found = _joined(call.args, scope, depth)
        case ast.Attribute(attr=name, value=inner) if name in _SAME:
            found = _path(inner, scope, depth - 1)
    return found


def _joined(nodes: list[ast.expr], scope: Scope, depth: int) -> str | None:
    parts = [_path(node, scope, depth - 1) for node in nodes]
    known = [part for part in parts if part is not None]
    return posixpath.join(*known) if parts and len(known) == len(parts) else None


def _above(path: str | None, levels: int) -> str | None:
    """Return the folder some levels up; above the root, a path that starts with `..`."""
    if path is None:
        return None
    normal = posixpath.normpath(path)
    return posixpath.normpath(posixpath.join(normal, *([".."] * min(levels, DEPTH))))

"""The tests that pytest would collect: by its default patterns, each function once."""

import ast

from flaskgrade.flaskapp.layout import is_collected
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Defined, FunctionNode, Scanned, Scope
from flaskgrade.flaskapp.values import Code

_DEEP = 8


def count_tests(project: Project) -> int:
    """Return the number of test functions, parametrised ones counted once."""
    return sum(
        _in_module(project, file)
        for file in project.all_files
        if is_collected(file.source.path)
    )


def _in_module(project: Project, file: Scanned) -> int:
    total = 0
    for name, bindings in file.module.bindings.items():
        last = bindings[-1]  # an earlier one of the same name is lost
        if not isinstance(last, Defined):
            continue
        if isinstance(last.scope.node, ast.ClassDef):
            total += _in_class(project, last.scope)
        elif name.startswith("test") and not _is_fixture(last.scope.node):
            total += 1
    return total


def _in_class(project: Project, scope: Scope) -> int:
    """Count the tests of a class: a unittest case, or named Test… and without `__init__`."""
    case = _is_case(project, scope)
    if not case and (not scope.qualname.split(".")[-1].startswith("Test") or "__init__" in scope.bindings):
        return 0
    inner = (
        bindings[-1].scope
        for bindings in scope.bindings.values()
        if isinstance(bindings[-1], Defined)
    )
    nested = sum(
        _in_class(project, child) for child in inner if isinstance(child.node, ast.ClassDef)
    )
    return len(_methods(project, scope)) + nested


def _methods(project: Project, scope: Scope, depth: int = 0) -> set[str]:
    """Return the names of test methods, inherited ones included."""
    names = {
        name
        for name, bindings in scope.bindings.items()
        if name.startswith("test")
        and isinstance(last := bindings[-1], Defined)
        and isinstance(last.scope.node, FunctionNode)
        and not _is_fixture(last.scope.node)
    }
    for base in project.resolver.bases(scope):
        if isinstance(base, Code) and depth < _DEEP:
            names |= _methods(project, base.scope, depth + 1)
    return names


def _is_case(project: Project, scope: Scope) -> bool:
    return any(kind[1].endswith("TestCase") for kind in project.class_kinds(Code(scope)))


def _is_fixture(node: ast.AST) -> bool:
    if not isinstance(node, FunctionNode):
        return False
    for decorator in node.decorator_list:
        inner = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(inner, ast.Attribute) and inner.attr == "fixture":
            return True
    return False

"""The tests that pytest would collect: by its default patterns, each function once."""

import ast

from flaskgrade.flaskapp.layout import is_collected
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Defined, FunctionNode, Scanned, Scope
from flaskgrade.flaskapp.values import Code


def count_tests(project: Project) -> int:
    """Return the number of test functions; parametrised and inherited ones count once."""
    found: set[int] = set()
    for file in project.all_files:
        if is_collected(file.source.path):
            found |= _in_module(project, file)
    return len(found)


def _in_module(project: Project, file: Scanned) -> set[int]:
    found: set[int] = set()
    for name, bindings in file.module.bindings.items():
        last = bindings[-1]  # an earlier one of the same name is lost
        if not isinstance(last, Defined):
            continue
        if isinstance(last.scope.node, ast.ClassDef):
            found |= _in_class(project, last.scope)
        elif name.startswith("test") and not _is_fixture(last.scope.node):
            found.add(id(last.scope))
    return found


def _in_class(project: Project, scope: Scope) -> set[int]:
    """Return the tests of a class: a unittest case, or named Test… and without `__init__`."""
    named = scope.qualname.split(".")[-1].startswith("Test") and "__init__" not in scope.bindings
    if not named and not _is_case(project, scope):
        return set()
    found = set(_methods(project, scope).values())
    for bindings in scope.bindings.values():
        last = bindings[-1]
        if isinstance(last, Defined) and isinstance(last.scope.node, ast.ClassDef):
            found |= _in_class(project, last.scope)
    return found


def _methods(project: Project, scope: Scope) -> dict[str, int]:
    """Return the test methods by name, inherited ones included."""
    methods: dict[str, int] = {}
    bases = (base for _, base in project.resolver.lineage(scope))
    for holder in (scope, *(base.scope for base in bases if isinstance(base, Code))):
        for name, bindings in holder.bindings.items():
            last = bindings[-1]
            if (
                name.startswith("test")
                and isinstance(last, Defined)
                and isinstance(last.scope.node, FunctionNode)
                and not _is_fixture(last.scope.node)
            ):
                methods.setdefault(name, id(last.scope))
    return methods


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

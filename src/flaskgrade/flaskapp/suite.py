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


def has_tests(project: Project) -> bool:
    """Tell whether there are tests at all, in files too that pytest collects only when told to."""
    return any(_in_module(project, file) for file in project.all_files if file.source.test)


def idle_tests(project: Project) -> tuple[str, ...]:
    """Return pytest's ids of tests that do what another one does, word by word, or nothing."""
    seen: set[tuple[str, str]] = set()
    idle = []
    for file in project.all_files:
        if not is_collected(file.source.path):
            continue
        for scope in file.scopes:
            node = scope.node
            if not isinstance(node, FunctionNode) or not node.name.startswith("test"):
                continue
            body = _without_docstring(node.body)
            said = ast.dump(ast.Module(body=body, type_ignores=[])) + ast.dump(node.args)
            marks = "".join(map(ast.dump, node.decorator_list))
            if (said, marks) in seen or not _looks_at_anything(node, body):
                idle.append("::".join((file.source.path, *scope.qualname.split("."))))
            seen.add((said, marks))
    return tuple(idle)


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0]
    text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return body[1:] if text else body


def _looks_at_anything(test: FunctionNode, body: list[ast.stmt]) -> bool:
    """Tell whether a test calls something, or uses what a fixture gives."""
    given = {argument.arg for argument in test.args.args} - {"self"}
    return any(
        isinstance(node, ast.Call) or (isinstance(node, ast.Name) and node.id in given)
        for statement in body
        for node in ast.walk(statement)
    )


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

"""What runs as a module is imported, where there is no application's context yet."""

import ast
from collections.abc import Iterator

from flaskgrade.flaskapp.scopes import FunctionNode

CONTEXTS = frozenset({"app_context", "test_request_context", "request_context"})
PROXIES = frozenset({"current_app", "g", "request", "session"})
_LATER = ast.Lambda | ast.GeneratorExp
_ASKS = frozenset({"has_app_context", "has_request_context"})


def run_at_import(tree: ast.Module) -> Iterator[ast.AST]:
    """Return the nodes of a module that run as it is imported, in no context.

    Left out are the bodies of functions and lambdas, `with app.app_context()`, what is only done
    `if __name__ == "__main__"` or if there is a context, and what a `RuntimeError` may stop.
    """
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, _LATER):
            continue
        yield node
        if isinstance(node, FunctionNode):
            pending.extend(node.decorator_list)
            pending.extend(node.args.defaults)
            pending.extend(default for default in node.args.kw_defaults if default is not None)
        elif isinstance(node, ast.With | ast.AsyncWith) and any(
            enters_context(item.context_expr) for item in node.items
        ):
            pending.extend(item.context_expr for item in node.items)
        elif isinstance(node, ast.If) and _asks(node.test):
            pending.extend(node.orelse)
        elif isinstance(node, ast.Try) and catches_runtime_error(node):
            pending.extend((*node.orelse, *node.finalbody))
        elif isinstance(node, ast.AnnAssign):
            pending.extend(() if node.value is None else (node.value,))
        else:
            pending.extend(ast.iter_child_nodes(node))


def enters_context(node: ast.AST) -> bool:
    """Tell whether an expression is a call of `app_context` or of one for a request."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CONTEXTS
    )


def pushes(tree: ast.Module) -> Iterator[ast.Call]:
    """Return the calls `app.app_context().push()` that run as a module is imported."""
    for node in run_at_import(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=context, attr="push")) if enters_context(
                context
            ):
                yield node


def catches_runtime_error(node: ast.Try) -> bool:
    """Tell whether a statement minds that there may be no context."""
    return any(map(_catches, node.handlers))


def _asks(test: ast.expr) -> bool:
    """Tell whether a test asks for a context, or whether the module is the main one."""
    if isinstance(test, ast.Compare):
        return isinstance(test.left, ast.Name) and test.left.id == "__name__"
    if isinstance(test, ast.Name):
        return test.id in PROXIES  # which are false without a context
    return any(isinstance(node, ast.Name) and node.id in _ASKS for node in ast.walk(test))


def _catches(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(kind, ast.Name) and kind.id == "RuntimeError" for kind in kinds)

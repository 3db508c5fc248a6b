"""How much source there is: the measure that findings are counted against."""

import ast


def source_lines(text: str, tree: ast.Module | None) -> int:
    """Return the number of lines that hold code.

    Blank lines and comments hold none. A string over many lines counts as one, so that text alone
    cannot make a project look larger than its code.
    """
    inside: set[int] = set()
    if tree is not None:
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant | ast.JoinedStr) and node.end_lineno is not None:
                inside.update(range(node.lineno + 1, node.end_lineno + 1))
    return sum(
        1
        for number, line in enumerate(text.splitlines(), start=1)
        if number not in inside and (stripped := line.strip()) and not stripped.startswith("#")
    )

"""How much source there is: the measure that findings are counted against."""

import ast


def source_lines(text: str, tree: ast.Module | None) -> int:
    """Return the number of lines that hold code.

    Blank lines and comments hold none. A string over many lines counts as one, so that text alone
    cannot make a project look larger than its code.
    """
    strings: set[tuple[int, int]] = set()  # the parts of an f-string may all stand where it does
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Constant | ast.JoinedStr) and node.end_lineno is not None:
            strings.add((node.lineno, node.end_lineno))
    inside = {line for start, end in strings for line in range(start + 1, end + 1)}
    return sum(
        1
        for number, line in enumerate(text.splitlines(), start=1)
        if number not in inside and (stripped := line.strip()) and not stripped.startswith("#")
    )

"""How much source there is: the measure that findings are counted against.

Whoever wants few findings per line could add lines. So what counts are lines that do something
new: no blanks, comments and texts; no function or class that nothing uses; no more than some small
functions that look alike; and of statements that all have one form, as many as the variety of the
rest bears out. Code as people write it keeps nearly all of its lines; ten thousand times `x1 = 1`
come to a few.
"""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flaskgrade.flaskapp.copies import copies
from flaskgrade.flaskapp.use import unused

STATEMENT_LINES = 25  # of one statement, such as a table of data
ALIKE = 12  # so many statements of one form always count …
VARIETY = 4  # … and one more for so many forms that the project has
UNPARSED_LINES = 200  # of all files that cannot be parsed, whatever they hold
_Statement = ast.stmt | ast.ExceptHandler


@dataclass(frozen=True, kw_only=True)
class Text:
    """A file: its text, its tree if it could be parsed, and whether its lines are to be counted.

    A file that is not counted, such as a test, may still use what others define.
    """

    text: str
    tree: ast.Module | None
    counts: bool = True


def source_lines(files: Iterable[Text]) -> int:
    """Return the number of lines that count, of all files together."""
    files = tuple(files)
    trees = tuple(file.tree for file in files if file.tree is not None)
    idle = unused(trees) | copies(trees)
    forms: dict[int, list[int]] = defaultdict(list)
    for file in files:
        if file.counts and file.tree is not None:
            full = _full_lines(file.text)
            texts = _inside_texts(file.tree)
            for statement in _statements(file.tree, idle):
                lines = (full - texts) & set(range(_start(statement), _end(statement) + 1))
                forms[_form(statement)].append(min(len(lines), STATEMENT_LINES))
    most = ALIKE + len(forms) // VARIETY
    counted = sum(sum(sorted(sizes, reverse=True)[:most]) for sizes in forms.values())
    broken = {
        line.strip()
        for file in files
        if file.counts and file.tree is None
        for line in file.text.split("\n", 10 * UNPARSED_LINES)[: 10 * UNPARSED_LINES]
        if line.strip() and not line.strip().startswith("#")
    }
    return counted + min(len(broken), UNPARSED_LINES)


def _full_lines(text: str) -> set[int]:
    """Return the numbers of lines that are neither blank nor a comment.

    Lines end where Python says, which is not everywhere that `str.splitlines` does.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return {
        number
        for number, line in enumerate(lines, start=1)
        if (stripped := line.strip()) and not stripped.startswith("#")
    }


def _inside_texts(tree: ast.Module) -> set[int]:
    """Return the lines that a string goes on in: text alone makes no project larger."""
    spans: set[tuple[int, int]] = set()  # the parts of an f-string may all stand where it does
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.JoinedStr) and node.end_lineno is not None:
            spans.add((node.lineno, node.end_lineno))
    return {line for start, end in spans for line in range(start + 1, end + 1)}


# Statements


def _statements(tree: ast.Module, idle: frozenset[int]) -> Iterator[_Statement]:
    """Return the statements of a file, but of definitions that nothing uses."""
    pending: list[ast.AST] = list(tree.body)
    while pending:
        node = pending.pop()
        if id(node) in idle:
            continue
        if isinstance(node, _Statement):
            yield node
        pending.extend(child for child in _blocks(node))


def _blocks(node: ast.AST) -> Iterator[ast.AST]:
    """Return what stands in the blocks of a compound statement."""
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield from block


def _start(statement: _Statement) -> int:
    decorators = getattr(statement, "decorator_list", None)
    return min((d.lineno for d in decorators or ()), default=statement.lineno)


def _end(statement: _Statement) -> int:
    """Return the last line of a statement, of a compound one that of its head."""
    inner = [
        (child.lineno if isinstance(child, _Statement) else child.pattern.lineno)
        for child in _blocks(statement)
        if isinstance(child, _Statement | ast.match_case)
    ]
    if inner:
        return max(min(inner) - 1, statement.lineno)
    return statement.end_lineno or statement.lineno


def _form(statement: _Statement) -> int:
    """Return what two statements share that differ by names and values alone."""
    kinds: list[object] = []
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        kinds.append(type(node))
        blocks = {id(child) for child in _blocks(node)} if isinstance(node, _Statement) else set()
        pending.extend(c for c in ast.iter_child_nodes(node) if id(c) not in blocks)
    return hash(tuple(kinds))

"""Read what candidates were given, and compare a submission with it."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from flaskgrade import syntax
from flaskgrade.flaskapp.project_facts import ProjectFacts
from flaskgrade.given.evidence import Starter
from flaskgrade.given.lines import Given, given_lines
from flaskgrade.model.submission import Submission

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def compared(submission: Submission, facts: ProjectFacts, folder: Path) -> Starter | None:
    """Return what of the Python files is the starter's; None if the folder has none, or no file."""
    texts = starter_texts(folder)
    if not texts:
        return None
    unread = {*facts.too_large, *(path for path, _ in facts.unparsed)}
    mine = {path: submission.text(path) for path in facts.python_files if path not in unread}
    given = given_lines(mine, texts)
    functions, annotated = _functions(mine, given)
    return Starter(
        given=given,
        share=_share({path: mine[path] for path in mine.keys() - set(facts.test_files)}, given),
        functions=functions,
        functions_annotated=annotated,
    )


def starter_texts(folder: Path) -> dict[str, str]:
    """Return the Python files below a folder, by their POSIX paths."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(folder.rglob("*.py"))
        if path.is_file() and not path.is_symlink()
    }


def _share(texts: Mapping[str, str], given: Given) -> float:
    """Return how much of the lines that say something is the starter's."""
    full = [
        given.holds(path, number)
        for path, text in texts.items()
        for number, line in enumerate(text.split("\n"), start=1)
        if (said := line.strip()) and not said.startswith("#")
    ]
    return sum(full) / len(full) if full else 0.0


def _functions(texts: Mapping[str, str], given: Given) -> tuple[int, int]:
    """Return how many functions begin as the starter's do, and how many of them are annotated."""
    theirs = [
        function
        for path, text in texts.items()
        for function in _definitions(text)
        if given.holds(path, function.lineno)
    ]
    return len(theirs), sum(map(_annotated, theirs))


def _definitions(text: str) -> Iterator[_Function]:
    try:
        tree = syntax.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    yield from (node for node in ast.walk(tree) if isinstance(node, _Function))


def _annotated(function: _Function) -> bool:
    """Tell what the check of types counts as annotated: see `guest/examiner/typecheck.py`."""
    named = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    typed = [one for place, one in enumerate(named) if place or one.arg not in ("self", "cls")]
    said = [function.returns, *(one.annotation for one in typed)]
    return None not in said and not all(_is_any(one) for one in said)


def _is_any(annotation: ast.expr | None) -> bool:
    match annotation:
        case ast.Name(id="Any") | ast.Attribute(attr="Any"):
            return True
    return False

"""Find the hidden tests of an exercise in its files' syntax: they are never imported here."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flaskgrade.errors import FileError

MAX_BYTES = 1_000_000


@dataclass(frozen=True, kw_only=True)
class HiddenTest:
    """A test function: its pytest node id, its title for people, and where it stands.

    `brief` are the words of the brief that it names: `@pytest.mark.brief("A 204 has no body")`.
    """

    id: str
    title: str
    path: Path
    line: int
    brief: tuple[str, ...] = ()


def hidden_tests(acceptance: Path) -> dict[str, HiddenTest]:
    """Return the test functions below a folder by id, as pytest would collect them.

    Raises FileError for a file that does not parse, and for tests that pytest would collect in
    another way than one function, one test: in classes, in branches, async, or twice by one name.
    """
    if not acceptance.is_dir():
        raise FileError(acceptance, None, "the folder of acceptance tests is missing")
    found: dict[str, HiddenTest] = {}
    for path in sorted(acceptance.rglob("*.py")):
        tree = _parsed(path)
        if not (path.name.startswith("test_") or path.stem.endswith("_test")):
            continue
        for function in _tests(path, tree):
            name = f"{path.relative_to(acceptance).as_posix()}::{function.name}"
            if name in found:
                raise FileError(
                    path,
                    function.lineno,
                    f"{function.name} is defined twice, first on line {found[name].line}",
                    hint="The second would take the place of the first. Rename one.",
                )
            found[name] = HiddenTest(
                id=name,
                title=_title(function),
                path=path,
                line=function.lineno,
                brief=_brief(path, function),
            )
    return found


def _parsed(path: Path) -> ast.Module:
    try:
        source = path.read_bytes()
        if len(source) > MAX_BYTES:
            raise FileError(path, None, f"is larger than {MAX_BYTES:,} bytes")
        return ast.parse(source, filename=str(path))
    except OSError as error:
        raise FileError(path, None, f"cannot be read: {error.strerror}") from error
    except SyntaxError as error:
        raise FileError(path, error.lineno, f"not valid Python: {error.msg}") from error
    except ValueError as error:  # null bytes
        raise FileError(path, None, f"not valid Python: {error}") from error


def _tests(path: Path, tree: ast.Module) -> Iterator[ast.FunctionDef]:
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef) and _is_test(statement):
            yield statement
        else:
            _refuse_hidden(path, statement)


def _refuse_hidden(path: Path, statement: ast.stmt) -> None:
    """Raise FileError for a test in a statement where it would not be one plain test."""
    if isinstance(statement, ast.AsyncFunctionDef) and _is_test(statement):
        raise FileError(
            path,
            statement.lineno,
            f"{statement.name} is async: pytest would not run it",
            hint="Write it as a plain function.",
        )
    if isinstance(statement, ast.ClassDef):
        if statement.name.startswith("Test") or _is_test_case(statement):
            raise FileError(
                path,
                statement.lineno,
                f"the class {statement.name} holds tests; each must be a function of the module",
                hint="Move its tests out of the class, and its set-up into fixtures.",
            )
        return
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        return
    for child in ast.walk(statement):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) and _is_test(child):
            raise FileError(
                path,
                child.lineno,
                f"{child.name} stands in a branch, so that it may be missing at times",
                hint="Put it at the top level of the module.",
            )


def _is_test(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Tell whether pytest collects a function: by its name, unless it is a fixture."""
    return function.name.startswith("test") and not any(
        _last_name(decorator) == "fixture" for decorator in function.decorator_list
    )


def _is_test_case(definition: ast.ClassDef) -> bool:
    """Tell whether a class seems to be a unittest.TestCase, which pytest collects by any name."""
    return any(_last_name(base).endswith("TestCase") for base in definition.bases)


def _last_name(expression: ast.expr) -> str:
    """Return the last part of a dotted name, called or not; empty if it is something else."""
    if isinstance(expression, ast.Call):
        expression = expression.func
    if isinstance(expression, ast.Attribute):
        return expression.attr
    return expression.id if isinstance(expression, ast.Name) else ""


def _brief(path: Path, function: ast.FunctionDef) -> tuple[str, ...]:
    """Return what the marks of a test quote, in their order."""
    quotes: list[str] = []
    for mark in function.decorator_list:
        if not isinstance(mark, ast.Call) or _last_name(mark) != "brief":
            continue
        for word in mark.args:
            if not isinstance(word, ast.Constant) or not isinstance(word.value, str):
                raise FileError(
                    path,
                    mark.lineno,
                    f"the brief mark of {function.name} must quote the brief as plain strings",
                )
            quotes.append(word.value)
    return tuple(quotes)


def _title(function: ast.FunctionDef) -> str:
    """Return the first line of the docstring, or the name as words."""
    lines = (ast.get_docstring(function) or "").splitlines()
    if lines and lines[0].strip():
        return lines[0].strip()[:200]
    return function.name.removeprefix("test_").replace("_", " ")

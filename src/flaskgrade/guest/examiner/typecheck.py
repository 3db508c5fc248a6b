"""Type-check the submission with no suppression honoured.

    python -I typecheck.py ARGUMENTS_JSON FILE… (in the submission's folder)

mypy has no switch that ignores `# type: ignore`, so it is given a copy without such comments,
columns kept. ARGUMENTS_JSON is mypy's command line. stdout: one line of JSON with the numbers of
functions and of annotated ones, then what mypy prints.
"""

from __future__ import annotations

import ast
import io
import json
import os
import re
import sys
import tokenize
from pathlib import Path

BLOCKED = 2  # mypy's exit code where it could not begin
COPY = Path("/tmp/typecheck")  # noqa: S108 - inside the sandbox: a private tmpfs
UNCHECKED = "no_type_check"
SUPPRESSION = re.compile(r"#\s*(?:type:\s*ignore|mypy:)", re.IGNORECASE)


def without_suppressions(source: str) -> str:
    """Return the source with suppressing comments blanked, every other character in its place."""
    lines = source.splitlines(keepends=True)
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT and (found := SUPPRESSION.search(token.string)):
                row, column = token.start
                line = lines[row - 1]
                start = column + found.start()
                end = column + len(token.string)
                lines[row - 1] = line[:start] + "#" + " " * (end - start - 1) + line[end:]
    except (tokenize.TokenError, SyntaxError, IndentationError, RecursionError):
        return source  # mypy will say what is wrong with it
    for row in _unchecked(source):
        line = lines[row - 1]
        lines[row - 1] = "#" * (len(line.rstrip("\r\n"))) + line[len(line.rstrip("\r\n")) :]
    return "".join(lines)


def _unchecked(source: str) -> set[int]:
    """Return the lines of decorators by which mypy would leave out a function or class."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    names = {UNCHECKED}
    rows: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names |= {a.asname or a.name for a in node.names if a.name == UNCHECKED}
        elif isinstance(node, ast.Assign) and _last_name(node.value) in names:
            names |= {each.id for each in node.targets if isinstance(each, ast.Name)}
    for node in ast.walk(tree):
        for decorator in getattr(node, "decorator_list", ()):
            if _last_name(decorator) in names:
                rows |= {*range(decorator.lineno, (decorator.end_lineno or decorator.lineno) + 1)}
    return rows


def _last_name(node: ast.expr) -> str:
    """Return the name that an expression ends with: b of a.b, nothing of what has none."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def count(source: str) -> tuple[int, int]:
    """Return how many functions there are, and how many say what all that they take and give is."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return 0, 0
    functions = annotated = 0
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            functions += 1
            given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            given = [a for i, a in enumerate(given) if i or a.arg not in ("self", "cls")]
            said = [node.returns, *(a.annotation for a in given)]
            # `Any` says nothing, and switches the checker off for whoever uses the function.
            empty = [one is None or _last_name(one) == "Any" for one in said]
            annotated += not any(one is None for one in said) and not all(empty)
    return functions, annotated


def main(arguments: list[str], files: list[str]) -> int:
    """Copy, count, check."""
    functions = annotated = 0
    for name in files:
        raw = Path(name).read_bytes()
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
            source = raw.decode(encoding)
        except (SyntaxError, UnicodeDecodeError, LookupError):
            source = raw.decode("utf-8", "replace")
        target = COPY / (Path(name).name if os.path.isabs(name) else name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(without_suppressions(source), encoding="utf-8")
        one, other = count(source)
        functions, annotated = functions + one, annotated + other
    os.chdir(COPY)
    print(json.dumps({"functions": functions, "functions_annotated": annotated}), flush=True)
    from mypy import api  # noqa: PLC0415 - slow, and not needed where a file breaks the copy

    targets = [os.path.basename(f) if os.path.isabs(f) else f for f in files]
    while True:
        out, err, code = api.run([*arguments, "--", *targets])
        sys.stdout.write(out)
        sys.stderr.write(err)
        # Such an error ends mypy before it has checked anything: what it names is left out.
        stoppers = _named(out) if code == BLOCKED else set()
        left = [target for target in targets if os.path.normpath(target) not in stoppers]
        if not left or len(left) == len(targets):
            return code
        for name in stoppers:
            Path(name).unlink(missing_ok=True)
        targets = left


def _named(out: str) -> set[str]:
    """Return the files that mypy's lines speak of."""
    names = set()
    for line in out.splitlines():
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if isinstance(told, dict) and told.get("severity") == "error":
            names.add(os.path.normpath(str(told.get("file"))))
    return names


if __name__ == "__main__":
    ended = main(json.loads(sys.argv[1]), sys.argv[2:])
    sys.stdout.flush()
    sys.stderr.flush()
    # Taking mypy's object graph apart would last longer than the check did.
    os._exit(ended)

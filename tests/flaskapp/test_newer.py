"""Syntax of newer Pythons is read by an older one, and only where that is asked for."""

import ast

import pytest

from flaskgrade.flaskapp.analyse import load
from flaskgrade.flaskapp.newer import rewritten

NEW = [
    "try:\n    pass\nexcept A, B, C:\n    pass\n",
    "try:\n    pass\nexcept A, m.B:\n    pass\n",
    "type Names = list[str]\n",
    "type Pair[A, B: int] = tuple[A, B]\n",
    "def first[T: (int, str)](items: list[T]) -> T:\n    return items[0]\n",
    "async def first[T](items: list[T]): ...\n",
    "class Box[T, *Ts](Base): ...\n",
    "class Box[T = dict[str, int]]: ...\n",
    'x = f"{a["b"]} and {c}"\n',
    "x = f'{a['b']}'\n",
    'x = f"{", ".join(f"<{n}>" for n in names)}"\n',
    "x = f\"{'\\n'.join(lines)}\"\n",
    'x = f"{\n    a["b"]\n}"\n',
    'x = t"{name}"\n',
    'x = f"{{}} {a["b"]!r:>{width}}"\n',
    'x = "it\'s"; y = f"{a["b"]}"  # isn\'t\n',
    "'''def f[T]():\n'''\ntype X = int\n",
]


@pytest.mark.parametrize("text", NEW)
def test_newer_statements_parse_on_the_lines_where_they_stand(text: str) -> None:
    """Line numbers go into reports; names, calls and strings stay."""
    changed = rewritten(text)

    ast.parse(changed)
    assert changed.count("\n") == text.count("\n")


def test_only_the_syntax_is_changed() -> None:
    """What has the looks of it within strings, comments and older code is left alone."""
    text = (
        "type = 1\ntype == 2\nx = 'except A, B, C:'  # type X = 1\ny = d[\"a\"](1)\n"
        "z = f'{a} \\' {{b}}' rb'\\''\ntry:\n    pass\nexcept (A, B):\n    pass\n"
    )

    assert rewritten(text) == text


def test_a_route_in_a_file_of_a_newer_python_is_found() -> None:
    """It is no file of Python 2 for that."""
    text = "def view():\n    try:\n        pass\n    except A, B, C:\n        pass\n"

    read = load({"app.py": text}, python2=True).parsed

    assert [source.path for source in read.sources] == ["app.py"]
    assert read.python2 == ()


@pytest.mark.parametrize(
    "text", ["f'", 'f"{', "f'{'" * 50, "x = f'''{\"", "t'{f'{f'{f'", "type", "'"]
)
def test_what_is_broken_stays_so(text: str) -> None:
    """Nothing is raised, whatever the text."""
    assert isinstance(rewritten(text), str)

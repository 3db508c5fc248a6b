"""Expressions whose value only a change of the source changes."""

import ast

import pytest

from flaskgrade.flaskapp.fixed import fixed_texts
from tests.flaskapp.projects import project

HEAD = """
import os
from pathlib import Path
here = os.path.abspath(os.path.dirname(__file__))
NAME = "a.db"
host = os.environ["HOST"]
"""


def _texts(expression: str) -> tuple[str, ...] | None:
    read = project(f"{HEAD}x = {expression}\n")
    spots = [spot for spot in read.nodes.of(ast.Assign) if ast.unparse(spot.node.targets[0]) == "x"]
    return fixed_texts(read, spots[0].node.value, spots[0].scope)


@pytest.mark.parametrize(
    ("expression", "texts"),
    [
        ("'sqlite:///a.db'", ("sqlite:///a.db",)),
        ("'sqlite:///' + os.path.join(here, 'a.db')", ("sqlite:///", "a.db")),
        ("f'sqlite:///{here}/{NAME}'", ("sqlite:///", "/", "a.db")),
        ("f'sqlite:///{Path(__file__).parent / NAME}'", ("sqlite:///", "a.db")),
        ("'sqlite:///%s' % NAME", ("sqlite:///%s", "a.db")),
        ("os.path.join(app.instance_path, NAME)", ("a.db",)),
    ],
)
def test_what_the_source_alone_decides_is_put_together(
    expression: str, texts: tuple[str, ...]
) -> None:
    """Texts, paths beside the file, and names of them."""
    assert _texts(expression) == texts


@pytest.mark.parametrize(
    "expression",
    [
        "os.environ['URL']",
        "os.environ.get('URL', 'sqlite:///a.db')",
        "os.environ.get('URL') or 'sqlite:///a.db'",
        "f'postgresql://{host}/a'",
        "'sqlite:///' + unknown",
        "'sqlite:///a.db' if host else None",
        "load('sqlite:///a.db')",
    ],
)
def test_what_something_else_decides_is_not_fixed(expression: str) -> None:
    """The environment, a parameter, another function."""
    assert _texts(expression) is None


def test_an_expression_that_is_too_long_to_follow_is_not_told() -> None:
    """Names of names that double each time end after a number of steps."""
    doubled = "\n".join(f"a{n + 1} = a{n} + a{n}" for n in range(60))
    read = project(f"a0 = 'x'\n{doubled}\nx = a60\n")
    spot = list(read.nodes.of(ast.Assign))[-1]

    assert fixed_texts(read, spot.node.value, spot.scope) is None

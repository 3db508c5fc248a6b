"""Source is parsed whatever other threads do."""

import ast
from concurrent.futures import ThreadPoolExecutor

import pytest

from flaskgrade.syntax import parse

DEEP = "x = " + "(" * 60 + "[" * 25 + "1" + "]" * 25 + ")" * 60 + "\n"


def test_many_threads_parse_at_once() -> None:
    """Large sources in several threads each give the tree that they give alone."""
    source = DEEP * 300
    alone = ast.dump(parse(source))

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: ast.dump(parse(source)) == alone, range(12)))

    assert all(found)


def test_what_is_no_python_is_refused() -> None:
    """The errors are those of `ast.parse`."""
    with pytest.raises(SyntaxError):
        parse("def")

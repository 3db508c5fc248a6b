"""How much of the code has annotated signatures."""

import pytest

from flaskgrade.flaskapp.type_hints import find_type_hints
from tests.flaskapp.projects import project


@pytest.mark.parametrize(
    ("source", "degree"),
    [
        ("", "none"),
        ("def f(a): x: int = 1", "none"),
        ("def f(a: int): pass\ndef g(): pass", "some"),
        ("def f(*a: int): pass\ndef g() -> None: pass\ndef h(): pass", "most"),
    ],
)
def test_signatures_alone_decide_and_two_thirds_are_most(source: str, degree: str) -> None:
    """Annotated variables say nothing about functions."""
    assert find_type_hints(project(source)).degree == degree


def test_functions_of_the_tests_do_not_count() -> None:
    """Neither as annotated nor as ones that are not."""
    hints = find_type_hints(project("def f(): pass", tests__test_a="def test(a: int): pass"))

    assert (hints.functions, hints.annotated) == (1, 0)

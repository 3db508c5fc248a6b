"""Where code uses Flask's context."""

import pytest

from flaskgrade.flaskapp.contexts import find_context_uses, find_pushed
from tests.flaskapp.projects import project


def test_uses_of_the_proxies_are_found_and_those_at_import_are_marked() -> None:
    """There is no application yet when a module is imported."""
    source = (
        "from flask import current_app, g as ctx\n"
        "size = current_app.config['SIZE']\n"
        "def f():\n    return ctx.user, ctx.role\n"
    )

    found = find_context_uses(project(source))

    assert [(one.proxy, one.location.line, one.at_import) for one in found] == [
        ("current_app", 2, True),
        ("g", 4, False),
    ]


def test_a_name_that_is_spelled_alike_is_no_proxy() -> None:
    """It has to come from Flask."""
    assert find_context_uses(project("g = 1\ndef f(request):\n    return g, request\n")) == ()


@pytest.mark.parametrize(
    "line",
    [
        "db = LocalProxy(lambda: current_app.extensions['db'])",
        "db = Database(current_app)",
        "with app.app_context():\n    size = current_app.config['SIZE']",
        "if __name__ == '__main__':\n    print(current_app.name)",
        "if has_app_context():\n    size = current_app.config['SIZE']",
        "if current_app:\n    size = current_app.config['SIZE']",
        "try:\n    size = current_app.config['SIZE']\nexcept RuntimeError:\n    size = 1",
        "app.app_context().push()\nsize = current_app.config['SIZE']",
        "size: current_app.Size = 1",
        "def f():\n    return current_app.name",
    ],
)
def test_what_runs_later_or_in_a_context_is_not_at_import(line: str) -> None:
    """Lambdas, blocks that enter a context, and what minds that there may be none."""
    found = find_context_uses(project(f"from flask import current_app\n{line}\n"))

    assert [one.at_import for one in found] == [False] * len(found)


@pytest.mark.parametrize(
    "line",
    [
        "class A:\n    size = current_app.config['SIZE']",
        "@limit(current_app.config['SIZE'])\ndef f():\n    pass",
        "def f(size=current_app.config['SIZE']):\n    pass",
        "print(current_app, current_app.name)",
    ],
)
def test_classes_decorators_and_defaults_run_at_import(line: str) -> None:
    """Python evaluates them as it defines what they belong to."""
    found = find_context_uses(project(f"from flask import current_app\n{line}\n"))

    assert [one.at_import for one in found] == [True]


def test_a_context_that_is_pushed_for_good_is_found() -> None:
    """Not one in a function, nor one of a script."""
    source = (
        "app.app_context().push()\n"
        "def f():\n    app.app_context().push()\n"
        "if __name__ == '__main__':\n    app.app_context().push()\n"
    )

    assert [place.line for place in find_pushed(project(source))] == [1]

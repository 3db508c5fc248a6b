"""Where code uses Flask's context."""

from flaskgrade.flaskapp.contexts import find_context_uses
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

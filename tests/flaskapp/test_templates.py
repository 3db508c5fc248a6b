"""Jinja templates as text."""

import pytest

from flaskgrade.flaskapp.templates import find_unescaped, is_template, read_templates
from tests.flaskapp.projects import project


def test_a_template_tells_what_it_builds_on_and_which_lines_do_not_escape() -> None:
    """By Jinja's own statements and filters."""
    text = (
        "{% extends 'base.html' %}\n{% include \"nav.html\" %}\n"
        "{{ body|safe }}\n{% autoescape false %}{{ x }}{% endautoescape %}\n{{ name }}\n"
    )

    (found,) = read_templates({"templates/a.html": text})

    assert (found.extends, found.includes) == ("base.html", ("nav.html",))
    assert [place.line for place in found.unescaped] == [3, 4]


def test_templates_are_known_by_folder_and_suffix() -> None:
    """A page that is served as it is, is none."""
    assert is_template("shop/templates/a.html")
    assert is_template("mail/a.txt.j2")
    assert not is_template("static/index.html")
    assert not is_template("templates/a.py")


@pytest.mark.parametrize(
    "source",
    [
        "app.jinja_env.autoescape = False",
        "from jinja2 import Environment\nEnvironment(autoescape=False)",
        "from markupsafe import Markup\nMarkup(f'<b>{name}</b>')",
        "from markupsafe import Markup\nMarkup(name)",
    ],
)
def test_code_that_switches_escaping_off_is_found(source: str) -> None:
    """For an environment, or for one value."""
    assert [place.line for place in find_unescaped(project(source))] == [source.count("\n") + 1]


@pytest.mark.parametrize(
    "source", ["Markup('<b>')", "app.jinja_env.autoescape = True", "Environment(autoescape=True)"]
)
def test_literals_and_escaping_that_is_on_are_fine(source: str) -> None:
    """Nothing from outside gets through there."""
    assert find_unescaped(project(source)) == ()

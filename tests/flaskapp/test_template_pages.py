"""Templates as pages."""

from flaskgrade.flaskapp.template_pages import find_inline_templates, read_pages
from tests.flaskapp.projects import project


def test_a_page_tells_what_it_is() -> None:
    """A document or a part, on what it builds, and where it queries."""
    texts = {
        "templates/base.html": "<!doctype html><HTML lang='en'></HTML>",
        "templates/a.html": "{%- extends 'base.html' %}{% include \"nav.html\" %}\n"
        "{% for p in Post.query.all() %}{% endfor %}\n<p>Post.query.all()</p>",
        "templates/b.html": "{% extends layout %}",
    }

    base, page, dynamic = read_pages(texts)

    assert (base.whole, base.extends, base.builds_on) == (True, False, ())
    assert (page.whole, page.extends, page.builds_on) == (False, True, ("base.html", "nav.html"))
    assert [place.line for place in page.queries] == [2]
    assert (dynamic.extends, dynamic.builds_on) == (True, ())


def test_templates_of_tests_examples_and_packages_are_not_the_applications() -> None:
    """They are somebody else's, or nobody's."""
    paths = ("tests/templates/a.html", "docs/templates/a.html", "node_modules/x/templates/a.html")

    assert read_pages(dict.fromkeys(paths, "<html>")) == ()


def test_templates_in_the_code_are_found() -> None:
    """By the function that renders them."""
    found = find_inline_templates(project("render_template_string('a')\nrender_template('a')\n"))

    assert [place.line for place in found] == [1]

"""Values from outside that get through unescaped."""

import pytest

from flaskgrade.flaskapp.escaping import find_unescaped_values
from tests.flaskapp.projects import project

HEAD = (
    "import json\nfrom flask import Flask, flash, render_template, request\n"
    "from flask import render_template_string\n"
    "from markupsafe import Markup, escape\nimport bleach\napp = Flask(__name__)\n"
)
VIEW = (
    "@app.get('/<int:id>')\ndef show(id):\n    post = Post.query.get(id)\n"
    "    rows = json.dumps([1])\n    text = request.args.get('q', '')\n"
    "    return render_template('a.html', post=post, posts=[post], rows=rows, text=text,\n"
    "        title='News', form=form, made=make(post), config=config)\n"
)


def code(source: str) -> list[str]:
    """Return the kinds of what is found in a module."""
    return [one.kind for one in find_unescaped_values(project(HEAD + source), {})]


def template(text: str, source: str = VIEW) -> list[str]:
    """Return what is found in a template that the view renders."""
    found = find_unescaped_values(project(HEAD + source), {"templates/a.html": text})
    return [one.what for one in found if one.location.path == "templates/a.html"]


@pytest.mark.parametrize(
    "body",
    [
        "return Markup(request.args['q'])",
        "return Markup(f'<b>{request.form.get(\"q\")}</b>')",
        "name = request.args.get('q')\n    return Markup('<b>' + name + '</b>')",
        "return Markup('<b>%s</b>' % value)",
        "return Markup('<b>{}</b>'.format(value))",
        "return Markup(value.replace('\\n', '<br>'))",
        "post = Post.query.get(1)\n    return Markup(post.body)",
        "return Markup(''.join(f'<li>{item}</li>' for item in value))",
    ],
)
def test_markup_of_what_comes_from_outside_is_found(body: str) -> None:
    """A request, a record, a parameter that nobody in the project gives."""
    assert code(f"def view(value):\n    {body}\n") == ["Markup"]


@pytest.mark.parametrize(
    "body",
    [
        "return Markup('<b>')",
        "return Markup('<b>{}</b>').format(value)",
        "return Markup('<b>%s</b>') % value",
        "return Markup(f'<b>{escape(value)}</b>')",
        "return Markup(bleach.clean(value))",
        "clean = bleach.clean(value)\n    return Markup(clean)",
        "return Markup(render_template('a.html', value=value))",
        "return Markup(markdown(value))",
        "return Markup(f'<b>{self.name} {SIZE}</b>')",
        "return Markup(value.replace('<', '&lt;'))",
    ],
)
def test_markup_of_what_is_escaped_or_made_here_is_fine(body: str) -> None:
    """So is Markup's own format, which escapes."""
    assert code(f"SIZE = 1\ndef view(self, value):\n    {body}\n") == []


def test_what_callers_give_is_followed() -> None:
    """A helper of constants is fine, one of requests is not."""
    helper = "def bold(text):\n    return Markup(f'<b>{text}</b>')\n"

    assert code(f"{helper}def view():\n    return bold('Hello')\n") == []
    assert code(f"{helper}def view():\n    return bold(request.args['q'])\n") == ["Markup"]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("return render_template_string(f'Hello {name}')", ["injection"]),
        ("return render_template_string('Hello %s' % name)", ["injection"]),
        ("page = 'Hello {}'.format(name)\n    return render_template_string(page)", ["injection"]),
        ("return render_template_string(request.form['page'])", ["injection"]),
        ("return render_template_string('Hello {{ name }}', name=name)", []),
        ("return render_template_string(BASE + PAGE, name=name)", []),
        ("return render_template_string(f'{BASE}{PAGE}')", []),
        ("return render_template_string(name)", []),
    ],
)
def test_values_in_the_source_of_a_template_are_an_injection(body: str, found: list[str]) -> None:
    """Constants put together are none."""
    view = f"@app.get('/<name>')\ndef view(name):\n    {body}\n"

    assert code(f"BASE = '<html>'\nPAGE = '{{{{ name }}}}'\n{view}") == found


@pytest.mark.parametrize(
    "value",
    [
        "post.body",
        "post['body']",
        "text",
        "text|trim",
        "request.args.q",
        "request.args.get('q')",
        "current_user.name",
    ],
)
def test_values_from_outside_marked_as_safe_are_found(value: str) -> None:
    """Of a record, of the request; plain filters change nothing."""
    assert template(f"<p>{{{{ {value}|safe }}}}</p>") == [value.split("|", maxsplit=1)[0]]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{% for p in posts %}{{ p.body|safe }}{% endfor %}", ["p.body"]),
        ("{% set body = post.body %}{{ body|safe }}", ["body"]),
        ("{% autoescape false %}{{ x }}{% endautoescape %}", ["autoescape false"]),
        ("{% set body = '<b>' %}{{ body|safe }}", []),
        ("{% set body %}<b>{% endset %}{{ body|safe }}", []),
        ("{% macro card(body) %}{{ body|safe }}{% endmacro %}", []),
        ("{# {{ post.body|safe }} #}", []),
    ],
)
def test_names_of_a_template_stand_for_what_they_are_given(text: str, what: list[str]) -> None:
    """By set, for and macro."""
    assert template(text) == what


@pytest.mark.parametrize(
    "value",
    [
        "'<b>'",
        "rows",
        "title",
        "post|tojson",
        "post.body|markdown",
        "post.body|e",
        "post.body|replace('<', '&lt;')",
        "form.name",
        "form.csrf_token()",
        "_('<b>Hello</b>')",
        "url_for('index')",
        "config.FOOTER",
        "unknown",
        "request.script_root",
    ],
)
def test_what_the_application_makes_itself_is_fine(value: str) -> None:
    """Constants, forms, JSON, filters in between, and what nobody gives."""
    assert template(f"{{{{ {value}|safe }}}}") == []


def test_what_a_model_cleans_is_fine() -> None:
    """By the attribute that gets the cleaned text, and by a method that makes it."""
    model = (
        "def clean_text(text):\n    return bleach.clean(text)\n"
        "class Post:\n    def changed(self, value):\n        self.body_html = clean_text(value)\n"
        "    def rendered(self):\n        return 1\n"
    )

    assert template("{{ post.body_html|safe }}{{ post.rendered|safe }}", model + VIEW) == []


@pytest.mark.parametrize(("given", "what"), [("'Saved.'", []), ("f'Hello {text}'", ["m"])])
def test_flashed_messages_are_judged_by_what_is_flashed(given: str, what: list[str]) -> None:
    """Constants may hold markup."""
    text = "{% for m in get_flashed_messages() %}{{ m|safe }}{% endfor %}"
    view = VIEW.replace("    return", f"    flash({given})\n    return")

    assert template(text, view) == what


def test_autoescape_that_is_switched_off_in_code_is_found() -> None:
    """For the application's own environment."""
    assert code("app.jinja_env.autoescape = False\n") == ["autoescape"]
    assert code("app.jinja_env.autoescape = True\n") == []

"""S10: templates that build on each other and escape."""

from pathlib import Path

from flaskgrade.checks.templates import CHECK
from flaskgrade.model.evidence import Evidence, Location, Status
from tests.checks.contexts import context_of

APP = """
from flask import Flask, render_template, render_template_string
from models import Post

app = Flask(__name__)


@app.get("/posts/<int:id>")
def show(id):
    post = Post.query.get_or_404(id)
    return render_template("show.html", post=post)
"""
BASE = "<!doctype html>\n<html><body>{% block body %}{% endblock %}</body></html>\n"
SHOW = (
    "{% extends 'base.html' %}\n{% block body %}{{ post.body }}{{ post|tojson|safe }}{% endblock %}"
)
FORM = "{% extends 'base.html' %}\n{% from 'macros.html' import field %}{{ field('a')|safe }}"


def templates(tmp_path: Path, app: str = APP, **pages: str) -> Evidence:
    """Return what the check says of an app and some pages."""
    files = {f"templates/{name}.html": text for name, text in pages.items()}
    return CHECK.run(context_of(tmp_path, {"app.py": app, **files}))


def lost(evidence: Evidence) -> list[str]:
    """Return the questions that were answered with no."""
    failed = [item for item in evidence.items if item.status is Status.FAILED]
    return [item.id.removeprefix("templates:") for item in failed]


def test_pages_that_share_a_layout_and_escape_earn(tmp_path: Path) -> None:
    """JSON and macros may be marked as safe."""
    evidence = templates(tmp_path, base=BASE, show=SHOW, form=FORM)

    assert evidence.status is Status.PASSED
    assert len(evidence.items) == 5


def test_a_record_marked_as_safe_loses(tmp_path: Path) -> None:
    """With the line, and what to do instead."""
    evidence = templates(tmp_path, base=BASE, show=SHOW.replace("post.body", "post.body|safe"))

    assert lost(evidence) == ["raw"]
    assert evidence.findings[0].location == Location(path="templates/show.html", line=2)
    assert evidence.findings[0].message == "post.body is marked as safe and comes from outside"
    assert "clean it first" in evidence.items[0].message


def test_escaping_that_is_off_loses(tmp_path: Path) -> None:
    """For a page, or for all."""
    off = APP + "\napp.jinja_env.autoescape = False\n"

    assert lost(templates(tmp_path, off, base=BASE, show=SHOW)) == ["autoescape"]


def test_a_mail_of_plain_text_needs_no_escaping(tmp_path: Path) -> None:
    """A page that says the same loses."""
    text = "{% autoescape false %}{{ name }}{% endautoescape %}"

    assert lost(templates(tmp_path, base=BASE, show=SHOW, mail_hello=text)) == []
    assert lost(templates(tmp_path, base=BASE, show=SHOW, hello=text)) == ["autoescape"]


def test_a_value_in_the_source_of_a_template_loses(tmp_path: Path) -> None:
    """An application without files of templates is judged by it as well."""
    app = APP + (
        '\n@app.get("/hello/<name>")\ndef hello(name):\n'
        '    return render_template_string(f"<h1>Hello {name}</h1>")\n'
    )
    evidence = templates(tmp_path, app)

    assert lost(evidence) == ["injection"]
    assert evidence.findings[0].location == Location(path="app.py", line=15)


def test_queries_in_templates_lose(tmp_path: Path) -> None:
    """Where they stand."""
    page = "{% extends 'base.html' %}{% for p in Post.query.all() %}{{ p.title }}{% endfor %}"

    assert lost(templates(tmp_path, base=BASE, show=SHOW, all=page)) == ["queries"]


def test_pages_that_repeat_the_document_lose(tmp_path: Path) -> None:
    """One layout is missing."""
    evidence = templates(tmp_path, one=BASE, two=BASE, three=BASE)

    assert lost(evidence) == ["layout"]
    assert [str(finding.location) for finding in evidence.findings] == [
        *("templates/one.html:1", "templates/three.html:1", "templates/two.html:1"),
    ]


def test_a_page_and_mails_that_stand_alone_cost_nothing(tmp_path: Path) -> None:
    """A single document has nothing to share, and mails are no pages."""
    assert templates(tmp_path, index=BASE).status is Status.PASSED
    assert (
        templates(
            tmp_path, base=BASE, show=SHOW, form=FORM, login=BASE, mail_a=BASE, mail_b=BASE
        ).status
        is Status.PASSED
    )


def test_an_api_without_templates_is_not_judged(tmp_path: Path) -> None:
    """There is nothing to build or to escape."""
    assert templates(tmp_path).status is Status.SKIPPED

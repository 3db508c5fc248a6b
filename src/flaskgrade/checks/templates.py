"""Templates: they build on each other, and what comes from outside is escaped.

What it looks at: the application's templates, what views give to them, `Markup` and
`render_template_string` in the code.

What earns: pages that extend a layout or share parts by `include` and macros; autoescape left on;
no query and no SQL in a template.

What loses:

- `|safe` or `Markup(…)` on a value from outside: of the request, of a record, or given to a
  function that neither escapes nor cleans it. Constants, macros, translations, fields of forms,
  `tojson`, `json.dumps` and other filters and functions in between are trusted, and so is what
  the project makes with bleach, nh3 or another cleaner;
- `{% autoescape false %}`, but for e-mails, and `jinja_env.autoescape = False`;
- queries in templates;
- two or more pages, and more than a third of them, that are whole documents of their own and that
  no other builds on. E-mails and print-outs do not count;
- `render_template_string` of a text into which a value was put: the value can be Jinja itself.
  Give it as an argument instead.

Source: Flask's documentation, "Templates" and "Security Considerations",
https://flask.palletsprojects.com/en/stable/templating/
"""

from collections.abc import Iterator

from flaskgrade.checks.base import Context
from flaskgrade.checks.practice import Judgement, Practice, Question
from flaskgrade.flaskapp.practices import Practices
from flaskgrade.flaskapp.template_pages import Page
from flaskgrade.model.evidence import Location, Measure, Severity

SEVERAL = 2  # pages that could share a layout
SHARE = 1 / 3
APART = ("mail", "pdf", "print", "export", "newsletter")  # what is no page of the site

RAW = (
    "Whoever can write this value can run scripts in the browsers of others. Leave it to "
    "autoescape; if it has to hold markup, clean it first (nh3, bleach), or build it with "
    'Markup("<b>{}</b>").format(value), which escapes the value.'
)
AUTOESCAPE = (
    "Every value in there is an open door for scripts. Leave autoescape on, and mark the few "
    "values as safe that the code makes itself."
)
INJECTION = (
    "A value that becomes a part of the source is run as Jinja: `{{ config }}` shows the secret "
    "key, and more is possible. Keep the source constant and give the value as an argument: "
    'render_template_string("Hello {{ name }}", name=name).'
)
QUERIES = (
    "A query in a template runs while the page is rendered, in a loop perhaps, and no test of a "
    "view sees it. Let the view, or a service, fetch what the page shows."
)
LAYOUT = (
    "What is repeated, such as the head, is soon different from page to page. Put it into one "
    "layout with blocks, and let the pages extend it: {% extends 'base.html' %}."
)


def judge(context: Context) -> Judgement:
    """Ask how the templates build on each other, and what they let through."""
    facts = context.facts
    pages, inline = facts.practices.pages, facts.practices.inline_templates
    if not (facts.apps or facts.blueprints) or not (pages or inline):
        return Judgement(summary="The application has no templates.")
    questions = tuple(_questions(facts.practices))
    problems = sum(len(question.problems) for question in questions)
    extending = sum(page.extends for page in pages)
    return Judgement(
        summary=f"{len(pages)} templates, of which {extending} extend another; "
        f"{problems or 'no'} place{'s' * (problems != 1)} to mend.",
        questions=questions,
        measures=(
            Measure(name="templates", value=len(pages)),
            Measure(name="extending", value=extending),
        ),
    )


def _questions(practices: Practices) -> Iterator[Question]:
    yield _unescaped(practices, "raw", "Values from outside are escaped", RAW, Severity.HIGH)
    yield _unescaped(practices, "autoescape", "Autoescape is on", AUTOESCAPE, Severity.HIGH)
    yield _unescaped(
        practices, "injection", "No value becomes a part of a template", INJECTION, Severity.HIGH
    )
    yield Question(
        id="queries",
        title="Templates ask the database nothing",
        problems=tuple(
            (place, "A template queries the database")
            for page in practices.pages
            for place in page.queries
        ),
        advice=QUERIES,
        severity=Severity.MEDIUM,
    )
    pages = [page for page in practices.pages if page.extends or page.whole]
    if len(pages) >= SEVERAL:
        alone = [page for page in pages if _stands_alone(page, practices.pages)]
        yield Question(
            id="layout",
            title="Pages share a layout",
            problems=tuple(
                (Location(path=page.path, line=1), "A whole document of its own") for page in alone
            )
            if len(alone) >= SEVERAL and len(alone) > len(pages) * SHARE
            else (),
            advice=LAYOUT,
        )


_SAID = {
    "safe": "{} is marked as safe and comes from outside",
    "Markup": "Markup({}) marks a value from outside as safe",
    "autoescape": "{} switches escaping off",
    "injection": "render_template_string({}) makes a value a part of the template",
}
_KINDS = {"raw": ("safe", "Markup")}


def _unescaped(
    practices: Practices, kind: str, title: str, advice: str, severity: Severity
) -> Question:
    return Question(
        id=kind,
        title=title,
        problems=tuple(
            (one.location, _SAID[one.kind].format(one.what))
            for one in practices.unescaped_values
            if one.kind in _KINDS.get(kind, (kind,))
            and not (kind == "autoescape" and _is_apart(one.location.path))
        ),
        advice=advice,
        severity=severity,
    )


def _stands_alone(page: Page, pages: tuple[Page, ...]) -> bool:
    if page.extends or _is_apart(page.path):
        return False
    return not any(
        f"/{page.path}".endswith(f"/{name}") for other in pages for name in other.builds_on
    )


def _is_apart(path: str) -> bool:
    """Tell whether a template is no page: a mail may be plain text, which needs no escaping."""
    return path.endswith((".txt", ".txt.j2", ".txt.jinja2")) or any(
        word in path.lower() for word in APART
    )


CHECK = Practice(name="templates", title="Templates build on each other and escape", judge=judge)

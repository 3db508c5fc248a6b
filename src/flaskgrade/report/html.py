"""The report as one HTML file that asks for nothing: no script, no font, no image from elsewhere.

Jinja escapes every value, and the page's own Content-Security-Policy refuses whatever a value could
still start: https://www.w3.org/TR/CSP3/
"""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from flaskgrade.model.report import Report
from flaskgrade.report import plain, review_view, view

TEXT_LIMIT = 6000
ITEMS = 100  # shown per criterion and kind; the JSON report has them all
COSTLIEST = 6


def render(report: Report) -> str:
    """Return the report as an HTML document."""
    shown = plain.cleaned(report, TEXT_LIMIT)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=shown,
            score=shown.scorecard,
            origin=shown.provenance,
            categories=view.categories(shown),
            costliest=view.costliest(shown, COSTLIEST),
            not_assessed=view.not_assessed(shown),
            awaiting=review_view.awaiting(shown),
            why_open=review_view.why_open(shown.scorecard, "something could not be assessed"),
            said=review_view.history(shown),
            facts=view.facts(shown),
            positions={one.id: n for n, one in enumerate(shown.scorecard.criteria)},
            checks={one.check: n for n, one in enumerate(shown.evidence)},
            longest=max((stage.milliseconds for stage in shown.stages), default=0),
        )
    )


def prepare() -> None:
    """Compile the page, which otherwise happens at the first report."""
    _environment().get_template("report.html.j2")


def page(name: str) -> Template:
    """Return a template of ours, which escapes whatever it is given."""
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("flaskgrade.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {"view": view, "ITEMS": ITEMS}
    environment.filters |= {
        "points": view.points,
        "duration": view.duration,
        "line": plain.line,
    }
    return environment

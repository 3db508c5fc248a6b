"""Pages for people, examined by axe-core: names, roles, contrast, order. Light and dark.

https://github.com/dequelabs/axe-core, rules of WCAG 2.0, 2.1 and 2.2, A and AA, and best practices.
"""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from flaskgrade.model import feedback
from flaskgrade.model.feedback import Feedback, Remark
from flaskgrade.model.interview import Place, Question, Sheet
from flaskgrade.report import cohort_html, feedback_html, html, interview_html, matrix_html
from tests.report import cohorts, reports
from tests.report.browser import Page
from tests.report.test_matrix import MATRIX

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RUN = """axe.run(document, {resultTypes: ['violations']}).then(found => found.violations.map(
    one => [one.id, one.help, one.nodes.slice(0, 4).map(
        node => node.html.slice(0, 160) + ' // ' + node.failureSummary)]))"""
LETTER = Feedback(
    task="Room bookings",
    went_well=(Remark(title="Create, read, update, delete", share=1.0),),
    to_improve=(
        Remark(
            title="No double bookings",
            share=0.5,
            brief=("Two people can't book the same hour.",),
            places=(feedback.Place(where="app/views.py:12", what="The check comes first."),),
            more_places=2,
            link="https://www.sqlite.org/lang_transaction.html",
        ),
    ),
    open=("Queries",),
    commit="1234567",
)
SHEET = Sheet(
    title="Room bookings",
    commit="1234567",
    questions=(
        Question(
            about="No double bookings",
            ask="Two people book the same hour at once: what happens, line by line?",
            good="That the check and the write are one transaction, and why.",
            places=(Place(where="app/views.py:12", what="The check comes before the lock."),),
            more_places=1,
        ),
    ),
    left_out=2,
)
PAGES: dict[str, Callable[[], str]] = {
    "report": lambda: html.render(reports.failing()),
    "not-assessed": lambda: html.render(reports.not_assessed()),
    "matrix": lambda: matrix_html.render(MATRIX),
    "interview": lambda: interview_html.render(SHEET),
    "feedback": lambda: feedback_html.render(LETTER),
    "cohort": lambda: cohort_html.render(cohorts.small()),
    "cohort-blind": lambda: cohort_html.render(cohorts.blind()),
}
OPENED = {
    "details": "document.querySelectorAll('details').forEach(one => { one.open = true }), 1",
    "one": "document.querySelectorAll('#table .name')[1].click()",
    "two": "document.querySelectorAll('.chosen').forEach(one => one.click()), compare.click()",
}


def violations(page: Page) -> object:
    """Return what axe finds on the page as it is."""
    page.value(AXE)
    return page.answer(RUN)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(page: Page, tmp_path: Path, name: str, scheme: str, width: int) -> None:
    """With everything unfolded, no rule is broken."""
    path = tmp_path / "page.html"
    path.write_text(PAGES[name](), encoding="utf-8")
    page.size(width)
    page.media("screen", scheme)

    page.open(path)
    page.value(OPENED["details"])

    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("opened", ["one", "two"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_in_the_evidence(
    page: Page, tmp_path: Path, opened: str, scheme: str, width: int
) -> None:
    """The dialog of one candidate or of two breaks no rule either, on a desk or a phone."""
    path = tmp_path / "page.html"
    path.write_text(cohort_html.render(cohorts.small()), encoding="utf-8")
    page.size(width)
    page.media("screen", scheme)

    page.open(path)
    page.value(OPENED[opened])
    page.value(OPENED["details"])

    assert violations(page) == []


def test_axe_would_have_found_something(page: Page, tmp_path: Path) -> None:
    """The proofs above can fail: a button without a name is a violation."""
    path = tmp_path / "page.html"
    path.write_text(
        "<!doctype html><html lang=en><title>x</title><main><h1>x</h1><button></button>"
    )
    page.open(path)

    found = violations(page)

    assert isinstance(found, list)
    assert [one[0] for one in found] == ["button-name"]

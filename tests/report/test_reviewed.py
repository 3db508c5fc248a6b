"""What people said, in every format: both points of an override, and no mark too early."""

from dataclasses import replace
from pathlib import Path

import pytest

from flaskgrade.model.report import Report
from flaskgrade.report import html, interview_html, interview_markdown, plain, terminal
from flaskgrade.report.document import read, render
from flaskgrade.report.registry import RENDERERS
from flaskgrade.report.review_view import history, why_open
from flaskgrade.review.sheet import sheet
from tests.report import reports, reviewed
from tests.report.browser import Page
from tests.report.conftest import Listener
from tests.report.hostile import ATTACKS, hostile
from tests.report.test_golden import assert_golden
from tests.report.test_html_browser import OUTSIDE, WIDTHS
from tests.report.test_markdown import assert_inert

FORMATS = ("html", "markdown", "csv")


def shown(report: Report, form: str) -> str:
    """Return a report in a format, the terminal's among them."""
    if form == "terminal":
        return terminal.render(report, width=100, color=False)
    return RENDERERS[form].render(report)


@pytest.mark.parametrize("form", [*FORMATS, "json", "terminal"])
@pytest.mark.parametrize("name", ["awaiting", "reviewed"])
def test_a_reviewed_report_is_as_it_was(name: str, form: str) -> None:
    """A reviewed report in each format is its golden file."""
    report = {"awaiting": reviewed.awaiting, "reviewed": reviewed.reviewed}[name]()
    file = "report.txt" if form == "terminal" else RENDERERS[form].file_name

    assert_golden(f"{name}.{file}", shown(report, form))


@pytest.mark.parametrize("form", [name for name in RENDERERS if name != "json"] + ["terminal"])
def test_no_format_for_people_shows_a_mark_before_all_are_in(form: str) -> None:
    """Neither its value, its sentence nor its reason: nothing that is shown follows from it."""
    report = reviewed.awaiting()
    (mark,) = report.review.marks
    other = replace(mark, value=0, anchor="None at all.", reason="Something else")

    text = shown(report, form)

    assert "SECRET-ADA" not in text
    assert text == shown(replace(report, review=replace(report.review, marks=(other,))), form)


@pytest.mark.parametrize("form", [*FORMATS, "terminal"])
def test_both_points_of_an_override_are_shown_with_who_and_why(form: str) -> None:
    """The automatic points stay beside the ones given by hand."""
    words = " ".join(shown(reviewed.reviewed(), form).split())

    assert "Ada Byron" in words
    assert "The finding is in a test" in words
    assert "9 of 10 by hand; before: 4" in words


@pytest.mark.parametrize("form", [*FORMATS, "terminal"])
def test_who_changed_their_mind_is_shown_with_the_mark_of_before(form: str) -> None:
    """The latest mark names the one that it takes the place of."""
    words = " ".join(shown(reviewed.reviewed(), form).split())

    assert "4 of 4 (before: 3 of 4)" in words
    assert "SECRET-GRACE" in words


def test_a_reviewed_document_is_read_back() -> None:
    """Nothing of a review is lost in JSON."""
    for report in (reviewed.awaiting(), reviewed.reviewed()):
        assert read(render(report)) == report


def test_a_document_of_which_nobody_spoke_has_no_word_of_it() -> None:
    """Reports without a review are byte for byte what they were before there were reviews."""
    text = render(reports.passing())

    assert '"review"' not in text
    assert '"automatic"' not in text


def test_awaiting_review_does_not_read_like_a_failure() -> None:
    """What people have yet to mark is neither lost nor called our fault."""
    report = reviewed.awaiting()
    text = terminal.render(report, width=100, color=False)

    assert "Awaiting review" in text
    assert "Not assessed" not in text
    assert why_open(report.scorecard, "x") == "people have yet to mark it"


def test_what_was_said_of_other_criteria_than_the_rubrics_is_not_shown() -> None:
    """After scoring by a rubric without the criterion, its marks rest in the document."""
    report = reviewed.reviewed()
    card = report.scorecard
    fewer = replace(card, criteria=tuple(one for one in card.criteria if one.id != "H1"))

    assert {one.criterion for one in history(replace(report, scorecard=fewer))} == {"core", "X1"}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_reason_is_inert_in_markdown(attack: str) -> None:
    """Reviewers quote candidates, so their words are escaped like anybody's."""
    report = reviewed.reviewed()
    review = plain.mapped(
        report.review, lambda text: text if text in {"H1", "X1", "core"} else attack
    )

    assert_inert(RENDERERS["markdown"].render(replace(report, review=review)))


def test_a_hostile_sheet_is_inert_in_markdown() -> None:
    """No text of a candidate is more than text on the interviewer's sheet."""
    assert_inert(interview_markdown.render(sheet(hostile())))


def test_a_sheet_is_as_it_was() -> None:
    """The sheet of a failing submission is its golden file, in both formats."""
    made = sheet(reports.failing())

    assert_golden("fail.interview.md", interview_markdown.render(made))
    assert_golden("fail.interview.html", interview_html.render(made))


def test_a_sheet_without_questions_says_so() -> None:
    """A report without evidence leads to no question, and the page says what to do instead."""
    empty = replace(
        reports.passing(), evidence=(), findings=(), scorecard=reports.passing().scorecard
    )
    made = replace(sheet(empty), questions=())

    assert "the part they like best" in interview_markdown.render(made)
    assert "the part they like best" in interview_html.render(made)


@pytest.mark.parametrize("width", [360, 1200])
def test_a_hostile_sheet_runs_nothing_and_fits(
    page: Page, tmp_path: Path, listener: Listener, width: int
) -> None:
    """In a browser: nothing is asked for, no script runs, nothing stands outside of the page."""
    path = tmp_path / "interview.html"
    path.write_text(interview_html.render(sheet(hostile(listener.url))), encoding="utf-8")

    page.size(width)
    page.media()
    page.open(path)

    wide, window = page.value(WIDTHS)
    assert page.requested() == [path.as_uri()]
    assert listener.asked == []
    assert page.value("document.title").startswith("Interview · ")
    assert wide <= window
    assert page.value(OUTSIDE) == []


def test_a_hostile_review_runs_nothing(page: Page, tmp_path: Path, listener: Listener) -> None:
    """What people wrote is text on the report's page, whatever they wrote."""
    report = reviewed.reviewed()
    attack = " ".join(one.format(url=listener.url) for one in ATTACKS)
    review = plain.mapped(
        report.review, lambda text: text if text in {"H1", "X1", "core"} else attack
    )
    path = tmp_path / "report.html"
    path.write_text(html.render(replace(report, review=review)), encoding="utf-8")

    page.size(1200)
    page.media()
    page.open(path)

    assert page.requested() == [path.as_uri()]
    assert listener.asked == []
    assert "Room booking" in page.value("document.title")
    assert page.value("document.querySelectorAll('#said ~ ul li').length") == len(history(report))

"""An interview sheet as one HTML page that asks for nothing; see report/html.py."""

from flaskgrade.model.interview import Sheet
from flaskgrade.report import plain
from flaskgrade.report.html import page
from flaskgrade.report.interview_markdown import FOR_WHOM, NOTHING, TEXT_LIMIT, left_out


def render(sheet: Sheet) -> str:
    """Return the sheet as an HTML document."""
    shown = plain.cleaned(sheet, TEXT_LIMIT)
    return page("interview.html.j2").render(
        sheet=shown, for_whom=FOR_WHOM, nothing=NOTHING, left_out=left_out(shown)
    )

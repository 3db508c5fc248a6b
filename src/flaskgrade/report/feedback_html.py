"""A candidate's feedback as one HTML page that asks for nothing; see report/html.py."""

from flaskgrade.model.feedback import Feedback
from flaskgrade.report import plain
from flaskgrade.report.feedback_markdown import TEXT_LIMIT, how_far
from flaskgrade.report.html import page


def render(feedback: Feedback) -> str:
    """Return the feedback as an HTML document."""
    shown = plain.cleaned(feedback, TEXT_LIMIT)
    return page("feedback.html.j2").render(feedback=shown, how_far=how_far)

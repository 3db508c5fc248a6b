"""Write a candidate's feedback, and read it once more before anybody else does."""

from collections.abc import Mapping

from flaskgrade.errors import StageError
from flaskgrade.feedback.compose import compose
from flaskgrade.feedback.hidden import search_for
from flaskgrade.feedback.search import Search
from flaskgrade.model.exercise import Exercise
from flaskgrade.model.feedback import Feedback
from flaskgrade.model.report import Report
from flaskgrade.report import feedback_html, feedback_markdown


def feedback_files(
    report: Report, exercise: Exercise | None, *, links: Mapping[str, str]
) -> tuple[Feedback, Mapping[str, str]]:
    """Return the feedback on a report, and its files by name.

    Raises StageError where a file would tell what is hidden: there is none then.
    """
    search = search_for(report, exercise)
    feedback = compose(report, exercise, links=links, search=search)
    files = {
        "feedback.md": feedback_markdown.render(feedback),
        "feedback.html": feedback_html.render(feedback),
    }
    for name, text in files.items():
        check(name, text, search)
    return feedback, files


def check(name: str, text: str, search: Search) -> None:
    """Raise StageError where a text tells what is hidden."""
    if told := search.tells(text):
        raise StageError(
            f"{name} would tell a candidate what is hidden ({', '.join(told)[:200]})",
            hint="Nothing was written. Please report it: the feedback should have left it out.",
        )

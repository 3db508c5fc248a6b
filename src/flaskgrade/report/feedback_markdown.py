"""A candidate's feedback as Markdown: a letter, or a comment on a pull request."""

from collections.abc import Iterator

from flaskgrade.model.feedback import Feedback, Remark
from flaskgrade.report import plain
from flaskgrade.report.inert import code, prose

TEXT_LIMIT = 600
NEARLY, A_GOOD_PART = 0.75, 0.4  # shares
MARKER = "<!-- flaskgrade:feedback -->"  # by which a comment is found again, to be updated


def render(feedback: Feedback) -> str:
    """Return the feedback as GitHub-flavoured Markdown."""
    return "\n".join(_lines(plain.cleaned(feedback, TEXT_LIMIT))) + "\n"


def _lines(feedback: Feedback) -> Iterator[str]:
    yield MARKER
    yield f"# Feedback: {prose(feedback.task, 120)}"
    yield ""
    yield "Thank you for your work, and for the evening that you put into it."
    if feedback.commit:
        yield f"This is about commit {code(feedback.commit, 40)}."
    if feedback.went_well:
        yield ""
        yield "## What went well"
        yield ""
        yield from (f"- {prose(one.title, 120)}" for one in feedback.went_well)
    if feedback.to_improve:
        yield ""
        yield "## What would make it better"
        for one in feedback.to_improve:
            yield from _remark(one)
    if feedback.open:
        yield ""
        yield "## What we could not look at"
        yield ""
        yield "That is our tools' doing, and counts for nothing:"
        yield from (f"- {prose(title, 120)}" for title in feedback.open)


def _remark(one: Remark) -> Iterator[str]:
    yield ""
    yield f"### {prose(one.title, 120)}"
    yield ""
    yield f"{how_far(one)}"
    if one.brief:
        yield ""
        yield "Read these sentences of the brief again:"
        yield ""
        yield from (f"- {prose(words, 400)}" for words in one.brief)
    if one.places:
        yield ""
        yield "Places worth a look:"
        yield ""
        yield from (f"- {code(place.where, 160)}: {prose(place.what, 300)}" for place in one.places)
    if one.more_places:
        yield f"- and {one.more_places} more like these"
    if one.link:
        yield ""
        yield f"To read: <{one.link}>"


def how_far(one: Remark) -> str:
    """Return in words how far a criterion holds."""
    if one.share >= NEARLY:
        return "Nearly all of it is there."
    if one.share >= A_GOOD_PART:
        return "A good part of it is there."
    return "This is the part to begin with." if one.share > 0 else "This is missing so far."

"""An interview sheet as Markdown, to print or to keep beside the talk."""

from collections.abc import Iterator

from flaskgrade.model.interview import Place, Question, Sheet
from flaskgrade.report import plain
from flaskgrade.report.inert import code, prose

TEXT_LIMIT = 1000
FOR_WHOM = (
    "For the interviewer alone: it may say what hidden tests asked. These are prompts to talk, not"
    " charges; each may have a good answer, and a tool can be wrong."
)
NOTHING = "Nothing in the evidence asks for a question. Let them show you the part they like best."


def render(sheet: Sheet) -> str:
    """Return the sheet as GitHub-flavoured Markdown."""
    return "\n".join(_lines(plain.cleaned(sheet, TEXT_LIMIT))) + "\n"


def left_out(sheet: Sheet) -> str:
    """Return how many questions an hour has no room for, or nothing."""
    more = sheet.left_out
    return f"{more} more would not fit into an hour." if more else ""


def _lines(sheet: Sheet) -> Iterator[str]:
    yield f"# Interview sheet: {prose(sheet.title, 120)}"
    yield ""
    if sheet.commit:
        yield f"About commit {code(sheet.commit, 40)}."
    yield FOR_WHOM
    if not sheet.questions:
        yield ""
        yield NOTHING
    for number, question in enumerate(sheet.questions, 1):
        yield from _question(number, question)
    if sheet.left_out:
        yield ""
        yield left_out(sheet)


def _question(number: int, one: Question) -> Iterator[str]:
    yield ""
    yield f"## {number}. {prose(one.about, 80)}"
    yield ""
    if one.places:
        yield "Have open:"
        yield ""
        yield from (f"- {_place(place)}" for place in one.places)
        if one.more_places:
            yield f"- and {one.more_places} more like these"
        yield ""
    yield f"**Ask:** {one.ask}"
    yield ""
    yield f"**A good answer:** {one.good}"


def _place(place: Place) -> str:
    parts = (code(place.where, 160), prose(place.what, 240))
    return ": ".join(filter(None, parts))

"""The form that a reviewer fills in: YAML to write and to read."""

import json
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flaskgrade.model.rubric import Anchored, Rubric
from flaskgrade.report import plain
from flaskgrade.review.history import Answer, reviewed_criteria
from flaskgrade.yamlfile import Table, read_yaml

NOT_ASKED = "not asked"
REASON_LONGEST = 2000
WIDTH = 96


@dataclass(frozen=True, kw_only=True)
class Form:
    """A filled-in form; what was left empty is for later and not among the answers."""

    reviewer: str | None
    answers: tuple[Answer, ...]


def template(rubric: Rubric, *, title: str, reviewer: str) -> str:
    """Return an empty form with the anchors of each criterion."""
    return "\n".join(_lines(rubric, title, reviewer)) + "\n"


def _lines(rubric: Rubric, title: str, reviewer: str) -> Iterator[str]:
    yield f"# {plain.line(title, 90)}: marks by the rubric {rubric.name} {rubric.version}"
    yield "#"
    yield f"# mark: 0 to 4, or {NOT_ASKED}. reason: what you heard or saw."
    yield "# Leave empty what is for later."
    yield "# Hand it in: flaskgrade review report.json --from this-file.yaml"
    yield f"reviewer: {json.dumps(reviewer, ensure_ascii=False)}"
    yield "marks:"
    for one in reviewed_criteria(rubric):
        yield f"  # {one.title}"
        anchors = one.rule.anchors if isinstance(one.rule, Anchored) else ()
        for number, sentence in enumerate(anchors):
            yield from textwrap.wrap(
                sentence,
                WIDTH,
                initial_indent=f"  #   {number}  ",
                subsequent_indent="  #      ",
            )
        yield f"  {one.id}:"
        yield "    mark:"
        yield "    reason:"


def read_form(path: Path, rubric: Rubric) -> Form:
    """Return a filled-in form. Raises FileError, naming the line, for what is none."""
    top = read_yaml(path).table().allow(required=("marks",), optional=("reviewer",))
    who = top.get("reviewer")
    asked = {one.id: one for one in reviewed_criteria(rubric)}
    marks = top["marks"].table().allow(optional=asked)
    answers = tuple(
        answer
        for key, entry in marks.entries.items()
        if not entry.value.is_empty
        and (answer := _answer(key, entry.value.table(), asked[key].rule)) is not None
    )
    if not answers:
        raise top["marks"].error("no mark is given", hint="Fill in `mark` and `reason`.")
    named = who.text(longest=80) if who is not None and not who.is_empty else None
    return Form(reviewer=named, answers=answers)


def _answer(criterion: str, table: Table, rule: object) -> Answer | None:
    table.allow(optional=("mark", "reason"))
    mark, reason = table.get("mark"), table.get("reason")
    if mark is None or mark.is_empty:
        if reason is not None and not reason.is_empty:
            raise reason.error("there is a reason, and no mark that it is for")
        return None
    if reason is None or reason.is_empty:
        raise mark.error("a mark needs a reason", hint="Say in `reason` what you heard or saw.")
    best = len(rule.anchors) - 1 if isinstance(rule, Anchored) else 0
    if mark.is_text:
        mark.choice((NOT_ASKED,))
        value = None
    else:
        value = mark.integer(at_least=0, at_most=best)
    return Answer(
        criterion=criterion, value=value, reason=reason.text(longest=REASON_LONGEST).strip()
    )

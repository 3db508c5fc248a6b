"""Ask a reviewer for marks, one criterion after the other.

Neither the total nor anybody else's mark is shown: each is to see the candidate, not a number.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from flaskgrade.errors import UsageError
from flaskgrade.model.review import Mark
from flaskgrade.model.rubric import Anchored, Rubric
from flaskgrade.report import plain
from flaskgrade.review.history import Answer, reviewed_criteria

NOT_ASKED = "-"
CHOICES = "0 to 4, - if it was not asked about, Enter for later"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A criterion as it is asked about."""

    heading: str
    rule: Anchored
    mine: Mark | None


def ask(rubric: Rubric, mine: Mapping[str, Mark]) -> tuple[Answer, ...]:
    """Return the answers, handed in by a yes at the end; `mine` are this reviewer's marks so far.

    Raises UsageError where the input ends before that.
    """
    criteria = reviewed_criteria(rubric)
    answers = []
    for number, one in enumerate(criteria, 1):
        if not isinstance(one.rule, Anchored):
            continue
        heading = f"{one.id}  {one.title}  ({number} of {len(criteria)})"
        value = _value(Asked(heading=heading, rule=one.rule, mine=mine.get(one.id)))
        if value != "":
            known = None if value == NOT_ASKED else int(value)
            answers.append(Answer(criterion=one.id, value=known, reason=_reason()))
    if not answers:
        return ()
    given = ", ".join(f"{a.criterion} {NOT_ASKED if a.value is None else a.value}" for a in answers)
    sure = _line(f"\nHand in {given}? [y/N] ").casefold()
    return tuple(answers) if sure in {"y", "yes"} else ()


def _value(asked: Asked) -> str:
    sys.stdout.write(f"\n{asked.heading}\n")
    for number, sentence in enumerate(asked.rule.anchors):
        sys.stdout.write(f"  {number}  {sentence}\n")
    if asked.mine is not None:
        so_far = NOT_ASKED if asked.mine.value is None else str(asked.mine.value)
        sys.stdout.write(f"  Yours so far: {so_far} ({plain.line(asked.mine.reason, 300)})\n")
    known = {"", NOT_ASKED, *map(str, range(len(asked.rule.anchors)))}
    while (value := _line(f"mark ({CHOICES}): ")) not in known:
        sys.stdout.write(f"  {CHOICES}, please.\n")
    return value


def _reason() -> str:
    while not (reason := _line("what you heard or saw: ")):
        sys.stdout.write("  A mark needs a reason.\n")
    return reason


def _line(prompt: str) -> str:
    sys.stdout.write(prompt)
    sys.stdout.flush()
    # As bytes: a terminal of another encoding sends what is no UTF-8.
    line = sys.stdin.buffer.readline().decode("utf-8", "replace")
    if not line:
        raise UsageError(
            "the input ended before the marks were handed in; nothing was written",
            hint="To answer from a file: --template prints one to fill in, --from reads it.",
        )
    return line.strip()

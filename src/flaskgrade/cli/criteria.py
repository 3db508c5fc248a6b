"""`flaskgrade criteria`: what a rubric asks for, how much it weighs, and what looks at it."""

import inspect
import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from fractions import Fraction

    from flaskgrade.model.rubric import Criterion

WIDTH = 100
EPILOG = """
Examples:

  flaskgrade criteria

  flaskgrade criteria --rubric senior

  flaskgrade criteria S9
"""


def criteria(
    criterion: Annotated[
        str | None,
        typer.Argument(help="Explain this one: what earns it, and what loses it."),
    ] = None,
    rubric: Annotated[str, typer.Option(help="Rubric name or file.")] = "mid",
) -> None:
    """List the criteria of a rubric, or explain one."""
    from flaskgrade.checks.registry import NAMES  # noqa: PLC0415 - see cli/main.py
    from flaskgrade.cli import sources  # noqa: PLC0415
    from flaskgrade.errors import UsageError  # noqa: PLC0415
    from flaskgrade.rubric.layers import stacked  # noqa: PLC0415
    from flaskgrade.rubric.load import composed  # noqa: PLC0415
    from flaskgrade.rubric.stated import explanations  # noqa: PLC0415
    from flaskgrade.rubric.weights import points  # noqa: PLC0415

    stack = stacked(sources.place(rubric))
    measure = composed(stack, checks=NAMES)
    weighed = points(measure)
    if criterion is None:
        for category in measure.categories:
            sys.stdout.write(f"{category.title}\n")
            for one in measure.criteria:
                if one.category == category.id:
                    share = f"{float(weighed[one.id]):.1f}%"
                    sys.stdout.write(f"  {one.id:<13} {share:>6}  {one.title} ({one.check})\n")
        return
    chosen = next((one for one in measure.criteria if one.id == criterion), None)
    if chosen is None:
        raise UsageError(
            f"the rubric {measure.name} has no criterion {criterion!r}", hint=", ".join(weighed)
        )
    about = explanations(stack).get(chosen.id, "")
    sys.stdout.write(_explained(chosen, weighed[chosen.id], about))


def _explained(one: "Criterion", points: "Fraction", about: str) -> str:
    """Return a criterion with its rule, what earns and loses it, and the page of its check."""
    import textwrap  # noqa: PLC0415 - see cli/main.py

    from flaskgrade.model.rubric import Anchored  # noqa: PLC0415
    from flaskgrade.rubric.weights import plain  # noqa: PLC0415
    from flaskgrade.rubric.words import rule_in_words  # noqa: PLC0415

    scaled = "; counts as far as the app works" if one.scaled else ""
    rule = textwrap.fill(f"{rule_in_words(one, points)}{scaled}", WIDTH)
    head = (
        f"{one.id}  {one.title}\n"
        f"weight {plain(one.weight)}, {plain(points)} of 100 where everything applies, "
        f"check {one.check}\n{rule}\n\n"
    )
    if isinstance(one.rule, Anchored):
        marks = (f"  {number}  {line}\n" for number, line in enumerate(one.rule.anchors))
        return head + "".join(marks)
    said = f"{textwrap.fill(about, WIDTH)}\n\n" if about else ""
    return f"{head}{said}{_page(one.check)}\n"


def _page(name: str) -> str:
    """Return the page of a check: what it looks at, what earns, what loses, by which source."""
    from flaskgrade.checks import examination  # noqa: PLC0415 - see cli/main.py
    from flaskgrade.checks.registry import CHECKS  # noqa: PLC0415

    check = next((check for check in CHECKS if check.name == name), None)
    judge = getattr(check, "judge", check)
    module = inspect.getmodule(judge if inspect.isfunction(judge) else type(judge))
    return inspect.getdoc(module if check is not None else examination) or ""

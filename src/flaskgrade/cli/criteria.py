"""`flaskgrade criteria`: what a rubric asks for, how much it weighs, and what looks at it."""

import inspect
import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from flaskgrade.model.rubric import Criterion

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
    from flaskgrade.errors import UsageError  # noqa: PLC0415
    from flaskgrade.rubric.load import load_rubric  # noqa: PLC0415

    measure = load_rubric(rubric, checks=NAMES)
    weighed = [one for one in measure.criteria if one.weight]
    if criterion is None:
        total = sum(one.weight for one in weighed)
        for category in measure.categories:
            found = [one for one in weighed if one.category == category.id]
            if found:
                sys.stdout.write(f"{category.title}\n")
            for one in found:
                share = f"{float(one.weight / total):.1%}"
                sys.stdout.write(f"  {one.id:<13} {share:>6}  {one.title} ({one.check})\n")
        return
    chosen = [one for one in measure.criteria if one.id == criterion]
    if not chosen:
        known = ", ".join(one.id for one in weighed)
        raise UsageError(f"the rubric {measure.name} has no criterion {criterion!r}", hint=known)
    sys.stdout.write(_explained(chosen[0]))


def _explained(one: "Criterion") -> str:
    """Return a criterion's line and the page of the check that looks at it."""
    from flaskgrade.checks import examination  # noqa: PLC0415 - see cli/main.py
    from flaskgrade.checks.registry import CHECKS  # noqa: PLC0415
    from flaskgrade.model.rubric import Anchored  # noqa: PLC0415

    if isinstance(one.rule, Anchored):
        marks = "".join(f"  {number}  {line}\n" for number, line in enumerate(one.rule.anchors))
        return f"{one.id}  {one.title}\nweight {float(one.weight):g}, marked by people\n\n{marks}"
    check = next((check for check in CHECKS if check.name == one.check), None)
    judge = getattr(check, "judge", check)
    module = inspect.getmodule(judge if inspect.isfunction(judge) else type(judge))
    page = inspect.getdoc(module if check is not None else examination) or ""
    return f"{one.id}  {one.title}\nweight {float(one.weight):g}, check {one.check}\n\n{page}\n"

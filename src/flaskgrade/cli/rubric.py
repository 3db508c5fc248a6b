"""`flaskgrade rubric …`: what rubrics come to, how they differ, and whether a file is right."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from flaskgrade.model.rubric import Rubric

app = typer.Typer(help="How evidence becomes points.", no_args_is_help=True)

Named = Annotated[
    str,
    typer.Argument(
        help="A rubric's name, its file, or several joined by +: mid+web.", show_default=False
    ),
]
ForExercise = Annotated[
    str | None,
    typer.Option("--exercise", "-e", help="Weigh only what this exercise asks for."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]


@app.command("list")
def list_rubrics() -> None:
    """List the shipped rubrics."""
    from flaskgrade.rubric.layers import stacked  # noqa: PLC0415 - see cli/main.py
    from flaskgrade.rubric.load import composed  # noqa: PLC0415
    from flaskgrade.shipped import names  # noqa: PLC0415

    for name in names("rubrics"):
        stack = stacked(name)
        one = composed(stack)
        chain = " ← ".join(layer.path.stem for layer in stack.layers)
        sys.stdout.write(f"{one.name:<13} {one.title:<28} {len(one.criteria)} criteria  {chain}\n")


SHOW = """
Examples:

  flaskgrade rubric show mid

  flaskgrade rubric show mid+web --exercise community-board

  flaskgrade rubric show senior --yaml > ours.yaml
"""


@app.command("show", epilog=SHOW)
def show_rubric(
    rubric: Named,
    exercise: ForExercise = None,
    as_json: AsJson = False,
    as_yaml: Annotated[
        bool, typer.Option("--yaml", help="Print it as one file with nothing inherited.")
    ] = False,
) -> None:
    """Say what a rubric comes to: points of 100, rules in words, gates, and which file says so."""
    from flaskgrade.checks.registry import NAMES  # noqa: PLC0415
    from flaskgrade.cli.rubric_text import shown  # noqa: PLC0415
    from flaskgrade.errors import UsageError  # noqa: PLC0415
    from flaskgrade.rubric.export import as_file, described, write_json  # noqa: PLC0415
    from flaskgrade.rubric.layers import stacked  # noqa: PLC0415
    from flaskgrade.rubric.load import composed  # noqa: PLC0415
    from flaskgrade.rubric.stated import explanations  # noqa: PLC0415
    from flaskgrade.yamlfile import write_yaml  # noqa: PLC0415

    if as_json and as_yaml:
        raise UsageError("--json and --yaml exclude each other", hint="Take one of them.")
    stack = stacked(_place(rubric))
    one = composed(stack, checks=NAMES)
    if as_yaml:
        sys.stdout.write(write_yaml(as_file(one, explanations(stack))))
        return
    weighed = _weighed(one, exercise)
    if as_json:
        sys.stdout.write(write_json(described(one, stack, weighed)))
        return
    sys.stdout.write(shown(one, stack, weighed))


DIFF = """
Examples:

  flaskgrade rubric diff mid senior

  flaskgrade rubric diff mid ./ours.yaml --exercise room-bookings
"""


@app.command("diff", epilog=DIFF)
def diff_rubrics(
    one: Named, other: Named, exercise: ForExercise = None, as_json: AsJson = False
) -> None:
    """Say how two rubrics differ: criteria in points of 100, rules, gates, bands."""
    from dataclasses import asdict  # noqa: PLC0415

    from flaskgrade.cli.rubric_text import compared  # noqa: PLC0415
    from flaskgrade.rubric.diff import Side, difference  # noqa: PLC0415
    from flaskgrade.rubric.export import write_json  # noqa: PLC0415

    rubrics = _load(one), _load(other)
    sides = tuple(Side(rubric=each, points=_weighed(each, exercise)) for each in rubrics)
    found = difference(*sides)
    if as_json:
        sys.stdout.write(write_json(asdict(found)))
        return
    sys.stdout.write(compared((one, other), found))


LINT = """
Exits with 0 if nothing is wrong, and with 2 otherwise.

Examples:

  flaskgrade rubric lint ./ours.yaml

  flaskgrade rubric lint mid+web
"""


@app.command("lint", epilog=LINT)
def lint_rubric(rubric: Named) -> None:
    """Check a rubric: its keys, its sums, and that all it asks for can be earned and lost."""
    from flaskgrade.checks.outputs import OUTPUTS  # noqa: PLC0415
    from flaskgrade.checks.registry import NAMES  # noqa: PLC0415
    from flaskgrade.errors import UsageError  # noqa: PLC0415
    from flaskgrade.rubric.layers import stacked  # noqa: PLC0415
    from flaskgrade.rubric.lint import lint  # noqa: PLC0415
    from flaskgrade.rubric.load import composed  # noqa: PLC0415

    stack = stacked(_place(rubric))
    one = composed(stack, checks=NAMES)
    remarks = lint(one, stack, OUTPUTS)
    for remark in remarks:
        sys.stdout.write(f"{remark}\n")
    if remarks:
        plural = "s" * (len(remarks) != 1)
        raise UsageError(f"{one.name}: {len(remarks)} thing{plural} to mend")
    sys.stdout.write(f"{one.name}: {len(one.criteria)} criteria, nothing wrong.\n")


SCHEMA = """
Examples:

  flaskgrade rubric schema > rubric.schema.json
"""


@app.command("schema", epilog=SCHEMA)
def schema_rubric() -> None:
    """Print the JSON Schema of rubric files, for an editor."""
    import json  # noqa: PLC0415

    from flaskgrade.rubric.schema import rubric_schema  # noqa: PLC0415

    sys.stdout.write(json.dumps(rubric_schema(), indent=2) + "\n")


def _load(rubric: str) -> "Rubric":
    from flaskgrade.cli import sources  # noqa: PLC0415

    return sources.rubric(rubric)


def _place(rubric: str) -> str:
    from flaskgrade.cli import sources  # noqa: PLC0415

    return sources.place(rubric)


def _weighed(rubric: "Rubric", exercise: str | None) -> "Mapping[str, Fraction]":
    from flaskgrade.cli import sources  # noqa: PLC0415
    from flaskgrade.rubric.weights import points  # noqa: PLC0415

    return points(rubric, sources.exercise(exercise) if exercise is not None else None)

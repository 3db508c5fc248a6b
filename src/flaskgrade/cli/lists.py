"""`flaskgrade exercise …`, `flaskgrade rubric …`: what is shipped, and whether a file is right."""

import sys
from typing import Annotated

import typer

exercises = typer.Typer(help="The tasks that submissions answer.", no_args_is_help=True)
rubrics = typer.Typer(help="How evidence becomes points.", no_args_is_help=True)


@exercises.command("list")
def list_exercises() -> None:
    """List the shipped exercises."""
    from flaskgrade.exercise.load import load_exercise  # noqa: PLC0415 - see cli/main.py
    from flaskgrade.shipped import shipped  # noqa: PLC0415

    for folder in sorted(shipped("exercises").iterdir()):
        if (folder / "exercise.yaml").is_file():
            task = load_exercise(str(folder))
            sys.stdout.write(f"{task.name:<20} {task.title} ({len(task.tests)} tests)\n")


@exercises.command("lint")
def lint_exercise(
    exercise: Annotated[str, typer.Argument(help="An exercise's name or folder.")],
) -> None:
    """Check an exercise: its keys, and that every hidden test is mapped to a criterion."""
    from flaskgrade.exercise.load import load_exercise  # noqa: PLC0415

    task = load_exercise(exercise)
    sys.stdout.write(f"{task.name}: {len(task.tests)} tests, nothing wrong.\n")


@rubrics.command("list")
def list_rubrics() -> None:
    """List the shipped rubrics."""
    from flaskgrade.rubric.load import load_rubric  # noqa: PLC0415
    from flaskgrade.shipped import shipped  # noqa: PLC0415

    for path in sorted(shipped("rubrics").glob("*.yaml")):
        one = load_rubric(str(path))
        sys.stdout.write(f"{one.name:<10} {one.title} ({len(one.criteria)} criteria)\n")


@rubrics.command("lint")
def lint_rubric(
    rubric: Annotated[str, typer.Argument(help="A rubric's name or file.")],
) -> None:
    """Check a rubric: its keys, and that every check it names exists."""
    from flaskgrade.checks.registry import NAMES  # noqa: PLC0415
    from flaskgrade.rubric.load import load_rubric  # noqa: PLC0415

    one = load_rubric(rubric, checks=NAMES)
    sys.stdout.write(f"{one.name}: {len(one.criteria)} criteria, nothing wrong.\n")

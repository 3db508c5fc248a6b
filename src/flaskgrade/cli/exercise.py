"""`flaskgrade exercise …`: the tasks that submissions answer, and whether they measure them."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flaskgrade.cli.grade import Backend
from flaskgrade.errors import EXIT_BELOW, EXIT_GRADED, EXIT_NOT_ASSESSED

if TYPE_CHECKING:
    from flaskgrade.model.verification import Matrix

app = typer.Typer(help="The tasks that submissions answer.", no_args_is_help=True)

Named = Annotated[str, typer.Argument(help="An exercise's name or folder.", show_default=False)]


@app.command("list")
def list_exercises() -> None:
    """List the shipped exercises."""
    from flaskgrade.exercise.load import load_exercise  # noqa: PLC0415 - see cli/main.py
    from flaskgrade.shipped import names  # noqa: PLC0415

    for name in names("exercises"):
        task = load_exercise(name)
        minutes = f"{task.time_box_minutes} min" if task.time_box_minutes else ""
        sys.stdout.write(
            f"{task.name:<18} {task.level:<7} {minutes:>7}  {task.title}, {len(task.tests)} tests\n"
        )


@app.command("lint")
def lint_exercise(exercise: Named) -> None:
    """Check an exercise: its keys, and that every hidden test is mapped to a criterion."""
    from flaskgrade.exercise.load import load_exercise  # noqa: PLC0415

    task = load_exercise(exercise)
    sys.stdout.write(f"{task.name}: {len(task.tests)} tests, nothing wrong.\n")


VERIFY = """
Exits with 0 if everything is as the exercise claims, 1 if not, 5 if something was not assessed.

Examples:

  flaskgrade exercise verify ./my-exercise

  flaskgrade exercise verify ./my-exercise --only 'variants/*' --jobs 4

  flaskgrade exercise verify room-bookings --html matrix.html
"""


@app.command("verify", epilog=VERIFY)
def verify_exercise(
    exercise: Named,
    only: Annotated[
        list[str] | None,
        typer.Option(help="Grade the solution and what is called so: `variants/race`; repeat."),
    ] = None,
    repeat: Annotated[
        int, typer.Option(help="How often the hidden tests are run in another order.", min=0)
    ] = 10,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", "-j", help="Gradings at a time. Default: one per two processors."),
    ] = None,
    sandbox: Annotated[Backend, typer.Option(help="Where untrusted code runs.")] = Backend.AUTO,
    html: Annotated[Path | None, typer.Option(help="Write the matrix to this file.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the result only.")] = False,
) -> None:
    """Prove an exercise: grade all that it ships, and hold it against what it claims."""
    from flaskgrade import workspace  # noqa: PLC0415
    from flaskgrade.cli.address_space import check_address_space  # noqa: PLC0415
    from flaskgrade.cli.delivery import write_whole  # noqa: PLC0415
    from flaskgrade.cli.display import display, print_matrix  # noqa: PLC0415
    from flaskgrade.cli.sandboxes import open_sandbox, sweep_all  # noqa: PLC0415
    from flaskgrade.exercise.load import load_exercise  # noqa: PLC0415
    from flaskgrade.report.matrix_html import render  # noqa: PLC0415
    from flaskgrade.verification.grading import Proof, prove  # noqa: PLC0415

    check_address_space()
    task = load_exercise(exercise)
    root = workspace.default_root()
    sweep_all(root)
    with (
        workspace.run_folder(root) as scratch,
        display(quiet=quiet) as progress,
        open_sandbox(sandbox.value, cache=root, scratch=scratch, say=progress.note) as box,
    ):
        matrix = prove(
            Proof(
                exercise=task,
                sandbox=box,
                cache=root,
                scratch=scratch,
                jobs=jobs or max((os.cpu_count() or 1) // 2, 1),
                repeat=repeat,
                only=tuple(only or ()),
                progress=progress,
            )
        )
    print_matrix(matrix)
    if html is not None:
        write_whole(html, render(matrix))
        sys.stdout.write(f"{html}\n")
    raise typer.Exit(exit_code(matrix))


def exit_code(matrix: "Matrix") -> int:
    """Return the exit code of a verification: what is wrong comes before what is open."""
    if not matrix.holds:
        return EXIT_BELOW
    return EXIT_NOT_ASSESSED if matrix.is_open else EXIT_GRADED

"""`flaskgrade exercise …`: the tasks that submissions answer, and whether they measure them."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flaskgrade.cli import exercise_variant
from flaskgrade.cli.grade import Backend
from flaskgrade.errors import EXIT_BELOW, EXIT_GRADED, EXIT_NOT_ASSESSED

if TYPE_CHECKING:
    from flaskgrade.model.verification import Matrix

app = typer.Typer(help="The tasks that submissions answer.", no_args_is_help=True)

Named = Annotated[
    str,
    typer.Argument(help="An exercise's name, its folder, or URL#REF:FOLDER.", show_default=False),
]


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


NEW = """
Examples:

  flaskgrade exercise new ./parcel-desk --title "Parcel desk"

  flaskgrade exercise verify ./parcel-desk
"""


@app.command("new", epilog=NEW)
def new_exercise(
    folder: Annotated[Path, typer.Argument(help="Where it goes; its last part is its name.")],
    title: Annotated[str | None, typer.Option(help="What people call it.")] = None,
) -> None:
    """Begin an exercise: a small one that verifies at once, to change step by step."""
    from flaskgrade.exercise.scaffold import scaffold  # noqa: PLC0415

    name = scaffold(folder, title=title)
    sys.stdout.write(
        f"{folder} holds the exercise {name}: brief.md, starter/, acceptance/, solution/, "
        "alternatives/, variants/.\n"
        "Next: change brief.md and acceptance/, then\n"
        f"  flaskgrade exercise lint {folder}\n"
        f"  flaskgrade exercise verify {folder} --only solution\n"
    )


@app.command("show")
def show_exercise(
    exercise: Named,
    brief: Annotated[bool, typer.Option("--brief", help="Print the brief as it stands.")] = False,
) -> None:
    """Say what an exercise asks for: its criteria, how many tests bear on each, how it starts."""
    from flaskgrade.cli import sources  # noqa: PLC0415
    from flaskgrade.cli.exercise_text import shown  # noqa: PLC0415

    task = sources.exercise(exercise)
    sys.stdout.write(task.brief.read_text(encoding="utf-8") if brief else shown(task))


@app.command("schema")
def schema_exercise() -> None:
    """Print the JSON Schema of exercise.yaml, for an editor."""
    import json  # noqa: PLC0415

    from flaskgrade.exercise.schema import exercise_schema  # noqa: PLC0415

    sys.stdout.write(json.dumps(exercise_schema(), indent=2) + "\n")


LINT = """
Exits with 0 if nothing is wrong, and with 2 otherwise.

Examples:

  flaskgrade exercise lint ./my-exercise

  flaskgrade exercise lint room-bookings --notes
"""


@app.command("lint", epilog=LINT)
def lint_exercise(
    exercise: Named,
    notes: Annotated[
        bool, typer.Option("--notes", help="Print what no test quotes, too, which may be right.")
    ] = False,
) -> None:
    """Check an exercise without running it: keys, claims, patches, tests against the brief."""
    from flaskgrade.cli import sources  # noqa: PLC0415
    from flaskgrade.errors import UsageError  # noqa: PLC0415
    from flaskgrade.exercise.lint import lint  # noqa: PLC0415
    from flaskgrade.verification.patches import unfit  # noqa: PLC0415

    task = sources.exercise(exercise)
    remarks = (*unfit(task), *lint(task))
    wrong = [one for one in remarks if not one.note]
    for one in remarks if notes else wrong:
        sys.stdout.write(f"{one}\n")
    if wrong:
        plural = "s" * (len(wrong) != 1)
        raise UsageError(f"{task.name}: {len(wrong)} thing{plural} to mend")
    sys.stdout.write(f"{task.name}: {len(task.tests)} tests, nothing wrong.\n")


app.command("variant", epilog=exercise_variant.EPILOG)(exercise_variant.variant)

STARTER = """
Examples:

  flaskgrade exercise starter room-bookings ./for-ada
"""


@app.command("starter", epilog=STARTER)
def write_starter(
    exercise: Named,
    folder: Annotated[Path, typer.Argument(help="Where it goes: a folder that is not there yet.")],
) -> None:
    """Write a candidate's repository: starter, brief and CI file, nothing of what is hidden."""
    from flaskgrade.cli import sources  # noqa: PLC0415
    from flaskgrade.verification.handing_out import hand_out  # noqa: PLC0415

    task = sources.exercise(exercise)
    files = hand_out(task, folder)
    sys.stdout.write(f"{folder}: {files} files in one commit; nothing hidden is in it.\n")


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
    from flaskgrade.cli import sources  # noqa: PLC0415
    from flaskgrade.cli.address_space import check_address_space  # noqa: PLC0415
    from flaskgrade.cli.delivery import write_whole  # noqa: PLC0415
    from flaskgrade.cli.display import display, print_matrix  # noqa: PLC0415
    from flaskgrade.cli.sandboxes import open_sandbox, sweep_all  # noqa: PLC0415
    from flaskgrade.report.matrix_html import render  # noqa: PLC0415
    from flaskgrade.verification.grading import Proof, prove  # noqa: PLC0415

    check_address_space()
    task = sources.exercise(exercise)
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

"""The `flaskgrade` command: parse, call, render, exit. What a command needs it imports itself.

Nothing heavy is imported here, so that `--help` and completion answer at once.
"""

import errno
import os
import sys
from typing import Annotated

import typer

from flaskgrade import __version__
from flaskgrade.cli import (
    batch,
    clean,
    comment,
    compare,
    criteria,
    doctor,
    exercise,
    feedback,
    grade,
    image,
    inspect,
    rescore,
    review,
    rubric,
    verify,
)
from flaskgrade.cli.interruption import await_signals
from flaskgrade.cli.streams import Outlet, open_streams
from flaskgrade.errors import EXIT_INTERRUPTED, FlaskgradeError, UsageError

NO_THREAD = "can't start new thread"  # what Python says for want of memory, too

app = typer.Typer(
    name="flaskgrade",
    help="Grade Flask take-home submissions: sandboxed, explainable, each point with evidence.",
    epilog="Start with: flaskgrade doctor · flaskgrade grade https://host/candidate/repo",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command("grade", epilog=grade.EPILOG)(grade.grade)
app.command("batch", epilog=batch.EPILOG)(batch.batch)
app.command("compare", epilog=compare.EPILOG)(compare.compare)
app.command("feedback", epilog=feedback.EPILOG)(feedback.feedback)
app.command("comment", epilog=comment.EPILOG)(comment.comment)
app.command("review", epilog=review.EPILOG)(review.review)
app.command("rescore", epilog=rescore.EPILOG)(rescore.rescore)
app.command("verify", epilog=verify.EPILOG)(verify.verify)
app.command("inspect", epilog=inspect.EPILOG)(inspect.inspect)
app.command("criteria", epilog=criteria.EPILOG)(criteria.criteria)
app.command("doctor", epilog=doctor.EPILOG)(doctor.doctor)
app.command("clean", epilog=clean.EPILOG)(clean.clean)
app.add_typer(exercise.app, name="exercise")
app.add_typer(rubric.app, name="rubric")
app.add_typer(image.app, name="image")


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it with the flag's value
    if wanted:
        sys.stdout.write(f"flaskgrade {__version__}\n")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Grade Flask take-home submissions."""


def run() -> None:
    """Run the command line and leave with a documented exit code."""
    stdout = open_streams()
    await_signals()
    try:
        app()
    except FlaskgradeError as error:
        _say(error.message, error.hint)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _leave_interrupted()
    except SystemExit as left:
        if left.code == EXIT_INTERRUPTED:  # what typer makes of ^C
            _leave_interrupted()
        _check(stdout)
        raise
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES}:
            _bug()
        where = f" ({error.filename})" if error.filename else ""
        _say(
            f"cannot write{where}: {error.strerror}",
            "Free some space, or set FLASKGRADE_CACHE or --out to another place.",
        )
        sys.exit(UsageError.exit_code)
    except Exception as error:  # noqa: BLE001 - the last line: what comes here is a bug of ours
        _starved(error)
        _bug()


def _check(stdout: Outlet) -> None:
    """Leave with an error if something that was printed is lost; a reader who left wants none."""
    sys.stdout.flush()
    if stdout.refused is not None:
        _say(
            f"cannot write to stdout: {stdout.refused.strerror}",
            "What was printed is lost. Free some space, or print to another place.",
        )
        sys.exit(UsageError.exit_code)


def _leave_interrupted() -> None:
    """Leave at once: a thread that still waits for a network must not hold us up."""
    _say("interrupted; everything that was running has been stopped", "")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(EXIT_INTERRUPTED)


def _say(message: str, hint: str) -> None:
    bold, dim, end = ("\033[1;31m", "\033[2m", "\033[0m") if _colour() else ("", "", "")
    sys.stderr.write(f"{bold}flaskgrade:{end} {message}\n")
    if hint:
        sys.stderr.write(f"{dim}  → {hint}{end}\n")


def _colour() -> bool:
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR")


def _starved(error: Exception) -> None:
    """Leave with one sentence where what failed is this host and not a line of ours."""
    if isinstance(error, MemoryError) or NO_THREAD in str(error):
        _say("this host has no memory or no threads left", "Try again with more of them.")
        sys.exit(UsageError.exit_code)


def _bug() -> None:
    """Keep the traceback in a file, and say so in one sentence."""
    import tempfile  # noqa: PLC0415 - only for this
    import traceback  # noqa: PLC0415

    with tempfile.NamedTemporaryFile(
        "w", prefix="flaskgrade-crash-", suffix=".log", delete=False
    ) as log:
        log.write(f"flaskgrade {__version__}, Python {sys.version}\n\n{traceback.format_exc()}")
    reason = traceback.format_exc(limit=0).strip().splitlines()[-1]
    _say(
        f"a bug of ours: {reason}",
        f"Nothing was scored. Please report it with {log.name}.",
    )
    sys.exit(FlaskgradeError.exit_code)

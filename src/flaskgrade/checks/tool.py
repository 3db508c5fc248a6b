"""Run one of our tools over the submission's Python files, in the examiner sandbox.

The submission's own configuration never steers a tool: files are named one by one, configuration
is ours, suppressions are not honoured. A tool that crashes on the submission is tried on a clean
file of ours: if that works, the crash is the submission's; if not, it is ours. Then it runs once
more without the files that no parser takes, so that what it finds in the others is told, too.
A file too large to be read is given to no tool: it would last until the tool's time is over.
"""

import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flaskgrade.checks.base import SOURCE_PATH, TOOLBOX_PATH, Context, record
from flaskgrade.errors import StageError
from flaskgrade.flaskapp.project_facts import ProjectFacts
from flaskgrade.guest import EXAMINER, GUEST_PATH
from flaskgrade.model.evidence import (
    CommandRecord,
    Evidence,
    Finding,
    Location,
    Measure,
    Severity,
    Status,
)
from flaskgrade.sandbox.base import MIB, Command, Ended, Limits, Mount, Outcome, Zone

CANARY = f"{GUEST_PATH}/canary.py"
MOST_FINDINGS = 1000
MOST_SUSPECTS = 3
MOST_UNSEEN = 20
SECONDS = 120.0


@dataclass(frozen=True, kw_only=True)
class Ran:
    """A tool's outcome; `crashed` says that it got through none of the submission's files.

    `left_out` are the files that are too large or that it crashed on, where it got through others.
    """

    outcome: Outcome
    crashed: bool
    record: CommandRecord
    left_out: tuple[str, ...] = ()


def written_files(facts: ProjectFacts, *, tests: bool = True) -> tuple[str, ...]:
    """Return the Python files that the candidate wrote: Alembic's generated ones are left out."""
    generated = {f"{m.directory}/env.py" for m in facts.migrations}
    generated |= {r.location.path for m in facts.migrations for r in m.revisions}
    skipped = set() if tests else set(facts.test_files)
    return tuple(f for f in facts.python_files if f not in generated and f not in skipped)


def run_tool(
    context: Context,
    argv: Sequence[str],
    files: Iterable[str],
    *,
    shown: str,
    expected: frozenset[int] = frozenset({0, 1}),
    environment: tuple[tuple[str, str], ...] = (),
) -> Ran:
    """Run `argv` plus the files, relative to the submission. Raises StageError if it is broken.

    `expected` are the exit codes of a run that did its work.
    """
    files = tuple(files)
    large = tuple(name for name in files if name in context.facts.too_large)
    files = tuple(name for name in files if name not in large)
    outcome = _run(context, argv, files, environment, shown) if files else None
    if outcome is not None and outcome.exit_code in expected:
        told = record(shown, outcome)
        return Ran(outcome=outcome, crashed=False, record=told, left_out=large)
    canary = context.sandbox.run(_command(context, (*argv, CANARY), environment, shown))
    if canary.exit_code not in expected:
        raise StageError(f"{shown} does not work here: {canary.ended.value}")
    if outcome is None:
        return Ran(outcome=canary, crashed=True, record=record(shown, canary), left_out=large)
    bad = {path for path, _ in context.facts.unparsed}
    left_out = tuple(name for name in files if name in bad)
    rest = tuple(name for name in files if name not in bad)
    # What ran out of time would most likely do so again.
    if left_out and rest and outcome.ended is not Ended.TIMED_OUT:
        second = _run(context, argv, rest, environment, shown)
        if second.exit_code in expected:
            told = record(shown, outcome)
            return Ran(outcome=second, crashed=False, record=told, left_out=(*large, *left_out))
    return Ran(outcome=outcome, crashed=True, record=record(shown, outcome), left_out=large)


def _run(
    context: Context,
    argv: Sequence[str],
    files: Sequence[str],
    environment: tuple[tuple[str, str], ...],
    shown: str,
) -> Outcome:
    # "./" keeps a file name that begins with a dash from being an option.
    named = (f"./{name}" for name in files)
    return context.sandbox.run(_command(context, (*argv, *named), environment, shown))


def _command(
    context: Context,
    argv: Sequence[str],
    environment: tuple[tuple[str, str], ...],
    label: str,
) -> Command:
    assert context.toolbox is not None  # noqa: S101 - the pipeline gave what is needed
    return Command(
        argv=tuple(argv),
        zone=Zone.EXAMINER,
        mounts=(
            Mount(folder=context.toolbox, target=TOOLBOX_PATH),
            Mount(folder=context.sandbox.folder(EXAMINER), target=GUEST_PATH),
            Mount(folder=context.source, target=SOURCE_PATH),
        ),
        cwd=SOURCE_PATH,
        environment=environment,
        limits=Limits(wall_seconds=SECONDS, output_bytes=48 * MIB, cpu_weight=20),
        label=label,
    )


def relative(path: str) -> str:
    """Return a path as a tool prints it, relative to the submission's root."""
    return posixpath.normpath(path).removeprefix(f"{SOURCE_PATH}/")


def crash_evidence(check: str, ran: Ran, context: Context) -> Evidence:
    """Return the evidence of a tool that cannot get through the submission's files."""
    facts = context.facts
    suspects = ran.left_out or tuple(path for path, _ in facts.unparsed) or _largest(context)
    how = "no file is of a size that it could take"
    if ran.record.ended != Ended.EXITED.value or ran.record.exit_code:
        how = f"the tool {ran.record.ended} on them, and works on a clean file"
    return Evidence(
        check=check,
        status=Status.FAILED,
        summary=f"The files can't be analysed: {how}.",
        findings=crash_findings(check, suspects[:MOST_SUSPECTS], facts),
        measures=(lines_measure(facts),),
        commands=(ran.record,),
    )


def _largest(context: Context) -> tuple[str, ...]:
    """Return the largest Python file: where no file is broken, it is the likeliest to blame."""
    python = set(context.facts.python_files)
    sizes = [(file.size, file.path) for file in context.submission.files if file.path in python]
    return (max(sizes)[1],) if sizes else ()


def crash_findings(check: str, paths: Iterable[str], facts: ProjectFacts) -> tuple[Finding, ...]:
    """Return a finding for each file that a tool can't get through, with the reason if known."""
    reasons = dict(facts.unparsed)
    return tuple(
        Finding(
            code=f"{check}:crash",
            message="The tool can't get through this file"
            + (f": {reasons[path]}" if path in reasons else ""),
            severity=Severity.HIGH,
            location=Location(path=path),
        )
        for path in paths
    )


def unseen_findings(check: str, facts: ProjectFacts) -> tuple[Finding, ...]:
    """Return a finding for each place where code runs that the tool does not see.

    It counts as a crash does: nobody knows how many others it hides.
    """
    return tuple(
        Finding(
            code=f"{check}:crash",
            message=f"Code runs here that the tool can't see: {hidden.why}",
            severity=Severity.HIGH,
            location=hidden.location,
        )
        for hidden in facts.hidden[:MOST_UNSEEN]
    )


def lines_measure(facts: ProjectFacts) -> Measure:
    """Return the size of the code as the measure that rules per 1,000 lines use."""
    return Measure(name="source_lines", value=facts.source_lines)

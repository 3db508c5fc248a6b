"""grade(): a submission in, a report out. The order of things, and nothing else."""

import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

from flaskgrade.checks.base import Check, Context, Need
from flaskgrade.checks.examination import examine
from flaskgrade.checks.registry import CHECKS
from flaskgrade.checks.verdicts import ACCEPTANCE, SERVES
from flaskgrade.environment.declare import declare
from flaskgrade.environment.postgres import postgres
from flaskgrade.environment.provide import provide
from flaskgrade.environment.redis import redis
from flaskgrade.environment.toolbox import Toolbox, toolbox
from flaskgrade.errors import StageError, SubmissionError, UsageError
from flaskgrade.flaskapp.analyse import AUTO, read_project
from flaskgrade.given.evidence import without_starter
from flaskgrade.given.starter import compared
from flaskgrade.model.environment import BuildFailure, Environment, Folder
from flaskgrade.model.evidence import Evidence, Item, Status
from flaskgrade.model.exercise import REDIS, DatabaseKind, Exercise
from flaskgrade.model.report import (
    SCHEMA_VERSION,
    CategoryTitle,
    Report,
    StageTime,
)
from flaskgrade.model.rubric import Rubric
from flaskgrade.model.submission import Submission
from flaskgrade.pipeline_crew import UntilStopped, crew
from flaskgrade.pipeline_job import Job, Ready
from flaskgrade.pipeline_provenance import provenance
from flaskgrade.progress import Progress, stage
from flaskgrade.sandbox.base import Sandbox
from flaskgrade.scoring import score
from flaskgrade.submission.acquire import acquire
from flaskgrade.workspace import FULL, free_space


def grade(job: Job) -> Report:
    """Grade one submission.

    Raises SubmissionError where it can't be had, and UsageError where we have no room for it: of
    nothing there is no report. Whatever fails later on our side is in the report as "not assessed".
    Whatever runs when this is interrupted is stopped.
    """
    return assess(job, fetch(job))


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A submission that was fetched, when that began, and how long it took."""

    submission: Submission
    started: datetime
    clock: float  # monotonic seconds at the start
    times: tuple[tuple[str, int, str], ...]


def fetch(job: Job) -> Fetched:
    """Fetch the submission of a job. Raises as `grade` does."""
    started, clock = datetime.now(UTC), time.monotonic()
    times: list[tuple[str, int, str]] = []
    with stage("fetch", job.progress, times) as running:
        submission = _fetch(job, running.say)
    return Fetched(submission=submission, started=started, clock=clock, times=tuple(times))


def assess(job: Job, fetched: Fetched) -> Report:
    """Grade what was fetched. Raises SubmissionError for what is no Flask project."""
    submission, times = fetched.submission, list(fetched.times)
    context, broken = _read(job, submission)
    ready, found = _assess(job, context, broken, times)
    evidence = _own(job, context, found)
    # What this grading asks for; a check of it that left no evidence is open, not lost.
    expects = frozenset(
        {SERVES, *([ACCEPTANCE] if job.exercise else ()), *(c.name for c in _asked(job.rubric))}
    )
    scorecard = score(job.rubric, evidence, expects=expects)
    return Report(
        schema=SCHEMA_VERSION,
        title=title(job.exercise, submission.source),
        scorecard=scorecard,
        categories=tuple(CategoryTitle(id=c.id, title=c.title) for c in job.rubric.categories),
        evidence=evidence,
        findings=(*submission.findings, *context.declaration.findings),
        stages=tuple(StageTime(name=n, milliseconds=ms, ended=how) for n, ms, how in times),
        provenance=provenance(
            job,
            submission,
            ready,
            fetched.started,
            round((time.monotonic() - fetched.clock) * 1000),
        ),
    )


def _fetch(job: Job, say: Callable[[str], None]) -> Submission:
    into = job.scratch / "submission"
    try:
        into.mkdir()
        return acquire(job.source, into=into, ref=job.ref, subdir=job.subdir, progress=say)
    except StageError as error:
        raise UsageError(
            f"{error.message} ({into} has {free_space(into)})", hint=error.hint
        ) from error


def _asked(rubric: Rubric) -> tuple[Check, ...]:
    """Return the checks that the rubric looks at; what nobody weighs is not run."""
    return tuple(check for check in CHECKS if check.name in rubric.checks)


def title(exercise: Exercise | None, source: str) -> str:
    """Return what tells this report from others: the task, and the submission's own name."""
    name = source.rstrip("/").removesuffix(".git").rsplit("/", 1)[-1]
    return f"{exercise.title} · {name}" if exercise else name


def _read(job: Job, submission: Submission) -> tuple[Context, StageError | None]:
    """Read the source; where the sandbox won't take it, what needs no sandbox is still assessed."""
    facts = read_project(submission, job.exercise.launch.app if job.exercise else AUTO)
    if job.exercise is None and not facts.uses_flask:
        raise SubmissionError(
            "this is no Flask project: none of its "
            f"{len(facts.python_files)} Python files imports Flask",
            hint="Use --subdir if the application lies deeper in the repository.",
        )
    broken = None
    try:
        source = job.sandbox.folder(submission.root)
    except Exception as error:  # noqa: BLE001 - our failure must not look like a zero
        source, broken = Folder(backend=job.sandbox.name, reference=""), _ours(error, job)
    context = Context(
        submission=submission,
        source=source,
        facts=facts,
        declaration=declare(submission),
        sandbox=job.sandbox,
        exercise=job.exercise,
        database=job.kept_in,
        shuffled=job.shuffled,
    )
    return context, broken


def _own(job: Job, context: Context, evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Return the evidence without what is the starter's.

    What the exercise asks for by name is part of the task, whoever wrote the line at fault.
    """
    starter = (
        compared(context.submission, context.facts, job.exercise.starter) if job.exercise else None
    )
    if starter is None or job.exercise is None:
        return evidence
    named = job.exercise.criteria
    task = {
        one.check for one in job.rubric.criteria if {one.id, one.id.partition("-")[0]} & {*named}
    }
    return tuple(one if one.check in task else without_starter(one, starter) for one in evidence)


class _Places(TypedDict):
    """Where things are made."""

    sandbox: Sandbox
    cache: Path
    scratch: Path


def _assess(
    job: Job, context: Context, broken: StageError | None, times: list[tuple[str, int, str]]
) -> tuple[Ready, tuple[Evidence, ...]]:
    """Run everything as early as what it needs allows; return the evidence in a fixed order.

    With a `broken` sandbox, nothing is run that needs one.
    """
    progress = UntilStopped(job.progress)

    places: _Places = {"sandbox": job.sandbox, "cache": job.cache, "scratch": job.scratch}

    def prepared(name: str, make: Callable[[Callable[[str], None]], object]) -> object:
        """Make what checks need, as a stage of its own; return it, or what went wrong of ours."""
        with stage(name, progress, times) as running:
            try:
                made = make(running.say)
            except Exception as error:  # noqa: BLE001 - our failure must not look like a zero
                running.how = "not assessed"
                return _ours(error, job)
            running.how = "failed" if isinstance(made, BuildFailure) else "ok"
            return made

    makers: dict[Need, tuple[str, Callable[[Callable[[str], None]], object]]] = {
        Need.ENVIRONMENT: (
            "environment",
            lambda say: provide(context.declaration, **places, progress=say),
        ),
        Need.TOOLBOX: ("toolbox", lambda say: toolbox(**places, progress=say)),
    }
    if job.kept_in is DatabaseKind.POSTGRES:
        makers[Need.DATABASE] = ("postgres", lambda say: postgres(**places, progress=say))
    if job.exercise and REDIS in job.exercise.launch.services:
        makers[Need.REDIS] = ("redis", lambda say: redis(**places, progress=say))

    units = [*_examination(job), *(_unit(check, job) for check in _asked(job.rubric))]
    needed = {need for unit in units for need in unit.needs}
    makers = {need: maker for need, maker in makers.items() if need in needed}

    def stop() -> None:
        progress.stop()
        job.sandbox.close()

    # One thread each: a sandbox dies with the thread that started it, and most of them only wait.
    with crew(len(units) + len(makers), stop=stop) as pool:
        needs: dict[Need, Future[object]] = {
            need: pool.submit(prepared, *maker) if broken is None else _settled(broken)
            for need, maker in makers.items()
        }
        futures = [pool.submit(_run, unit, context, needs, progress, times) for unit in units]
        wait(futures)
        found = tuple(evidence for future in futures for evidence in future.result())
        ready = Ready(
            environment=_made(needs, Need.ENVIRONMENT),  # type: ignore[arg-type] # see above
            toolbox=_made(needs, Need.TOOLBOX),  # type: ignore[arg-type] # see above
        )
    return ready, found


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A check, or several that share a run, as the pipeline starts it."""

    name: str
    needs: frozenset[Need]
    run: Callable[[Context], tuple[Evidence, ...]]
    errored: Callable[[Exception], tuple[Evidence, ...]]


def _examination(job: Job) -> tuple[Unit, ...]:
    """Return the run of the hidden tests, where the rubric looks at what comes of it."""
    names = (SERVES, ACCEPTANCE) if job.exercise else (SERVES,)
    if job.rubric.checks.isdisjoint(names):
        return ()
    return (
        Unit(
            name="examination",
            needs=frozenset(Need),
            run=examine,
            errored=lambda error: tuple(_errored(name, job, error) for name in names),
        ),
    )


def _made(needs: "dict[Need, Future[object]]", need: Need) -> object:
    """Return what was made for a need; None where nobody needed it."""
    return needs[need].result() if need in needs else None


def _unit(check: Check, job: Job) -> Unit:
    return Unit(
        name=check.name,
        needs=check.needs,
        run=lambda context: (check.run(context),),
        errored=lambda error: (_errored(check.name, job, error),),
    )


def _settled(error: StageError) -> "Future[object]":
    future: Future[object] = Future()
    future.set_result(error)
    return future


def _run(
    unit: Unit,
    context: Context,
    needs: dict[Need, "Future[object]"],
    progress: Progress,
    times: list[tuple[str, int, str]],
) -> tuple[Evidence, ...]:
    """Wait for what a check needs, then run it. A failure of ours is ERRORED evidence."""
    for need in Need:
        if need not in unit.needs or need not in needs:
            continue
        got = needs[need].result()
        if isinstance(got, StageError):
            return unit.errored(got)
        if isinstance(got, Environment):
            context = replace(context, environment=got)
        elif isinstance(got, BuildFailure):
            context = replace(context, build_failure=got)
        elif isinstance(got, Toolbox):
            context = replace(context, toolbox=got.folder)
        elif isinstance(got, Folder) and need is Need.REDIS:
            context = replace(context, redis=got)
        elif isinstance(got, Folder):
            context = replace(context, postgres=got)
    with stage(unit.name, progress, times) as running:
        try:
            evidence = unit.run(replace(context, progress=running.say))
        except Exception as error:  # noqa: BLE001 - our failure must not look like a zero
            running.how = "not assessed"
            return unit.errored(error)
        running.how = " · ".join(dict.fromkeys(one.status.value for one in evidence))
        return evidence


def _ours(error: Exception, job: Job) -> StageError:
    """Return what a failure of ours comes to: "not assessed"."""
    if isinstance(error, StageError):
        return error
    if isinstance(error, OSError) and error.errno in FULL:
        return StageError(
            f"our disk is full: {job.scratch} has {free_space(job.scratch)}",
            hint="Free some space, or set FLASKGRADE_CACHE to a folder on a larger disk.",
        )
    if isinstance(error, MemoryError):
        return StageError("this host has no memory left", hint="Grade again with more of it.")
    return StageError(f"a bug of ours: {type(error).__name__}: {error}")


def _errored(name: str, job: Job, error: Exception) -> Evidence:
    tests = job.exercise.tests if job.exercise and name == ACCEPTANCE else ()
    return Evidence(
        check=name,
        status=Status.ERRORED,
        summary=_ours(error, job).advice,
        items=tuple(
            Item(id=t.id, title=t.title, status=Status.ERRORED, criteria=t.criteria) for t in tests
        ),
    )

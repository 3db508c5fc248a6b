"""A submission that is worth all its points, graded while something of ours or our host's fails."""

import json
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from flaskgrade.model.evidence import Status
from flaskgrade.model.report import Report
from flaskgrade.report.document import read
from tests.cli.commands import Done, Line, line, repository
from tests.faults.host import HostState
from tests.hostile.base import GOOD

EXERCISE = Path(__file__).parents[1] / "hostile" / "desk"
STATIC = ("factory", "blueprints", "readme", "pinning")  # need neither network nor sandbox
WORKS = {name: str(text) for name, text in GOOD.items()}


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A folder with a repository, a cache and a place for reports; the host as it was before."""

    folder: Path
    cache: Path
    before: HostState
    lines: list[Line] = field(default_factory=list)

    @classmethod
    def in_folder(cls, folder: Path, cache: Path, files: dict[str, str] | None = None) -> "Bench":
        """Set one up. A cache that lies elsewhere is linked to."""
        folder.mkdir(exist_ok=True)
        repository(folder / "work", WORKS if files is None else files)
        if cache != folder / "cache":
            (folder / "cache").symlink_to(cache)
        return cls(folder=folder, cache=cache, before=HostState.take(folder))

    @property
    def work(self) -> str:
        """The repository."""
        return str(self.folder / "work")

    @property
    def report(self) -> Report | None:
        """What was written, if it was."""
        path = self.folder / "out" / "report.json"
        return read(path.read_text(encoding="utf-8")) if path.exists() else None

    def words(self, sandbox: str = "bwrap", *more: str, out: str | None = None) -> tuple[str, ...]:
        """Return the arguments of a grading."""
        return (
            *("grade", self.work, "--exercise", str(EXERCISE), "--sandbox", sandbox),
            *("--format", "terminal,json", "--out", out or str(self.folder / "out"), *more),
        )

    def line(self, **environment: str) -> Line:
        """Return a command line with more variables."""
        made = line(self.folder, self.cache, **environment)
        self.lines.append(made)
        return made

    def grade(self, sandbox: str = "bwrap", *, seconds: float = 100.0, **environment: str) -> Done:
        """Grade to the end."""
        return self.line(**environment).run(*self.words(sandbox), seconds=seconds)

    def left(self) -> tuple[str, ...]:
        """Return what is on the host and was not before."""
        return self.before.left(self.folder)


def seeded(warm: Path, cold: Path, *names: str) -> Path:
    """Make a cache that knows some of what a warm one does."""
    cold.mkdir(mode=0o755)
    for name in names:
        shutil.copytree(warm / name, cold / name, copy_function=os.link)
    return cold


def lost(report: Report, best: Report) -> tuple[str, ...]:
    """Return the criteria that a fault of ours has cost points: it may leave them open only.

    By their share: what does not apply is only known once it is assessed, and shifts the weights.
    """
    of = {one.id: one for one in best.scorecard.criteria}
    return tuple(
        f"{one.id}: {one.low}..{one.high} of {one.of}, {one.standing.value}: {one.reason}"
        for one in report.scorecard.criteria
        if one.high * of[one.id].of < of[one.id].low * one.of
    )


def is_open(report: Report) -> frozenset[str]:
    """Return the checks that could not be made."""
    return frozenset(one.check for one in report.evidence if one.status is Status.ERRORED)


def assert_ours(bench: Bench, done: Done, best: Report, *words: str) -> Report:
    """The code is 5 with a report in which no point is lost, and which says what to do."""
    assert done.code == 5, done
    assert "Traceback" not in done.out + done.err, done
    assert "bug of ours" not in done.out + done.err, done
    report = bench.report
    assert report is not None
    assert lost(report, best) == ()
    assert report.scorecard.low < report.scorecard.high
    assert report.scorecard.high >= best.scorecard.low
    assert is_open(report).isdisjoint(STATIC), is_open(report)
    told = json.dumps([one.summary for one in report.evidence]) + done.err
    for word in words:
        assert word in told, told
    assert bench.left() == ()
    return report

"""Measure what the sandbox's defences cost: `python benchmarks/defences.py [--rounds N]`.

The same warm grading of room-bookings' reference solution, in turn by the bwrap sandbox as it is
and by one that only puts the files where they belong and ends what it started: the harness's own
user, every capability and system call, the host's network, no limits. The median of the
differences between neighbours, over the median without, is what the defences cost.

Also a trivial command alone: the price of a sandbox against a plain process.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from run import EXERCISE, repository

from flaskgrade import workspace
from flaskgrade.checks.registry import NAMES
from flaskgrade.exercise.load import load_exercise
from flaskgrade.pipeline import grade
from flaskgrade.pipeline_job import Job
from flaskgrade.rubric.load import load_rubric
from flaskgrade.sandbox import rootfs
from flaskgrade.sandbox.base import Command, Limits, Zone
from flaskgrade.sandbox.bwrap import BwrapSandbox
from flaskgrade.sandbox.cgroup import ControlGroup

# Options of bwrap that are defences, with the number of words that follow each.
DEFENCES = {
    **dict.fromkeys(("--unshare-all", "--unshare-user", "--disable-userns", "--new-session"), 0),
    **dict.fromkeys(("--cap-drop", "--seccomp", "--remount-ro", "--size", "--hostname"), 1),
    **dict.fromkeys(("--uid", "--gid"), 1),
}


class OpenSandbox(BwrapSandbox):
    """The bwrap backend without its defences. For this measurement alone."""

    def _command_line(self, command: Command) -> rootfs.CommandLine:
        line = super()._command_line(command)
        given, kept = iter(line.options), ["--unshare-pid"]  # by which the end finds everything
        for option in given:
            if option in DEFENCES:
                for _ in range(DEFENCES[option]):
                    next(given)
            else:
                kept.append(option)
        limiting = rootfs.limiting(command.limits)
        start = line.command.index(limiting[0])
        bare = [*line.command[:start], *line.command[start + len(limiting) :]]
        return rootfs.CommandLine(options=kept, command=bare)

    def _argv(self, command: Command, line: rootfs.CommandLine) -> list[str]:
        argv = super()._argv(command, line)
        if "setpriv" in argv:
            del argv[argv.index("setpriv") : argv.index("--no-new-privs") + 2]
        return argv

    def _group(self, limits: Limits) -> ControlGroup | None:
        # Its share of the processors stays: that is scheduling, which makes a grading faster.
        return super()._group(replace(limits, memory_bytes=1 << 42, processes=1 << 20))


def main() -> int:
    """Measure and print; return an exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    kinds = {"defended": BwrapSandbox, "open": OpenSandbox}
    wall: dict[str, list[float]] = {kind: [] for kind in kinds}
    with tempfile.TemporaryDirectory(prefix="flaskgrade-bench-") as place:
        folder = Path(place)
        folder.chmod(0o755)
        submission = repository(folder)
        for sandbox in kinds.values():
            graded(sandbox, submission, folder)  # fills the cache
        for number in range(rounds):
            for kind in list(kinds)[:: 1 if number % 2 else -1]:
                wall[kind].append(graded(kinds[kind], submission, folder))
                print(f"round {number + 1}: {kind:<9} {wall[kind][-1]:6.2f} s", file=sys.stderr)
        alone = trivial(folder)
    differences = [a - b for a, b in zip(wall["defended"], wall["open"], strict=True)]
    middle = {kind: statistics.median(taken) for kind, taken in wall.items()}
    cost = 100 * statistics.median(differences) / middle["open"]
    print(
        f"a warm grading: defended {middle['defended']:.2f} s, open {middle['open']:.2f} s: "
        f"the defences cost {cost:+.1f} %  (≤ 10)"
    )
    print(f"a trivial command: sandbox {1000 * alone[0]:.0f} ms, process {1000 * alone[1]:.0f} ms")
    return 0


def graded(kind: type[BwrapSandbox], submission: Path, folder: Path) -> float:
    """Grade once; return its seconds."""
    exercise = load_exercise(str(EXERCISE))
    started = time.monotonic()
    with workspace.run_folder(folder) as scratch, kind.open(cache=folder, scratch=scratch) as box:
        job = Job(
            source=str(submission),
            rubric=load_rubric(exercise.level, checks=NAMES),
            sandbox=box,
            cache=folder,
            scratch=scratch,
            exercise=exercise,
        )
        report = grade(job)
    taken = time.monotonic() - started
    if report.scorecard.low != 100:
        raise SystemExit(f"{kind.__name__}: {report.scorecard.low} of 100, so nothing is measured")
    return taken


def trivial(folder: Path) -> tuple[float, float]:
    """Return the median seconds of a command that does nothing: in the sandbox, and plain."""
    with ExitStack() as stack:
        scratch = stack.enter_context(workspace.run_folder(folder))
        box = stack.enter_context(BwrapSandbox.open(cache=folder, scratch=scratch))
        command = Command(argv=("/bin/sh", "-c", ":"), zone=Zone.CANDIDATE, limits=Limits())
        inside, plain = [], []
        for _ in range(30):
            started = time.monotonic()
            box.run(command)
            inside.append(time.monotonic() - started)
            started = time.monotonic()
            subprocess.run(command.argv, check=True, env=dict(os.environ))
            plain.append(time.monotonic() - started)
    return statistics.median(inside), statistics.median(plain)


if __name__ == "__main__":
    sys.exit(main())

"""Grade one submission many times, and see whether it comes to the same: `--times`, `--sandbox`.

    python benchmarks/repeat.py --exercise room-bookings --submission mid --times 20 --busy 2

The same means the same score, criterion by criterion, and the same evidence: status of each check
and item, findings with their places, measures. Times, logs, exchanges and the random data of hidden
tests differ by nature, and so does how many tests a race loses. `--busy N` keeps N processors busy
meanwhile.
"""

import argparse
import hashlib
import multiprocessing
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

from flaskgrade import workspace
from flaskgrade.checks.registry import NAMES
from flaskgrade.cli.sandboxes import open_sandbox
from flaskgrade.exercise.load import load_exercise
from flaskgrade.model.evidence import Evidence, Item
from flaskgrade.model.report import Report
from flaskgrade.pipeline import grade
from flaskgrade.pipeline_job import Job
from flaskgrade.rubric.load import load_rubric
from flaskgrade.submission.assembling import assemble


def main() -> int:
    """Grade, print what differs; return 0 if nothing does."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--exercise", default="room-bookings")
    parser.add_argument("--submission", default="", help="of submissions/; default: the solution")
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--sandbox", default="bwrap")
    parser.add_argument("--busy", type=int, default=0)
    chosen = parser.parse_args()
    exercise = load_exercise(chosen.exercise)
    rubric = load_rubric(exercise.level, checks=NAMES)
    root = workspace.default_root()
    spinners = [multiprocessing.Process(target=spin, daemon=True) for _ in range(chosen.busy)]
    for one in spinners:
        one.start()
    seen: Counter[str] = Counter()
    points: Counter[str] = Counter()
    first: Report | None = None
    with tempfile.TemporaryDirectory(prefix="flaskgrade-bench-") as place:
        series = sorted((exercise.folder / "submissions" / chosen.submission).glob("*.patch"))
        repository = assemble(
            Path(place) / "submission",
            files=exercise.starter if chosen.submission else exercise.folder / "solution",
            series=series if chosen.submission else (),
        )
        for number in range(chosen.times):
            with (
                workspace.run_folder(root) as scratch,
                open_sandbox(chosen.sandbox, cache=root, scratch=scratch, say=print) as box,
            ):
                report = grade(
                    Job(
                        source=str(repository),
                        rubric=rubric,
                        sandbox=box,
                        cache=root,
                        scratch=scratch,
                        exercise=exercise,
                    )
                )
            seen[fingerprint(report)] += 1
            points[repr([(one.id, one.low, one.high) for one in report.scorecard.criteria])] += 1
            first = first or report
            for difference in differences(first, report):
                print(f"{number + 1}: {difference}")
    for one in spinners:
        one.terminate()
    total = float(first.scorecard.low) if first else 0.0
    print(
        f"{chosen.times} gradings: {len(points)} score(s), {len(seen)} evidence(s), "
        f"{total:.4f} points at first"
    )
    return 0 if len(seen) == 1 else 1


def spin() -> None:
    """Keep a processor busy."""
    while True:
        pass


def facts(one: Evidence) -> Evidence:
    """Return the evidence without what differs by nature."""
    items = tuple(
        Item(id=i.id, title=i.title, status=i.status, criteria=i.criteria, location=i.location)
        for i in one.items
    )
    return replace(one, milliseconds=0, commands=(), items=items)


def fingerprint(report: Report) -> str:
    """Return a digest of all that must be the same."""
    parts = (report.scorecard, tuple(map(facts, report.evidence)))
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def differences(first: Report, other: Report) -> list[str]:
    """Return where two reports differ."""
    found = []
    for one, two in zip(first.evidence, other.evidence, strict=True):
        before, after = ({item.id: item.status.value for item in each.items} for each in (one, two))
        items = [
            f"{name} {before.get(name)} then {after.get(name)}"
            for name in sorted({*before, *after})
            if before.get(name) != after.get(name)
        ]
        if items or facts(one) != facts(two):
            told = items or [f"{facts(one)!r} became {facts(two)!r}"[:600]]
            found.append(f"{one.check}: {'; '.join(told)}")
    if first.scorecard != other.scorecard:
        before, after = (float(one.scorecard.low) for one in (first, other))
        found.append(f"{before:.4f} points became {after:.4f}")
    return found


if __name__ == "__main__":
    raise SystemExit(main())

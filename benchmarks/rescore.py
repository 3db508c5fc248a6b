"""Measure `flaskgrade rescore` over many stored reports: `python benchmarks/rescore.py`.

The reports are varied out of the stored example: each passes other hidden tests, and so has other
points. The measure beside it is `json.load` of the same files, which nobody can do without; rounds
are interleaved, medians are shown, and only the ratio means something elsewhere.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from flaskgrade.checks.registry import NAMES
from flaskgrade.cohort.rescore import rescored
from flaskgrade.model.evidence import Evidence, Status
from flaskgrade.model.report import Report
from flaskgrade.report.document import read, render
from flaskgrade.rubric.load import load_rubric

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "reports" / "report.json"
FLASKGRADE = Path(sys.executable).with_name("flaskgrade")
LOADING = "import json, sys\nfor path in sys.stdin: json.load(open(path.rstrip()))\n"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reports", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="flaskgrade-bench-") as place:
        paths = varied(Path(place), given.reports)
        listed = "\n".join(map(str, paths))
        steps: dict[str, Callable[[], float]] = {
            "rescore": lambda: timed(
                [str(FLASKGRADE), "rescore", *map(str, paths), "--rubric", "senior"]
            ),
            "json.load": lambda: timed([sys.executable, "-c", LOADING], given=listed),
        }
        times: dict[str, list[float]] = {name: [] for name in steps}
        for _ in range(given.rounds):
            for name, step in steps.items():
                times[name].append(step())
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    megabytes = EXAMPLE.stat().st_size * given.reports / 1e6
    print(f"{given.reports} reports, {megabytes:.0f} MB, {os.cpu_count()} processors")
    for name, seconds in medians.items():
        print(f"{name:<12} {seconds:6.2f} s")
    print(f"rescore ÷ json.load {medians['rescore'] / medians['json.load']:.1f}")


def varied(folder: Path, number: int) -> list[Path]:
    """Write so many reports, the same ones each time, and return their paths."""
    report, rubric = read(EXAMPLE.read_text(encoding="utf-8")), load_rubric("mid", checks=NAMES)
    dice = random.Random(1)
    paths = []
    for at in range(number):
        path = folder / f"{at}.json"
        one = replace(report, title=f"candidate-{at}", evidence=_other(report, dice))
        path.write_text(render(replace(rescored(one, rubric), earlier=())), encoding="utf-8")
        paths.append(path)
    return paths


def _other(report: Report, dice: random.Random) -> tuple[Evidence, ...]:
    share = dice.random()
    return tuple(
        replace(
            one,
            items=tuple(
                item if dice.random() < share else replace(item, status=Status.FAILED)
                for item in one.items
            ),
        )
        for one in report.evidence
    )


def timed(argv: list[str], given: str = "") -> float:
    """Run a command, and return the seconds that it took."""
    begun = time.perf_counter()
    subprocess.run(argv, input=given, text=True, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()

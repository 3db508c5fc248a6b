"""How long `flaskgrade compare` takes over many reports: `python benchmarks/compare.py [N …]`.

The reports are the one of examples/, each with other tests failed, scored anew: half a megabyte of
JSON each. Told are the seconds of the whole command, its processor seconds (all its processes), the
largest of its processes, and the size of the page. Where a Chromium is installed, also what the
page itself computes until it is loaded, sorted and filtered.
"""

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from flaskgrade.checks.registry import NAMES  # noqa: E402
from flaskgrade.cohort.rescore import scorecard, versioned  # noqa: E402
from flaskgrade.model.evidence import Evidence, Item, Status  # noqa: E402
from flaskgrade.model.report import Report  # noqa: E402
from flaskgrade.model.rubric import Rubric  # noqa: E402
from flaskgrade.report.document import read, render  # noqa: E402
from flaskgrade.rubric.load import load_rubric  # noqa: E402
from tests.report.browser import browser, executable  # noqa: E402

EXAMPLE = HERE.parent / "examples" / "reports" / "report.json"
STEPS = {
    "loaded": "1",
    "sorted": "document.querySelector('#table th:nth-child(3) button').click(), "
    "document.body.offsetHeight",
    "filtered": "search.value = '7', search.dispatchEvent(new Event('input')), "
    "document.body.offsetHeight",
    "opened": "document.querySelector('#table .name').click(), document.body.offsetHeight",
}


def main() -> int:
    """Measure and print; return an exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("counts", nargs="*", type=int, default=[10, 100, 1000])
    with tempfile.TemporaryDirectory(prefix="flaskgrade-bench-") as place:
        for count in parser.parse_args().counts:
            folder = Path(place) / str(count)
            folder.mkdir()
            paths = [write(folder, number, report) for number, report in reports(count)]
            measure(paths, folder / "cohort.html")
    return 0


def reports(count: int) -> Iterator[tuple[int, Report]]:
    """Yield reports that differ, by a fixed seed."""
    chance = random.Random(7)
    base = read(EXAMPLE.read_text())
    rubric = load_rubric("mid", checks=NAMES)
    for number in range(count):
        yield number, varied(base, rubric, number, chance)


def varied(base: Report, rubric: Rubric, number: int, chance: random.Random) -> Report:
    """Return the report with some of its items failed."""
    skill = min(max(chance.gauss(0.8, 0.15), 0.1), 1.0)
    report = replace(
        base,
        title=f"Room bookings · candidate-{number}",
        evidence=tuple(weaker(one, skill, chance) for one in base.evidence),
        provenance=replace(base.provenance, rubric=versioned(rubric), commit=f"{number:040x}"),
    )
    return replace(report, scorecard=scorecard(report, rubric))


def weaker(evidence: Evidence, skill: float, chance: random.Random) -> Evidence:
    """Return evidence of somebody of that skill."""
    items = tuple(failed(one) if chance.random() > skill else one for one in evidence.items)
    some = any(one.status is Status.FAILED for one in items)
    return replace(evidence, items=items, status=Status.FAILED if some else evidence.status)


def failed(item: Item) -> Item:
    """Return an item that failed."""
    return replace(item, status=Status.FAILED, message=f"{item.title}: expected 201, got 500")


def write(folder: Path, number: int, report: Report) -> Path:
    """Write a report and return where it is."""
    path = folder / f"{number}.json"
    path.write_text(render(report))
    return path


def measure(paths: list[Path], page: Path) -> None:
    """Run the command over the reports and look at its page; print a line."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    argv = (sys.executable, "-m", "flaskgrade", "compare", *map(str, paths), "--html", str(page))
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)
    took = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(
        f"{len(paths):5} reports, {sum(path.stat().st_size for path in paths) / 1e6:6.1f} MB: "
        f"{took:6.1f} s, {processor:6.1f} CPU s, {after.ru_maxrss / 1024:5.0f} MB at most; "
        f"page {page.stat().st_size / 1e6:5.2f} MB; in the browser: {in_the_browser(page)}"
    )


def in_the_browser(path: Path) -> str:
    """Return the processor seconds of each step in the page."""
    if executable() is None:
        return "none is installed"
    told = []
    with (
        tempfile.TemporaryDirectory() as profile,
        browser(Path(profile)) as page,
    ):
        page.size(1280)
        page.open(path)
        page.send("Performance.enable", timeDomain="threadTicks")
        before = page.busy()
        page.open(path)
        for name, step in STEPS.items():
            page.value(step)
            now = page.busy()
            told.append(f"{name} {now - before:.2f}")
            before = now
    return ", ".join(told)


if __name__ == "__main__":
    raise SystemExit(main())

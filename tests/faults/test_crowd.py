"""Gradings at once, of one repository with one cache: all come to the same score."""

import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from flaskgrade.model.report import Report
from flaskgrade.report.document import read
from tests.cli.commands import Done, end
from tests.faults.bench import Bench, seeded

pytestmark = [pytest.mark.network, pytest.mark.timeout(400)]


def at_once(bench: Bench, number: int) -> list[tuple[Done, Fraction | None]]:
    """Grade so often at once; return how each ended, and its points."""
    places = [bench.folder / "out" / str(n) for n in range(number)]
    processes = [bench.line().start(*bench.words(out=str(place))) for place in places]
    ended = [end(process, seconds=300) for process in processes]
    totals = []
    for place in places:
        path = place / "report.json"
        totals.append(read(path.read_text()).scorecard.low if path.exists() else None)
    return list(zip(ended, totals, strict=True))


def assert_alike(bench: Bench, found: list[tuple[Done, Fraction | None]], best: Report) -> None:
    """All have all points, and nothing is left."""
    wrong = [done for done, total in found if done.code != 0 or total != best.scorecard.low]
    assert not wrong, wrong
    assert bench.left() == ()


def test_two_on_a_cold_cache(bench: Bench, best: Report, tmp_path: Path) -> None:
    """Both build the same environment; the first one's is kept, and the other's is as good."""
    cache = seeded(bench.cache, tmp_path / "cold", "stored", "uv")
    shutil.rmtree(cache / "stored" / best.provenance.environment)
    cold = Bench.in_folder(tmp_path / "two", cache)

    found = at_once(cold, 2)

    assert_alike(cold, found, best)
    assert (cache / "stored" / best.provenance.environment).is_dir()


def test_twenty(bench: Bench, best: Report) -> None:
    """A busy host makes gradings slow, and takes no points."""
    assert_alike(bench, at_once(bench, 20), best)

"""What tests of our own faults share: a warm cache, and what the submission is really worth."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flaskgrade.model.report import Report
from tests.conftest import Sandboxes
from tests.faults.bench import Bench


@pytest.fixture(scope="session")
def best(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Give the report of the submission where nothing fails; afterwards the cache is warm."""
    bench = Bench.in_folder(tmp_path_factory.mktemp("best"), cache)
    done = bench.grade(seconds=300)
    assert done.code == 0, done
    assert bench.report is not None
    return bench.report


@pytest.fixture
def bench(tmp_path: Path, cache: Path, best: Report) -> Iterator[Bench]:
    """Give a bench with a warm cache; what a test leaves running there is ended."""
    assert best.scorecard.passed
    made = Bench.in_folder(tmp_path / "bench", cache)
    yield made
    for line in made.lines:
        line.end_all()


@pytest.fixture(scope="session")
def docker(
    sandboxes: Sandboxes, cache: Path, best: Report, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """Give the name of the other backend, warm; skip, or fail, where no engine answers."""
    sandboxes.get("docker")
    done = Bench.in_folder(tmp_path_factory.mktemp("docker"), cache).grade("docker", seconds=300)
    assert done.code == 0, done
    assert best.scorecard.passed
    return "docker"

"""How many at once: never more than there are processors and memory for."""
# A test's name is its sentence.
# ruff: noqa: D103

import os
from pathlib import Path

from flaskgrade.fleet.admission import MEMORY, at_once, free_memory, lacking, processors


def test_a_host_takes_what_it_has_processors_and_memory_for() -> None:
    memory = free_memory()
    assert memory is not None

    found = at_once()

    assert 1 <= found <= len(os.sched_getaffinity(0))
    assert found == 1 or found * MEMORY <= memory


def test_who_names_a_number_gets_it() -> None:
    assert at_once(7) == 7


def test_a_process_that_is_bound_to_one_processor_counts_one() -> None:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        assert processors() == 1
    finally:
        os.sched_setaffinity(0, before)


def test_this_host_lacks_nothing(tmp_path: Path) -> None:
    assert lacking(tmp_path / "not" / "yet" / "there") == ""

"""Which submissions share code, the starter's set aside."""
# A test's name is its sentence.
# ruff: noqa: D103

import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from flaskgrade.cohort.gather import gather
from flaskgrade.cohort.similar import Texts, similarity
from flaskgrade.given.starter import starter_texts
from flaskgrade.model.cohort import Entry, Similarity
from flaskgrade.shipped import find
from tests.cohort.entries import made

BOOKINGS = starter_texts(find("exercises", "room-bookings") / "solution")
GUESTS = starter_texts(find("exercises", "guest-book") / "solution")
STARTER = starter_texts(find("exercises", "room-bookings") / "starter")


def people(count: int) -> list[Entry]:
    return [
        replace(made(f"p{n}", {"a": 50 - 9 * n}, {"a": 100}), tree=f"tree-{n}", given=n)
        for n in range(count)
    ]


def among(*texts: Texts, starter: Texts | None = None) -> Similarity:
    """Return what is found among people with these texts."""
    sources = {f"tree-{n}": one for n, one in enumerate(texts)}
    return similarity(sources, people(len(texts)), starter or {})


def renamed(texts: Texts) -> Texts:
    """Return the texts with other names of files, variables and functions."""
    return {
        f"other_{path}": text.replace("room", "chamber").replace("booking", "stay")
        for path, text in texts.items()
    }


def test_the_same_code_under_other_names_is_found() -> None:
    (pair,) = among(BOOKINGS, renamed(BOOKINGS)).pairs

    assert (pair.one, pair.other) == (0, 1)
    assert pair.share_one > Fraction(9, 10)


def test_two_different_applications_are_not_alike() -> None:
    found = among(BOOKINGS, GUESTS)

    assert (found.compared, found.pairs) == (2, ())


def test_a_part_that_was_taken_over_is_found() -> None:
    biggest = max(BOOKINGS, key=lambda path: len(BOOKINGS[path]))

    (pair,) = among({biggest: BOOKINGS[biggest]}, BOOKINGS).pairs

    assert pair.share_one > Fraction(9, 10) > pair.share_other


def test_the_starter_is_nobodys_likeness() -> None:
    both = ({**BOOKINGS, **GUESTS}, BOOKINGS)

    without = among(*both)
    with_starter = among(*both, starter=BOOKINGS)

    assert len(without.pairs) == 1
    assert with_starter.pairs == ()
    assert with_starter.starter


def test_code_of_the_starter_in_another_file_is_still_the_starters() -> None:
    moved = {path: f"import os\n{text}" for path, text in renamed(BOOKINGS).items()}

    assert among(moved, BOOKINGS, starter=BOOKINGS).pairs == ()


def test_two_untouched_starters_have_nothing_of_their_own() -> None:
    assert STARTER
    assert among(STARTER, STARTER, starter=STARTER).pairs == ()


def test_a_few_lines_are_no_likeness() -> None:
    few = {"app.py": "from flask import Flask\n\napp = Flask(__name__)\n"}

    assert among(few, few).pairs == ()


def test_no_files_at_all_are_no_error() -> None:
    assert among({}, {}).pairs == ()


def test_who_gave_no_source_is_counted() -> None:
    found = similarity({"tree-1": BOOKINGS}, people(3), {})

    assert (found.compared, found.missing) == (1, 2)


def test_pairs_follow_their_candidates_into_the_cohorts_order() -> None:
    first, second, third = people(3)
    found = among(GUESTS, BOOKINGS, BOOKINGS)

    cohort = gather([third, second, first], similarity=found)

    assert cohort.similarity is not None
    (pair,) = cohort.similarity.pairs
    names = {cohort.entries[n].candidate.title for n in (pair.one, pair.other)}
    assert names == {"p1", "p2"}


@pytest.mark.parametrize("seed", ["1", "2"])
def test_what_is_found_does_not_follow_from_the_hash_seed(seed: str) -> None:
    program = (
        "from tests.cohort.test_similar import *;"
        "both = among(BOOKINGS, {**GUESTS, **dict(list(BOOKINGS.items())[:6])});"
        "print(both.pairs)"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=root,
        env={"PYTHONHASHSEED": seed, "PYTHONPATH": f"{root / 'src'}:{root}"},
        capture_output=True,
        text=True,
        check=True,
    )

    taken = {**GUESTS, **dict(list(BOOKINGS.items())[:6])}
    expected = among(BOOKINGS, taken).pairs
    assert len(expected) == 1
    assert done.stdout.strip() == str(expected)

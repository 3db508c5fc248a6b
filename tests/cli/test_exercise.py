"""`flaskgrade exercise …` as an author types it."""
# A test's name is its sentence.
# ruff: noqa: D103

import json
from pathlib import Path

import pytest

from flaskgrade.shipped import names
from flaskgrade.submission.assembling import assemble
from tests.cli.commands import Line

pytestmark = pytest.mark.timeout(300)


def test_what_is_shipped_is_listed(command: Line) -> None:
    done = command.run("exercise", "list")

    assert done.code == 0
    assert [line.split()[0] for line in done.out.splitlines()] == list(names("exercises"))


@pytest.mark.parametrize("name", names("exercises"))
def test_nothing_is_to_mend_in_what_is_shipped(command: Line, name: str) -> None:
    done = command.run("exercise", "lint", name)

    assert (done.code, done.err) == (0, ""), done.out


@pytest.mark.parametrize("name", names("exercises"))
def test_a_candidates_repository_tells_nothing_that_is_hidden(command: Line, name: str) -> None:
    done = command.run("exercise", "starter", name, "given")

    assert done.code == 0, done.err
    assert (command.folder / "given" / "BRIEF.md").is_file()
    assert not list((command.folder / "given").rglob("exercise.yaml"))


def test_an_exercise_is_shown_with_its_criteria(command: Line) -> None:
    done = command.run("exercise", "show", "guest-book")

    assert done.code == 0
    assert "C4       1 test   Right status codes" in done.out
    assert "S1     Application factory" in done.out


def test_the_brief_is_printed_as_it_stands(command: Line) -> None:
    assert command.run("exercise", "show", "guest-book", "--brief").out.startswith("# Guest book\n")


def test_the_schema_is_json(command: Line) -> None:
    assert json.loads(command.run("exercise", "schema").out)["title"] == "flaskgrade exercise"


@pytest.mark.network
def test_a_new_exercise_verifies_at_once(command: Line) -> None:
    made = command.run("exercise", "new", "parcel-desk", "--title", "Parcel desk")

    done = command.run(
        *("exercise", "verify", "./parcel-desk", "--sandbox", "bwrap", "--repeat", "1"),
        *("--html", "matrix.html"),
        seconds=250,
    )

    assert (made.code, done.code) == (0, 0), f"{made.err}{done.out}{done.err}"
    assert "Everything is as claimed; 7 of 7 variants lose what they say." in done.out
    assert "Parcel desk" in (command.folder / "matrix.html").read_text()


@pytest.mark.network
def test_a_variant_that_survives_fails_the_verification(command: Line) -> None:
    command.run("exercise", "new", "parcel-desk")
    expect = command.folder / "parcel-desk" / "variants" / "oldest-first" / "expect.yaml"
    expect.write_text("loses: [C1, C2]\nsummary: Two at once.\n")

    done = command.run(
        *("exercise", "verify", "./parcel-desk", "--sandbox", "bwrap", "--quiet"),
        *("--only", "variants/oldest-first"),
        seconds=100,
    )

    assert done.code == 1
    assert "keeps C2, which it says it loses" in done.out


def test_a_patch_that_no_longer_fits_is_named(command: Line) -> None:
    command.run("exercise", "new", "parcel-desk")
    (command.folder / "parcel-desk" / "solution" / "app" / "store.py").write_text("changed\n")

    done = command.run("exercise", "verify", "./parcel-desk", "--sandbox", "bwrap")

    assert done.code == 2
    assert "patch.diff does not apply" in done.err


def test_a_pattern_that_fits_nothing_is_named(command: Line) -> None:
    done = command.run(
        "exercise", "verify", "guest-book", "--sandbox", "bwrap", "--only", "variants/rase"
    )

    assert done.code == 2
    assert "nothing here is called variants/rase" in done.err
    assert "variants/oldest-first" in done.err


def test_things_to_mend_are_printed_with_their_place(command: Line) -> None:
    command.run("exercise", "new", "parcel-desk")
    brief = command.folder / "parcel-desk" / "brief.md"
    brief.write_text(brief.read_text() + "\nEntries must be signed twice.\n")

    done = command.run("exercise", "lint", "./parcel-desk")

    assert done.code == 2
    assert "what must be is not tested: 'Entries must be signed twice.'" in done.out
    assert "1 thing to mend" in done.err


def test_an_exercise_may_be_in_a_repository(command: Line, tmp_path: Path) -> None:
    command.run("exercise", "new", "parcel-desk")
    made = command.folder / "parcel-desk"

    repository = assemble(tmp_path / "kept", files=made.parent)

    done = command.run("exercise", "show", f"file://{repository}#:parcel-desk")

    assert done.code == 0, done.err
    assert done.out.startswith("Parcel desk (parcel-desk, version 1)")


def test_variants_that_fit_are_left_and_others_are_named(command: Line) -> None:
    """All of them are tried; what one needs is said beside it."""
    command.run("exercise", "new", "parcel-desk")
    fitting = command.run("exercise", "variant", "./parcel-desk", "--refresh")
    (command.folder / "parcel-desk" / "solution" / "app" / "store.py").write_text("changed\n")

    done = command.run("exercise", "variant", "./parcel-desk", "--refresh")

    assert fitting.code == 0, fitting
    assert "oldest-first: fits as it is" in fitting.out
    assert done.code == 2
    assert "no-location: fits as it is" in done.out
    assert "oldest-first/patch.diff can't be brought" in done.out
    assert "could not be made again" in done.err


def test_a_new_variant_needs_to_be_described(command: Line) -> None:
    """And one that is there is made again by --refresh."""
    done = command.run("exercise", "variant", "guest-book", "no-way")

    assert done.code == 2
    assert "a new variant needs a name, --edited and --summary" in done.err
    assert "--refresh" in done.err

"""What an exercise claims of itself, read from the folders beside its tests."""
# A test's name is its sentence.
# ruff: noqa: D103

from pathlib import Path

import pytest

from flaskgrade.errors import FileError
from flaskgrade.exercise.claims import claims
from flaskgrade.exercise.load import load_exercise
from flaskgrade.model.verification import Claim, Kind
from tests.exercise.test_load import write


def exercise(folder: Path, **files: str) -> tuple[Claim, ...]:
    """Make an exercise with a solution, a starter and these files, and return its claims."""
    write(folder)
    for name in ("solution", "starter"):
        (folder / name).mkdir(exist_ok=True)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return claims(load_exercise(str(folder)))


def test_a_bare_exercise_claims_its_solution_and_that_nobodys_work_earns_nothing(
    tmp_path: Path,
) -> None:
    assert exercise(tmp_path) == (
        Claim(kind=Kind.SOLUTION, folder=tmp_path / "solution"),
        Claim(kind=Kind.STARTER, folder=tmp_path / "starter"),
        Claim(kind=Kind.EMPTY),
    )


def test_a_variant_says_what_it_loses(tmp_path: Path) -> None:
    found = exercise(
        tmp_path,
        **{
            "variants/race/patch.diff": "",
            "variants/race/expect.yaml": "loses: [C2]\nsummary: Two at a time.\n",
        },
    )

    assert found[-1] == Claim(
        kind=Kind.VARIANT,
        name="race",
        folder=tmp_path / "variants" / "race",
        summary="Two at a time.",
        loses=("C2",),
    )
    assert found[-1].title == "variants/race"


def test_a_submission_lands_where_the_calibration_says(tmp_path: Path) -> None:
    found = exercise(
        tmp_path,
        **{
            "submissions/junior/0001-all.patch": "",
            "alternatives/other/app.py": "",
            "calibration.yaml": "submissions: {junior: {rubric: junior, band: solid}}\n",
        },
    )

    assert [one.title for one in found] == [
        "solution",
        "alternatives/other",
        "starter",
        "empty",
        "submissions/junior",
    ]
    assert (found[-1].rubric, found[-1].band) == ("junior", "solid")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"variants/a/patch.diff": "", "variants/a/expect.yaml": "loses: [C9]\nsummary: X\n"},
            r"expect.yaml:1: loses\[0\]: unknown name 'C9'",
        ),
        (
            {
                "variants/a/patch.diff": "",
                "variants/a/expect.yaml": "loses: [C1, C1]\nsummary: X\n",
            },
            "C1 is listed twice",
        ),
        ({"variants/a/expect.yaml": "loses: []\nsummary: X\n"}, "a variant needs a patch.diff"),
        (
            {"calibration.yaml": "submissions: {mid: {rubric: mid, band: solid}}\n"},
            "calibration.yaml:1: .*there is no folder submissions/mid",
        ),
        (
            {
                "submissions/mid/0001-a.patch": "",
                "submissions/junior/0001-a.patch": "",
                "calibration.yaml": "submissions: {mid: {rubric: mid, band: solid}}\n",
            },
            "says nothing of submissions/junior",
        ),
        ({"submissions/mid/0001-a.patch": ""}, "calibration.yaml"),
    ],
)
def test_a_claim_that_makes_no_sense_is_named(
    tmp_path: Path, files: dict[str, str], message: str
) -> None:
    with pytest.raises(FileError, match=message):
        exercise(tmp_path, **files)


def test_an_exercise_without_a_solution_cannot_be_proved(tmp_path: Path) -> None:
    write(tmp_path)

    with pytest.raises(FileError, match="there is no folder solution/"):
        claims(load_exercise(str(tmp_path)))

"""`flaskgrade rescore` and `flaskgrade verify`, as somebody types them over stored reports."""
# A test's name is its sentence.
# ruff: noqa: D103

import json
from dataclasses import replace
from pathlib import Path

import pytest

from flaskgrade.checks.registry import NAMES
from flaskgrade.cohort.rescore import rescored
from flaskgrade.report import html
from flaskgrade.report.document import read, render
from flaskgrade.report.seal import keyed
from flaskgrade.rubric.load import load_rubric
from tests.cli.commands import Line
from tests.report import reports

MID = load_rubric("mid", checks=NAMES)
REPORT = replace(rescored(reports.failing(), MID), earlier=())


@pytest.fixture
def stored(command: Line) -> Path:
    """Give a stored report, with its page beside it."""
    path = command.folder / "ada" / "report.json"
    path.parent.mkdir()
    path.write_text(render(REPORT))
    path.with_name("report.html").write_text(html.render(REPORT))
    return path


def test_rescoring_shows_and_writes_nothing(command: Line, stored: Path) -> None:
    before = stored.read_text()

    done = command.run("rescore", str(stored), "--rubric", "senior")

    assert done.code == 0, done.err
    assert "1 change band under senior" in done.out or "0 of 1 change band" in done.out
    assert "Nothing was written" in done.out
    assert stored.read_text() == before


def test_rescoring_writes_the_report_and_the_page_beside_it(command: Line, stored: Path) -> None:
    done = command.run("rescore", str(stored), "--rubric", "senior", "--write")

    again = read(stored.read_text())
    assert done.code == 0, done.err
    assert again.provenance.rubric.name == "senior"
    assert [one.rubric.name for one in again.earlier] == ["mid"]
    assert "Scored before" in stored.with_name("report.html").read_text()
    assert not stored.with_name("report.md").exists()


def test_what_is_no_report_is_named(command: Line) -> None:
    (command.folder / "report.json").write_text("{}")

    done = command.run("rescore", "report.json", "--rubric", "senior")

    assert done.code == 2
    assert "report.json: not a flaskgrade report" in done.err


def test_an_untouched_report_verifies(command: Line, stored: Path) -> None:
    done = command.run("verify", str(stored))

    assert (done.code, done.err) == (0, "")
    assert "its points follow from its evidence" in done.out


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"source": "', '"source": "x', "its seal is broken"),
        ('"low": ', '"low": 1', "report.json: "),
        ('"algorithm": "sha256"', '"algorithm": "sha1"', "its seal is broken"),
    ],
)
def test_a_changed_report_does_not(
    command: Line, stored: Path, old: str, new: str, said: str
) -> None:
    stored.write_text(stored.read_text().replace(old, new, 1))

    done = command.run("verify", str(stored))

    assert done.code == 1
    assert said in done.out


def test_points_that_do_not_follow_are_found_under_a_seal_that_fits(
    command: Line, stored: Path
) -> None:
    first, *rest = REPORT.scorecard.criteria
    better = replace(first, low=first.of, high=first.of, reason="all passed")
    stored.write_text(
        render(replace(REPORT, scorecard=replace(REPORT.scorecard, criteria=(better, *rest))))
    )

    done = command.run("verify", str(stored))

    assert done.code == 1
    assert f"the criterion {first.id}" in done.out


def test_a_rubric_that_is_not_at_hand_leaves_it_open(command: Line, stored: Path) -> None:
    origin = REPORT.provenance
    other = replace(origin, rubric=replace(origin.rubric, name="ours", digest="0" * 64))
    stored.write_text(render(replace(REPORT, provenance=other)))

    done = command.run("verify", str(stored))

    assert done.code == 5
    assert "name it with --rubric" in done.out


def test_a_keyed_seal_needs_its_key(command: Line, stored: Path) -> None:
    stored.write_text(keyed(render(REPORT), "ours"))
    with_key = replace(command, environment={**command.environment, "FLASKGRADE_SEAL_KEY": "ours"})
    with_other = replace(
        command, environment={**command.environment, "FLASKGRADE_SEAL_KEY": "theirs"}
    )

    assert command.run("verify", str(stored)).code == 5
    assert with_key.run("verify", str(stored)).code == 0
    assert with_other.run("verify", str(stored)).code == 1


def test_the_worst_of_several_decides(command: Line, stored: Path) -> None:
    other = stored.with_name("other.json")
    document = json.loads(stored.read_text())
    other.write_text(json.dumps(document | {"title": "Somebody else"}))

    done = command.run("verify", str(stored), str(other))

    assert done.code == 1
    assert len(done.out.splitlines()) == 2

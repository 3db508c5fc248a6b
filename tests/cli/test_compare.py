"""`flaskgrade compare`, as somebody types it over stored reports."""
# A test's name is its sentence.
# ruff: noqa: D103

import csv
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from flaskgrade.checks.registry import NAMES
from flaskgrade.cli.cohorts import entries
from flaskgrade.cli.many import FEW
from flaskgrade.cohort.rescore import rescored
from flaskgrade.report.document import render
from flaskgrade.report.html import render as render_page
from flaskgrade.rubric.load import load_rubric
from flaskgrade.shipped import find
from flaskgrade.submission.acquire import acquire
from tests.cli.commands import Line, descendants, interrupt, repository
from tests.report import cohorts, reports
from tests.report.test_cohort_blind import COMMIT, HANDLE, NAME, found_in, of_somebody

SOLUTION = find("exercises", "room-bookings") / "solution"
EXAMPLE = Path(__file__).parents[2] / "examples" / "reports" / "report.json"
MAKERS = (reports.passing, reports.failing, reports.not_assessed)


@pytest.fixture
def stored(command: Line) -> list[str]:
    """Give three stored reports, named as the command line names them."""
    names = []
    for make, name in zip(MAKERS, cohorts.PEOPLE, strict=False):
        path = command.folder / name / "report.json"
        path.parent.mkdir()
        path.write_text(render(cohorts.named(make(), name)))
        names.append(f"{name}/report.json")
    return names


def table(command: Line, name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file that was written."""
    return list(csv.DictReader((command.folder / name).read_text().splitlines()))


def test_without_a_file_it_prints_a_table(command: Line, stored: list[str]) -> None:
    done = command.run("compare", *stored)

    assert (done.code, done.err) == (0, "")
    assert done.out.index("ada") < done.out.index("bo") < done.out.index("cyd")


def test_the_page_and_the_csv_are_written_whole(command: Line, stored: list[str]) -> None:
    done = command.run("compare", *stored, "--html", "out/all.html", "--csv", "out/all.csv")

    page = (command.folder / "out/all.html").read_text()
    rows = table(command, "out/all.csv")
    assert (done.code, done.out) == (0, "out/all.html\nout/all.csv\n")
    assert page.rstrip().endswith("</html>")
    assert [row["candidate"] for row in rows] == ["ada", "bo", "cyd"]


def test_the_tie_width_is_the_one_asked_for(command: Line, stored: list[str]) -> None:
    command.run("compare", *stored, "--csv", "narrow.csv", "--tie", "0")
    command.run("compare", *stored, "--csv", "wide.csv", "--tie", "100")

    narrow, wide = (
        [row["place_worst"] for row in table(command, name)] for name in ("narrow.csv", "wide.csv")
    )
    assert narrow != wide
    assert wide == ["3", "3", "3"]


def test_blind_files_tell_nothing_and_the_key_tells_all(command: Line) -> None:
    made = {HANDLE: of_somebody(reports.failing()), "bo": reports.passing()}
    for name, report in made.items():
        (command.folder / f"{name}.json").write_text(render(report))

    done = command.run(
        *("compare", f"{HANDLE}.json", "bo.json", "--blind"),
        *("--html", "blind.html", "--csv", "blind.csv", "--key", "key.csv"),
    )

    assert done.code == 0, done.err
    assert done.out == "key.csv\nblind.html\nblind.csv\n"
    for name in ("blind.html", "blind.csv"):
        assert found_in((command.folder / name).read_text()) == []
    key = table(command, "key.csv")
    assert sorted(row["candidate"] for row in key) == ["Candidate 1", "Candidate 2"]
    assert {row["report"] for row in key} == {f"{HANDLE}.json", "bo.json"}


def test_a_blind_table_is_blind(command: Line) -> None:
    (command.folder / "report.json").write_text(render(of_somebody(reports.failing())))

    done = command.run("compare", "report.json", "--blind")

    assert "Candidate 1" in done.out
    assert NAME not in done.out
    assert COMMIT[:7] not in done.out


def test_a_key_without_blindness_is_a_mistake(command: Line, stored: list[str]) -> None:
    done = command.run("compare", *stored, "--key", "key.csv")

    assert done.code == 2
    assert "--key says who is who of --blind" in done.err


def test_many_reports_are_read_as_few_are(command: Line) -> None:
    names = []
    for number in range(FEW + 4):
        report = cohorts.named(MAKERS[number % 3](), f"p{number:02}")
        (command.folder / f"{number}.json").write_text(render(report))
        names.append(f"{number}.json")

    done = command.run("compare", *names, "--csv", "all.csv")

    rows = table(command, "all.csv")
    assert done.code == 0, done.err
    assert {row["candidate"] for row in rows} == {f"p{n:02}" for n in range(FEW + 4)}


def test_what_is_no_report_is_named_among_many(command: Line) -> None:
    names = []
    for number in range(FEW + 4):
        path = command.folder / f"{number}.json"
        path.write_text(render(reports.passing()) if number != 9 else "{}")
        names.append(path.name)

    done = command.run("compare", *names, "--html", "all.html")

    assert done.code == 2
    assert "9.json: not a flaskgrade report" in done.err
    assert not (command.folder / "all.html").exists()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_nothing_is_left_running_however_it_ends(
    command: Line, number: signal.Signals, code: int
) -> None:
    process = command.start("compare", *[str(EXAMPLE)] * 600, "--html", "all.html")
    session = process.pid  # it leads a session of its own
    wait_until(lambda: len(descendants(session)) > 1)

    done = interrupt(process, number)

    wait_until(lambda: not descendants(session))
    assert done.code == code
    assert not (command.folder / "all.html").exists()


def wait_until(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait until something holds; fail if it does not in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_other_rubrics_are_refused_and_mixed_on_purpose(command: Line, stored: list[str]) -> None:
    other = reports.passing()
    origin = replace(other.provenance, rubric=replace(other.provenance.rubric, version="9"))
    (command.folder / "other.json").write_text(render(replace(other, provenance=origin)))

    refused = command.run("compare", *stored, "other.json", "--html", "all.html")
    mixed = command.run("compare", *stored, "other.json", "--html", "all.html", "--allow-mixed")

    assert refused.code == 2
    assert "not graded alike" in refused.err
    assert mixed.code == 0
    assert "Not graded alike" in (command.folder / "all.html").read_text()


def test_a_folder_that_refuses_is_said(command: Line, stored: list[str]) -> None:
    (command.folder / "file").write_text("")

    done = command.run("compare", *stored, "--html", "file/all.html")

    assert done.code == 2
    assert "file/all.html" in done.err


def test_a_page_is_no_report(command: Line) -> None:
    (command.folder / "report.html").write_text(render_page(reports.passing()))

    done = command.run("compare", "report.html")

    assert done.code == 2
    assert "report.html: not a flaskgrade report" in done.err
    assert not Path(command.folder / "cohort.html").exists()


def test_sources_that_were_graded_are_compared(command: Line, tmp_path: Path) -> None:
    solution = {
        path.relative_to(SOLUTION).as_posix(): path.read_text() for path in SOLUTION.rglob("*.py")
    }
    names = []
    for name, files in (("ada", solution), ("bo", {**solution, "notes.py": "x = 1\n"})):
        place = repository(command.folder / "clones" / name, files)
        tree = acquire(str(place), into=made(tmp_path / name)).tree
        report = cohorts.named(reports.passing(), name)
        stored = replace(report, provenance=replace(report.provenance, tree=tree))
        (command.folder / f"{name}.json").write_text(render(stored))
        names.append(f"{name}.json")
    (command.folder / "cyd.json").write_text(render(cohorts.named(reports.failing(), "cyd")))

    done = command.run("compare", *names, "cyd.json", "--html", "all.html", "--sources", "clones")

    page = " ".join((command.folder / "all.html").read_text().split())
    assert done.code == 0, done.err
    assert "ada and bo: 100 % of the one's own code, 100 % of the other's" in page
    assert "no starter was at hand" in page  # the reports name an exercise that nobody ships
    assert "1 more were not compared" in page


def test_the_starter_of_an_exercise_that_is_named_is_set_aside(
    command: Line, stored: list[str]
) -> None:
    (command.folder / "clones").mkdir()

    done = command.run(
        *("compare", *stored, "--html", "all.html", "--sources", "clones"),
        *("--exercise", "room-bookings"),
    )

    page = (command.folder / "all.html").read_text()
    assert done.code == 0, done.err
    assert "the starter&#39;s set aside" in page or "the starter's set aside" in page
    assert "3 more were not compared" in page


def test_sources_without_a_page_are_a_mistake(command: Line, stored: list[str]) -> None:
    done = command.run("compare", *stored, "--sources", ".")

    assert done.code == 2
    assert "what --sources finds stands on the page" in done.err


def test_a_folder_of_sources_that_is_none_is_named(command: Line, stored: list[str]) -> None:
    done = command.run("compare", *stored, "--html", "all.html", "--sources", "nowhere")

    assert done.code == 2
    assert "nowhere is no folder" in done.err


def made(folder: Path) -> Path:
    """Make an empty folder."""
    folder.mkdir()
    return folder


@pytest.mark.parametrize("name", ["mid", "mid+interview"])
def test_the_rubric_is_found_by_the_name_in_the_report(tmp_path: Path, name: str) -> None:
    rubric = load_rubric(name, checks=NAMES)
    path = tmp_path / "report.json"
    path.write_text(render(rescored(reports.passing(), rubric)))

    (one,) = entries([path])

    assert one.claimed_cap == rubric.claimed_cap


@pytest.mark.parametrize("name", ["https://evil.invalid/x.git#main:mid.yaml", "../mid.yaml"])
def test_a_reports_word_makes_us_fetch_no_rubric(tmp_path: Path, name: str) -> None:
    report = reports.passing()
    origin = replace(report.provenance, rubric=replace(report.provenance.rubric, name=name))
    path = tmp_path / "report.json"
    path.write_text(render(replace(report, provenance=origin)))

    (one,) = entries([path])

    assert one.claimed_cap is None


def test_a_rubric_that_is_asked_for_and_is_none_is_a_mistake(
    command: Line, stored: list[str]
) -> None:
    done = command.run("compare", *stored, "--rubric", "nowhere.yaml")

    assert done.code == 2
    assert "nowhere.yaml" in done.err


def test_a_rubric_in_a_file_is_used(tmp_path: Path) -> None:
    ours = tmp_path / "ours.yaml"
    ours.write_text("rubric: ours\nextends: mid\nversion: 1\ntitle: Ours\nclaimed_cap: 3\n")
    rubric = load_rubric(str(ours), checks=NAMES)
    path = tmp_path / "report.json"
    path.write_text(render(rescored(reports.passing(), rubric)))

    (one,) = entries([path], str(ours))

    assert one.claimed_cap == rubric.claimed_cap == 3

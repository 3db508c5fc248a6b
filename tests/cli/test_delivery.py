"""What is written where a report is already."""
# A test's name is its sentence.
# ruff: noqa: D103

from pathlib import Path

import pytest

from flaskgrade.cli.delivery import deliver
from flaskgrade.report.document import read, render
from tests.report import reports, reviewed


def test_what_people_said_outlives_another_grading(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "report.json"
    for _ in range(2):
        path.write_text(render(reviewed.reviewed()))

        deliver(reports.passing(), ("json", "html"), tmp_path, quiet=True)

        assert read(path.read_text()) == reports.passing()
    said = capsys.readouterr().out
    for name in ("report.before.json", "report.before-2.json"):
        assert read((tmp_path / name).read_text()) == reviewed.reviewed()
        assert f"{name} has what people said" in said


@pytest.mark.parametrize("content", [render(reports.failing()), "[]", "no JSON", "3", ""])
def test_what_nobody_spoke_of_is_written_over(tmp_path: Path, content: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(content)

    deliver(reports.passing(), ("json", "html"), tmp_path, quiet=True)

    assert sorted(one.name for one in tmp_path.iterdir()) == ["report.html", "report.json"]

"""`grade --audience candidate`: the letter beside the report, and no report's secrets in it."""

import json
from pathlib import Path

from flaskgrade.shipped import find
from tests.cli.commands import Line, repository


def solution(folder: Path) -> Path:
    """Return a repository of the guest book's solution."""
    source = Path(find("exercises", "guest-book")) / "solution"
    files = {
        str(path.relative_to(source)): path.read_text(encoding="utf-8")
        for path in source.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    return repository(folder / "candidate", files)


def test_a_candidate_gets_a_letter_beside_the_report(command: Line, tmp_path: Path) -> None:
    """The letter is about the graded commit; it holds no points and no hidden test's name."""
    here = solution(tmp_path)
    out = tmp_path / "out"

    done = command.run(
        *("grade", str(here), "--exercise", "guest-book", "--audience", "candidate"),
        *("--audience", "interviewer", "--out", str(out), "--format", "json", "--sandbox", "bwrap"),
    )

    assert done.code == 0, done.err
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    letter = (out / "feedback.md").read_text(encoding="utf-8")
    assert report["provenance"]["commit"][:10] in letter
    assert "What went well" in (out / "feedback.html").read_text(encoding="utf-8")
    assert str(out / "feedback.md") in done.out
    hidden = [item["id"].rpartition("::")[2] for item in report["evidence"][0]["items"]]
    assert hidden
    assert not [name for name in hidden if name in letter]


def test_an_interviewer_alone_gets_no_letter(command: Line, tmp_path: Path) -> None:
    """Without the option no letter is written."""
    here = repository(tmp_path / "candidate", {"app.py": "from flask import Flask\n"})

    command.run("grade", str(here), "--out", str(tmp_path / "out"), "--sandbox", "bwrap")

    assert (tmp_path / "out" / "report.json").exists()
    assert not list((tmp_path / "out").glob("feedback*"))


def test_a_letter_without_a_folder_is_refused_before_the_work(command: Line) -> None:
    """One format on standard output leaves no place for a letter, and says so at once."""
    done = command.run("grade", "nowhere", "--format", "json", "--audience", "candidate")

    assert done.code == 2
    assert "a candidate's letter needs a folder" in done.err
    assert "--out" in done.err

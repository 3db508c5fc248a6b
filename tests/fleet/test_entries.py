"""What a batch is asked to grade: lists, folders, patterns, and what is wrong in them."""
# A test's name is its sentence.
# ruff: noqa: D103

from pathlib import Path

import pytest

from flaskgrade.errors import FileError, UsageError
from flaskgrade.fleet.entries import read_entries
from tests.cli.commands import repository

APP = {"app.py": "from flask import Flask\n\napp = Flask(__name__)\n"}


def _written(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_table_names_submissions_and_who_they_are_from(tmp_path: Path) -> None:
    rows = "source,ref,candidate,exercise\nhttps://host/ada/task,main,Ada L.,room-bookings\n"
    listed = _written(tmp_path / "tonight.csv", rows)

    (entry,) = read_entries([listed])

    assert (entry.name, entry.source, entry.ref) == ("Ada-L", "https://host/ada/task", "main")
    assert (entry.exercise, entry.where) == ("room-bookings", "tonight.csv:2")


def test_yaml_and_plain_lists_say_the_same(tmp_path: Path) -> None:
    yaml = "- https://host/ada/task\n- {source: 'https://host/bob/task'}\n"
    lines = "# tonight\nhttps://host/ada/task\n\nhttps://host/bob/task\n"

    listed = read_entries([_written(tmp_path / "a.yaml", yaml)])
    plain = read_entries([_written(tmp_path / "a.txt", lines)])

    assert [one.source for one in listed] == [one.source for one in plain]
    assert [one.where for one in plain] == ["a.txt:2", "a.txt:4"]


def test_paths_in_a_list_are_meant_from_where_it_lies(tmp_path: Path) -> None:
    listed = _written(tmp_path / "a.txt", "subs/ada\n/srv/bob\nsubs/eve.zip\nhttps://host/a/b\n")

    sources = [one.source for one in read_entries([listed])]

    assert sources == [
        str(tmp_path / "subs/ada"), "/srv/bob", str(tmp_path / "subs/eve.zip"), "https://host/a/b",
    ]  # fmt: skip


def test_a_folder_holds_repositories_and_archives(tmp_path: Path) -> None:
    repository(tmp_path / "subs" / "ada", APP)
    (tmp_path / "subs" / "bob.tar.gz").write_bytes(b"")
    (tmp_path / "subs" / "notes.md").write_text("hello")

    entries = read_entries([str(tmp_path / "subs")])

    assert [one.name for one in entries] == ["ada", "bob.tar.gz"]


def test_a_repository_is_a_submission_and_not_a_folder_of_them(tmp_path: Path) -> None:
    ada = repository(tmp_path / "ada", APP)

    (entry,) = read_entries([str(ada)])

    assert entry.source == str(ada)


def test_a_part_of_a_repository_is_a_submission(tmp_path: Path) -> None:
    ada = repository(tmp_path / "ada", {"task/app.py": APP["app.py"]})

    (entry,) = read_entries([str(ada / "task")])

    assert entry.name == "task"


def test_a_pattern_that_the_shell_left_is_followed(tmp_path: Path) -> None:
    for name in ("ada", "bob"):
        repository(tmp_path / name, APP)

    entries = read_entries([f"{tmp_path}/[ab]*"])

    assert [one.name for one in entries] == ["ada", "bob"]


def test_two_of_one_name_get_folders_of_their_own(tmp_path: Path) -> None:
    lines = "https://host/ada/task\nhttps://host/bob/task\nhttps://host/eve/Task\n"

    names = [one.name for one in read_entries([_written(tmp_path / "a.txt", lines)])]

    assert names == ["task", "task-2", "Task-3"]


@pytest.mark.parametrize("name", ["../../etc", "a/b", "..", "\N{RIGHT-TO-LEFT OVERRIDE}x", "-rf"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    rows = f"source,candidate\nhttps://host/a/b,{name}\n"

    (entry,) = read_entries([_written(tmp_path / "a.csv", rows)])

    assert Path(entry.name).name == entry.name
    assert entry.name not in {"", ".", ".."}
    assert not entry.name.startswith(("-", "."))


@pytest.mark.parametrize(
    ("name", "text", "line", "said"),
    [
        ("a.csv", "sorce\nx\n", 1, "did you mean 'source'?"),
        ("a.csv", "ref\nmain\n", 1, "no column 'source'"),
        ("a.csv", "source,ref\nhttps://h/a/b\n,main\n", 3, "names no source"),
        ("a.csv", "source\nhttps://h/a/b,main\n", 2, "more cells"),
        ("a.yaml", "- source: https://h/a/b\n  rev: main\n", 2, "unknown key 'rev'"),
        ("a.yaml", "source: https://h/a/b\n", 1, "list"),
    ],
)
def test_what_is_wrong_in_a_list_is_named_with_its_line(
    tmp_path: Path, name: str, text: str, line: int, said: str
) -> None:
    listed = _written(tmp_path / name, text)

    with pytest.raises(FileError, match=said) as caught:
        read_entries([listed])

    assert caught.value.line == line


def test_a_list_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(FileError, match="can't be read as a list"):
        read_entries([str(tmp_path / "a.csv")])


@pytest.mark.parametrize("word", ["nothing-here", "nothing-*", "empty"])
def test_a_word_that_means_nothing_is_named(
    tmp_path: Path, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)

    with pytest.raises(UsageError, match=r"nothing-|empty"):
        read_entries([word])

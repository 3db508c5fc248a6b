"""Reading exercises: what exercise.yaml says, and its mapping to the hidden tests."""
# A test's name is its sentence.
# ruff: noqa: D103

from pathlib import Path

import pytest

from flaskgrade.errors import FileError, UsageError
from flaskgrade.exercise.load import load_exercise
from flaskgrade.model.exercise import (
    AcceptanceTest,
    BesideProcess,
    Ceiling,
    Exercise,
    Launch,
    OwnServer,
)
from flaskgrade.shipped import names

EXERCISE = """\
name: todo
title: To-do list
version: 1
acceptance:
  C1: [test_a.py::test_one, test_a.py::test_two]
  C2: [test_a.py::test_two]
"""
TESTS = '''\
def test_one(client):
    """A thing can be made.

    More words.
    """


def test_two(client):
    assert client
'''


def write(folder: Path, exercise: str = EXERCISE, **files: str) -> Path:
    """Make an exercise; `test_a="…"` is acceptance/test_a.py."""
    (folder / "acceptance").mkdir(exist_ok=True)
    (folder / "exercise.yaml").write_text(exercise)
    for name, content in ({"test_a": TESTS} | files).items():
        (folder / "acceptance" / f"{name}.py").write_text(content)
    return folder


def load(folder: Path, exercise: str = EXERCISE, **files: str) -> Exercise:
    return load_exercise(str(write(folder, exercise, **files)))


def test_an_exercise_is_what_its_file_says(tmp_path: Path) -> None:
    exercise = load(
        tmp_path,
        EXERCISE
        + """\
level: senior
use_case: REST API
time_box_minutes: 90
launch:
  app: "todo:create_app('test')"
  prepare: [[flask, db, upgrade], [flask, seed]]
  environment: {DATABASE_URL: "sqlite:///{scratch}/a.db", JSON: '{"a": 1}'}
  workers: 1
  threads: 8
  start_seconds: 7.5
  services: [redis]
  processes: {worker: [celery, -A, worker, worker]}
  downstream: true
test_seconds: 5
run_seconds: 60
criteria: [M1, S1]
""",
    )

    assert (exercise.name, exercise.title, exercise.version) == ("todo", "To-do list", 1)
    assert (exercise.level, exercise.use_case, exercise.time_box_minutes) == (
        "senior",
        "REST API",
        90,
    )
    assert exercise.launch == Launch(
        app="todo:create_app('test')",
        prepare=(("flask", "db", "upgrade"), ("flask", "seed")),
        environment=(("DATABASE_URL", "sqlite:///{scratch}/a.db"), ("JSON", '{"a": 1}')),
        workers=1,
        threads=8,
        start_seconds=7.5,
        services=("redis",),
        processes=(BesideProcess(name="worker", command=("celery", "-A", "worker", "worker")),),
        downstream=True,
    )
    assert (exercise.test_seconds, exercise.run_seconds) == (5.0, 60.0)
    assert exercise.criteria == ("M1", "S1")
    assert exercise.acceptance == tmp_path / "acceptance"


def test_what_is_left_out_has_a_default(tmp_path: Path) -> None:
    exercise = load(tmp_path)

    assert exercise.launch == Launch()
    assert (exercise.level, exercise.test_seconds, exercise.run_seconds) == ("mid", 10.0, 120.0)


def test_a_submission_may_bring_its_own_server(tmp_path: Path) -> None:
    exercise = load(
        tmp_path, EXERCISE + "launch: {own_server: {command: [flask, run], port: 5000}}\n"
    )

    assert exercise.launch.own_server == OwnServer(command=("flask", "run"), port=5000)


def test_each_hidden_test_has_its_title_and_its_criteria(tmp_path: Path) -> None:
    assert load(tmp_path).tests == (
        AcceptanceTest(id="test_a.py::test_one", title="A thing can be made.", criteria=("C1",)),
        AcceptanceTest(id="test_a.py::test_two", title="two", criteria=("C1", "C2")),
    )


def test_tests_may_lie_in_folders(tmp_path: Path) -> None:
    (tmp_path / "acceptance" / "deep").mkdir(parents=True)

    exercise = load(
        tmp_path,
        EXERCISE + "  C3: [deep/test_b.py::test_three]\n",
        **{"deep/test_b": "def test_three(): ..."},
    )

    assert exercise.tests[0].id == "deep/test_b.py::test_three"


@pytest.mark.parametrize(
    ("written", "wrong", "line", "message"),
    [
        ("title: To-do list\n", "", 1, "the key 'title' is missing"),
        ("title:", "titel:", 2, "unknown key 'titel'; did you mean 'title'?"),
        ("version: 1", "version: 0", 3, "must be at least 1"),
        ("name: todo", "name: To Do", 1, "is not a name"),
        ("test_a.py::test_one,", "test_a.py::test_on,", 5, "did you mean 'test_a.py::test_one'?"),
        ("test_a.py::test_one,", "test_one,", 5, "'test_one' is not a test id"),
        ("test_a.py::test_one,", "'test_a.py::test_one[x]',", 5, "is not a test id"),
        ("[test_a.py::test_two]", "[]", 6, "must list at least one test"),
        (
            "C2: [test_a.py::test_two]",
            "C2: [test_a.py::test_two, test_a.py::test_two]",
            6,
            "test_a.py::test_two is listed twice for C2",
        ),
        ("C2:", "C1:", 6, "the key 'C1' is here twice"),
        ("C2:", "C 2:", 6, "is not a criterion's id"),
        ("version: 1", "version: 1\ncriteria: [M1, M1]", 4, "M1 is listed twice"),
        ("version: 1", "version: 1\ntest_seconds: 0", 4, "must be more than 0 seconds"),
        ("version: 1", "version: 1\nlaunch: {worker: 1}", 4, "did you mean 'workers'?"),
        ("version: 1", "version: 1\nlaunch: {workers: 0}", 4, "must be at least 1"),
        ("version: 1", "version: 1\nlaunch: {prepare: [flask db]}", 4, "must be a list"),
        ("version: 1", "version: 1\nlaunch: {prepare: [[]]}", 4, "must name a module"),
        ("version: 1", "version: 1\nlaunch: {own_server: {port: 1}}", 4, "'command' is missing"),
        (
            "version: 1",
            "version: 1\nlaunch: {own_server: {command: [a], port: 70000}}",
            4,
            "must be at most 65535",
        ),
        (
            "version: 1",
            'version: 1\nlaunch: {environment: {A: "{scrach}/a"}}',
            4,
            "unknown placeholder {scrach}",
        ),
        (
            "version: 1",
            "version: 1\nlaunch: {services: [rediss]}",
            4,
            "unknown name 'rediss'; did you mean 'redis'?",
        ),
        (
            "version: 1",
            "version: 1\nlaunch: {services: [postgres]}",
            4,
            "postgres is no service beside the database",
        ),
        (
            "version: 1",
            "version: 1\nlaunch: {services: [redis, redis]}",
            4,
            "redis is listed twice",
        ),
        (
            "version: 1",
            "version: 1\nlaunch: {processes: {web: [celery]}}",
            4,
            "web is the web application itself",
        ),
        (
            "version: 1",
            "version: 1\nlaunch: {processes: {A B: [celery]}}",
            4,
            "is not the name of a process",
        ),
        ("version: 1", "version: 1\nlaunch: {processes: {worker: []}}", 4, "must name a module"),
        ("version: 1", "version: 1\nlaunch: {downstream: 1}", 4, "must be true or false"),
        (
            "version: 1",
            'version: 1\nlaunch: {environment: {A: "{redis}"}}',
            4,
            "{redis}: there is no Redis",
        ),
        (
            "version: 1",
            'version: 1\nlaunch: {environment: {A: "{downstream}/a"}}',
            4,
            "{downstream}: hidden tests play no downstream",
        ),
        (
            "version: 1",
            'version: 1\nlaunch: {processes: {w: [a]}, environment: {A: "{database}"}}',
            4,
            "processes share no file, so no SQLite, with the web app",
        ),
        ("version: 1", "version: 1\nlaunch: {environment: {A: 1}}", 4, "must be text"),
        ("version: 1", "version: 1\nlaunch: {environment: {A-B: x}}", 4, "environment variable"),
    ],
)
def test_a_mistake_is_told_with_its_line(
    tmp_path: Path, written: str, wrong: str, line: int, message: str
) -> None:
    assert written in EXERCISE

    with pytest.raises(FileError) as caught:
        load(tmp_path, EXERCISE.replace(written, wrong, 1))

    assert caught.value.path == tmp_path / "exercise.yaml"
    assert caught.value.line == line
    assert message in caught.value.message


def test_a_hidden_test_that_bears_on_nothing_is_told_where_it_stands(tmp_path: Path) -> None:
    with pytest.raises(
        FileError, match=r"test_a\.py:12: test_three bears on no criterion"
    ) as caught:
        load(tmp_path, test_a=TESTS + "\n\ndef test_three(): ...\n")

    assert caught.value.hint == ("List test_a.py::test_three under `acceptance:` in exercise.yaml.")


def test_an_exercise_without_a_folder_of_tests_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "exercise.yaml").write_text(EXERCISE)

    with pytest.raises(FileError, match="the folder of acceptance tests is missing"):
        load_exercise(str(tmp_path))


def test_an_unknown_exercise_is_an_error_of_use() -> None:
    with pytest.raises(UsageError, match="there is no exercise 'rooms-booking'"):
        load_exercise("rooms-booking")


def test_the_digest_covers_all_that_bears_on_a_score(tmp_path: Path) -> None:
    first = load(tmp_path).digest

    assert len(first) == 64
    assert load(tmp_path).digest == first
    assert load(tmp_path, EXERCISE + "test_seconds: 9\n").digest != first
    assert load(tmp_path, test_a=TESTS + "# more\n").digest != first
    second = load(tmp_path, conftest="").digest
    assert second != first
    (tmp_path / "starter").mkdir()
    (tmp_path / "starter" / "app.py").touch()
    assert load(tmp_path, conftest="").digest not in {first, second}


def test_the_digest_is_that_of_the_same_files_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    assert load(tmp_path / "a").digest == load(tmp_path / "b").digest


def test_the_digest_leaves_out_what_bears_on_no_score(tmp_path: Path) -> None:
    first = load(tmp_path).digest
    (tmp_path / "brief.md").write_text("Do it.")
    cache = tmp_path / "acceptance" / "__pycache__"
    cache.mkdir()
    (cache / "test_a.pyc").write_bytes(b"x")

    assert load_exercise(str(tmp_path)).digest == first


def test_a_name_that_moves_between_files_changes_the_digest(tmp_path: Path) -> None:
    first = load(tmp_path, a="xy", b="z").digest

    assert load(tmp_path, a="x", b="yz").digest != first


def test_a_symbolic_link_among_the_tests_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "acceptance" / "data.json").symlink_to("/etc/hostname")

    with pytest.raises(FileError, match=r"data\.json: is a symbolic link"):
        load_exercise(str(folder))


@pytest.mark.parametrize("name", names("exercises"))
def test_every_shipped_exercise_loads_under_its_name(name: str) -> None:
    exercise = load_exercise(name)

    assert exercise.name == name
    assert exercise.tests


def test_a_test_quotes_the_brief(tmp_path: Path) -> None:
    marked = TESTS.replace(
        "def test_one",
        '@pytest.mark.brief("A 204 has no body")\n'
        '@pytest.mark.brief("One", "and another")\ndef test_one',
    )

    one, other = load(tmp_path, test_a=marked).tests

    assert one.brief == ("A 204 has no body", "One", "and another")
    assert other.brief == ()


def test_a_quote_must_be_readable_without_running_the_test(tmp_path: Path) -> None:
    marked = TESTS.replace("def test_one", "@pytest.mark.brief(WORDS)\ndef test_one")

    with pytest.raises(FileError, match=r"test_a\.py:1: the brief mark of test_one must quote"):
        load(tmp_path, test_a=marked)


def test_files_of_the_starter_can_be_protected(tmp_path: Path) -> None:
    (tmp_path / "starter" / "tests").mkdir(parents=True)
    (tmp_path / "starter" / "tests" / "test_given.py").touch()

    exercise = load(tmp_path, EXERCISE + "protected: [tests/*.py]\n")

    assert exercise.protected == ("tests/*.py",)


@pytest.mark.parametrize("pattern", ["tests/test_gone.py", "/etc/passwd", "../other"])
def test_what_is_protected_is_in_the_starter(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(FileError, match=r"exercise\.yaml:7: "):
        load(tmp_path, EXERCISE + f"protected: [{pattern}]\n")


def test_an_exercise_says_what_work_that_nobody_did_may_earn(tmp_path: Path) -> None:
    exercise = load(tmp_path, EXERCISE + "at_most: {starter: 12.5}\n")

    assert exercise.at_most == Ceiling(starter=12.5, empty=5)


def test_the_criteria_of_a_brief_are_each_named_once(tmp_path: Path) -> None:
    assert load(tmp_path, EXERCISE + "criteria: [S1, C2]\n").named == ("C1", "C2", "S1")

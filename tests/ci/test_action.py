"""action.yml, run step by step on a real submission, against a host that answers as GitHub does.

Where this differs from GitHub: the steps run on this machine, as this user, and not in a virtual
machine of their own; they see what a runner sets and how to reach a package index, and nothing else
of our environment. `actions/upload-artifact` is not run: what it would be given is looked at.
"""
# A test's name is its sentence.
# ruff: noqa: D103

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flaskgrade.shipped import find
from tests.ci.runner import Run, Runner
from tests.ci.take_home import READER, TakeHome, take_home
from tests.cli.commands import PASSED, repository

pytestmark = [pytest.mark.network, pytest.mark.timeout(600)]

PROJECT = Path(__file__).parents[2]
TELLING = ("PIP_CERT", "PIP_FIND_LINKS", "PIP_INDEX_URL", "PIP_CONFIG_FILE")
COMMENTER = "s3cret"
INJECTION = "x$(touch${IFS}pwned)`touch${IFS}pwned`"
FORGED = "::add-mask::flaskgrade"
WEAK = {
    "wsgi.py": f'from flask import Flask\n\nprint("\\n{FORGED}\\n##[add-path]/tmp/evil")\n'
    "app = Flask(__name__)\n",
    "requirements.txt": "flask\n",
    f"a\r{FORGED}\r##[warning]b.py": "import os\n",
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the action's own checkout: the files under git, without what was ever built here."""
    folder = tmp_path_factory.mktemp("action") / "flaskgrade"
    names = subprocess.run(
        ["git", "-C", str(PROJECT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        check=True,
    ).stdout
    for name in names.decode().split("\0"):
        if name and (PROJECT / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, target)
    return folder


def runner(checkout: Path, folder: Path, cache: Path, url: str, *, private: bool = True) -> Runner:
    """Return a runner of the company's own repository."""
    folder.mkdir()
    known = {name: os.environ[name] for name in (*PASSED, *TELLING) if name in os.environ}
    python = Path(sys.base_prefix) / "bin"
    return Runner(
        action=checkout,
        folder=folder,
        temp=checkout.parent,  # one job for all of these tests: it is installed once
        event={"repository": {"private": private}},
        environment=known
        | {
            "PATH": f"{python}{os.pathsep}{os.environ['PATH']}",
            "FLASKGRADE_CACHE": str(cache),
            # What was downloaded once is not downloaded in every job.
            "UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR", str(Path.home() / ".cache" / "uv")),
            "PIP_CACHE_DIR": str(Path.home() / ".cache" / "pip"),
            "GITHUB_REPOSITORY": "company/hiring",
            "GITHUB_SERVER_URL": url,
            "GITHUB_API_URL": url,
            "GITHUB_GRAPHQL_URL": f"{url}/graphql",
        },
    )


def inputs(url: str, **more: str) -> dict[str, str]:
    return {
        "source": f"{url}/company/take-home-ada/pull/7",
        "exercise": "guest-book",
        "sandbox": "bwrap",
        "comment": "true",
        "read-token": READER,
        "comment-token": COMMENTER,
        **more,
    }


def files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


@pytest.fixture
def host(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[TakeHome, str]]:
    """Give a host with a submission: the guest book's solution, or the files that a test names."""
    given = getattr(request, "param", None) or files(
        Path(find("exercises", "guest-book")) / "solution"
    )
    work = repository(tmp_path / "work", given)
    subprocess.run(["git", "-C", str(work), "branch", INJECTION], check=True)
    with take_home(work, tmp_path / "bare.git") as served:
        yield served


def assert_nothing_is_told(run: Run) -> None:
    """Fail where a token stands in the log or the summary."""
    for token in (READER, COMMENTER):
        assert token not in run.log
        assert token not in run.summary


def test_a_letter_is_posted_and_the_next_run_updates_it(
    checkout: Path, tmp_path: Path, cache: Path, host: tuple[TakeHome, str]
) -> None:
    talk, url = host
    machine = runner(checkout, tmp_path / "job", cache, url)

    first = machine.run(inputs(url))
    said = [(one.author, one.body) for one in talk.notes]
    second = machine.run(inputs(url, **{"fail-under": "100"}))

    assert (first.code, second.code) == (0, 0), first.log + second.log
    assert [(author, body.splitlines()[1]) for author, body in said] == [
        ("grader", "# Feedback: Guest book")
    ]
    assert [(one.author, one.body) for one in talk.notes] == said  # the same letter, still one
    assert "the comment is posted" in first.log
    assert "the comment is up to date" in second.log
    assert first.outputs["code"] == "0"
    assert "of 100" in first.summary
    kept = first.step("Keep the report")
    assert kept is not None
    assert kept.uses.startswith("actions/upload-artifact@")
    names = {path.name for path in Path(kept.given["path"]).iterdir()}
    assert {"report.json", "report.html", "report.sarif", "feedback.md"} <= names
    assert_nothing_is_told(first)


@pytest.mark.parametrize("host", [WEAK], indirect=True)
def test_a_submission_that_writes_commands_gives_none(
    checkout: Path, tmp_path: Path, cache: Path, host: tuple[TakeHome, str]
) -> None:
    """File names and output that look like commands command nothing; the job ends with 1."""
    talk, url = host
    machine = runner(checkout, tmp_path / "job", cache, url)

    run = machine.run(inputs(url, **{"fail-under": "60"}))

    grade, told = run.step("Grade"), run.step("Annotate and summarise")
    assert grade is not None
    assert told is not None, run.log
    assert [one.name for one in grade.commands] == ["stop-commands"]
    assert {one.name for one in told.commands} <= {"error", "warning", "notice"}
    assert any("file" in one.properties for one in told.commands)
    assert (run.code, run.outputs["code"]) == (1, "1")
    assert [one.author for one in talk.notes] == ["grader"]  # below the mark, and told kindly
    assert_nothing_is_told(run)


@pytest.mark.parametrize("host", [WEAK], indirect=True)
def test_a_branch_called_like_a_command_is_graded_and_not_run(
    checkout: Path, tmp_path: Path, cache: Path, host: tuple[TakeHome, str]
) -> None:
    """A branch may be called $(anything)."""
    talk, url = host
    machine = runner(checkout, tmp_path / "job", cache, url)

    run = machine.run(
        inputs(
            url,
            source=f"{url}/company/take-home-ada.git",
            ref=f"refs/heads/{INJECTION}",
            exercise="",
            comment="false",
            artifact="",
        )
    )

    assert run.outputs["folder"], run.log
    assert INJECTION.replace("`", "") in run.summary.replace("`", "")
    assert not list(tmp_path.rglob("pwned*"))
    assert run.step("Keep the report") is None
    assert not talk.notes


def test_a_submission_that_cannot_be_had_posts_nothing(
    checkout: Path, tmp_path: Path, cache: Path, host: tuple[TakeHome, str]
) -> None:
    talk, url = host
    machine = runner(checkout, tmp_path / "job", cache, url)

    run = machine.run(inputs(url, **{"read-token": "wrong"}))

    assert (run.code, run.outputs["code"], run.outputs["folder"]) == (3, "3", "")
    assert run.step("Annotate and summarise") is None
    assert run.step("Keep the candidate's comment") is None
    assert not talk.notes
    assert "wrong@" not in run.log


@pytest.mark.parametrize(
    "source",
    [
        "{url}/company/hiring/pull/7",
        "{url}/Company/Hiring.git",
        "{url}/company/hiring",
        "ssh://git@{host}/company/hiring",
        "git@{host}:company/hiring.git",
    ],
)
def test_nothing_is_graded_where_the_candidate_reads_the_log(
    checkout: Path, tmp_path: Path, cache: Path, source: str
) -> None:
    """A run in the submission's own repository is refused, however that is spelled."""
    url = "https://git.company.example"
    machine = runner(checkout, tmp_path / "job", cache, url)

    run = machine.run({"source": source.format(url=url, host="git.company.example")})

    assert run.code == 2
    assert [step.name for step in run.steps] == ["See who could read this run"]
    assert "candidate's own repository" in run.log


def test_nothing_is_graded_where_everybody_reads_the_log(
    checkout: Path, tmp_path: Path, cache: Path
) -> None:
    url = "https://git.company.example"
    machine = runner(checkout, tmp_path / "job", cache, url, private=False)

    run = machine.run({"source": f"{url}/company/take-home-ada/pull/7"})

    assert run.code == 2
    assert "public repository" in run.log

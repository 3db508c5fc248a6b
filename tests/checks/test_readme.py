"""The check of the README."""

import time
from pathlib import Path

import pytest

from flaskgrade.checks.readme import CHECK
from flaskgrade.model.evidence import Evidence, Status
from tests.checks.contexts import context_of

GOOD = """# Room bookings

An HTTP API that keeps meeting rooms and their bookings, written for an interview. Bookings of one
room never overlap, also when two people ask for it at the same time.

## Set-up

```sh
python -m venv .venv && .venv/bin/pip install -r requirements.txt
```

## Run

    $ flask --app shop run

## Test

Type `pytest`, or `make test`.

## Decisions

SQLite is enough for a single process; I chose a unique index over a lock in Python.
"""
FILES = {
    "README.md": GOOD,
    "requirements.txt": "flask==3.1.0\n",
    "Makefile": ".PHONY: test\ntest: lint\n\tpytest\nlint:\n\truff check\n",
}
RST = """Room bookings
=============

An HTTP API that keeps meeting rooms and their bookings, written for an interview. Bookings of one
room never overlap, also when two people ask for it at the same time.

Set-up::

    uv sync
    uv run gunicorn shop:app
    uv run pytest

Trade-offs
----------

SQLite is enough.
"""


def failed(evidence: Evidence) -> set[str]:
    """Return the ids of the items that failed, without the prefix."""
    return {
        item.id.removeprefix("readme:") for item in evidence.items if item.status is Status.FAILED
    }


def test_a_complete_readme_earns_all(tmp_path: Path) -> None:
    """It says how to set up, run and test, and why; what its commands name is there."""
    evidence = CHECK.run(context_of(tmp_path, FILES))

    assert failed(evidence) == set()
    assert evidence.status is Status.PASSED


@pytest.mark.parametrize("name", ["README.rst", "readme.txt", "README"])
def test_other_formats_are_read_too(tmp_path: Path, name: str) -> None:
    """Underlined headings, indented code."""
    assert failed(CHECK.run(context_of(tmp_path, {name: RST}))) == set()


def test_no_readme_loses_all(tmp_path: Path) -> None:
    """Also where one lies in another folder."""
    evidence = CHECK.run(context_of(tmp_path, {"docs/README.md": GOOD}))

    assert len(failed(evidence)) == len(evidence.items) == 7
    assert evidence.summary == "There is no README."


@pytest.mark.parametrize(
    ("cut", "item"),
    [
        ("python -m venv .venv && .venv/bin/pip install -r requirements.txt\n", "setup"),
        ("flask --app shop run", "run"),
        ("`pytest`, or `make test`", "test"),
        ("## Decisions\n\nSQLite is enough for a single process; I chose", "decisions"),
    ],
)
def test_what_is_not_said_loses_its_item(tmp_path: Path, cut: str, item: str) -> None:
    """And nothing else."""
    evidence = CHECK.run(context_of(tmp_path, {**FILES, "README.md": GOOD.replace(cut, "")}))

    assert failed(evidence) == {item}


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("make deploy", "make target “deploy”"),
        ("pip install -r requirements/dev.txt", "file “requirements/dev.txt”"),
        ("python run.py", "file “run.py”"),
        ("cd backend && python manage.py", "file “manage.py”"),
        ("docker compose up --build", "compose file"),
        ("docker build -t x .", "Dockerfile"),
        ("./run.sh", "file “./run.sh”"),
        ("uv run python seed.py", "file “seed.py”"),
        ("FLASK_DEBUG=1 python run.py", "file “run.py”"),
        ("cp .env.example .env", "file “.env.example”"),
    ],
)
def test_a_command_for_what_is_not_there_loses(tmp_path: Path, command: str, what: str) -> None:
    """The finding names the command's line."""
    text = f"{GOOD}\n```\n$ {command}\n```\n"

    evidence = CHECK.run(context_of(tmp_path, {**FILES, "README.md": text}))

    assert failed(evidence) == {"commands"}
    (finding,) = evidence.findings
    assert what in finding.message
    assert str(finding.location) == f"README.md:{len(GOOD.splitlines()) + 3}"


@pytest.mark.parametrize(
    "command",
    [
        "make lint test",
        "make -j4 test",
        "python <your-script>.py",
        "python ../other.py",
        "echo A=1 > .env && source .env.sh",
        "pip install -r requirements.txt  # once",
        "git clone https://example.org/x.git",
    ],
)
def test_other_commands_are_no_fault(tmp_path: Path, command: str) -> None:
    """What exists, placeholders, and what cannot be known."""
    text = f"{GOOD}\n```\n{command}\n```\n"
    files = {**FILES, "README.md": text, "scripts/.env.sh": ""}

    assert failed(CHECK.run(context_of(tmp_path, files))) == set()


@pytest.mark.parametrize(
    "text",
    [
        "To make it easy for you to get started with GitLab, here's a list of steps.",
        "One Paragraph of project description goes here",
        "Lorem ipsum dolor sit amet.",
        "TODO",
        "cd <your-project-name>",
    ],
)
def test_the_text_of_a_template_loses(tmp_path: Path, text: str) -> None:
    """It says nothing about this project."""
    evidence = CHECK.run(context_of(tmp_path, {**FILES, "README.md": f"{GOOD}\n{text}\n"}))

    assert failed(evidence) == {"own-words"}


def test_a_title_alone_is_no_readme(tmp_path: Path) -> None:
    """It is present, and says nothing."""
    evidence = CHECK.run(context_of(tmp_path, {"README.md": "# Room bookings\n"}))

    assert failed(evidence) == {"present", "setup", "run", "test", "decisions", "commands"}


@pytest.mark.parametrize(
    "text",
    [
        "# " + " #" * 90_000,
        "flask --a " * 20_000,
        "docker compose x " * 10_000,
        "`" * 190_000,
        "\n" * 190_000 + "TODO x",
        "./test" * 30_000,
        "`make a`\n" * 20_000,
        "    python x.py > y\n" * 9_000,
        "```\n" + "cp x " * 38_000,
        "<your-" * 30_000,
    ],
)
def test_hostile_text_costs_little(tmp_path: Path, text: str) -> None:
    """No pattern takes more than linear time; what is beyond the limits is not looked at."""
    started = time.process_time()

    CHECK.run(context_of(tmp_path, {"README.md": text, "Makefile": "a " * 90_000}))

    assert time.process_time() - started < 5  # on a busy machine; it takes a fraction of a second

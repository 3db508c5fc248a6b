"""The check of pinned dependencies."""

from pathlib import Path

from flaskgrade.checks.pinning import CHECK
from flaskgrade.model.environment import Declaration, Requirement
from flaskgrade.model.evidence import Location, Status
from tests.checks.contexts import context_of


def requirement(text: str, *, pinned: bool, group: str = "main", line: int = 1) -> Requirement:
    """Return a requirement of requirements.txt."""
    return Requirement(
        name=text.split("=", maxsplit=1)[0].split(">", maxsplit=1)[0].split(";", maxsplit=1)[0],
        text=text,
        pinned=pinned,
        group=group,
        location=Location(path="requirements.txt", line=line),
    )


def declaration(*requirements: Requirement, locked: tuple[str, ...] = ()) -> Declaration:
    """Return the declaration of a requirements file."""
    return Declaration(
        requirements=requirements,
        files=("requirements.txt",),
        locked=bool(locked),
        locked_names=locked,
    )


def test_exact_versions_earn_all(tmp_path: Path) -> None:
    """One item each; tools for development do not matter."""
    declared = declaration(
        requirement("flask==3.1.0", pinned=True),
        requirement("gunicorn==23.0.0", pinned=True, line=2),
        requirement("pytest", pinned=False, group="dev"),
    )

    evidence = CHECK.run(context_of(tmp_path, {}, declaration=declared))

    assert evidence.status is Status.PASSED
    assert [item.id for item in evidence.items] == ["pinning:flask", "pinning:gunicorn"]
    assert evidence.findings == ()


def test_an_open_range_loses_its_item(tmp_path: Path) -> None:
    """The finding names the line."""
    declared = declaration(
        requirement("flask==3.1.0", pinned=True), requirement("gunicorn>=20", pinned=False, line=2)
    )

    evidence = CHECK.run(context_of(tmp_path, {}, declaration=declared))

    assert [item.status for item in evidence.items] == [Status.PASSED, Status.FAILED]
    assert evidence.summary == "1 of 2 main requirements are pinned to one version."
    (finding,) = evidence.findings
    assert (finding.code, str(finding.location)) == ("pinning:open", "requirements.txt:2")


def test_a_lock_file_pins_everything(tmp_path: Path) -> None:
    """Whatever the ranges in the declaration that it was made from."""
    declared = declaration(requirement("flask", pinned=False), locked=("flask",))

    evidence = CHECK.run(context_of(tmp_path, {}, declaration=declared))

    assert evidence.status is Status.PASSED


def test_a_lock_file_of_something_else_pins_nothing(tmp_path: Path) -> None:
    """What it does not name stays open."""
    declared = declaration(requirement("flask", pinned=False), locked=("blinker",))

    evidence = CHECK.run(context_of(tmp_path, {}, declaration=declared))

    assert evidence.status is Status.FAILED
    assert evidence.summary == "0 of 1 main requirements are pinned to one version."


def test_one_name_with_two_markers_is_one_item(tmp_path: Path) -> None:
    """It is pinned if each of them is."""
    declared = declaration(
        requirement("x==1; python_version < '3.12'", pinned=True),
        requirement("x>=2; python_version >= '3.12'", pinned=False, line=2),
    )

    evidence = CHECK.run(context_of(tmp_path, {}, declaration=declared))

    assert [(item.id, item.status) for item in evidence.items] == [("pinning:x", Status.FAILED)]


def test_no_declaration_loses_all(tmp_path: Path) -> None:
    """Nobody knows what to install."""
    evidence = CHECK.run(context_of(tmp_path, {"app.py": ""}))

    assert evidence.status is Status.FAILED
    assert [item.status for item in evidence.items] == [Status.FAILED]
    assert evidence.summary == "No file declares the dependencies."


def test_an_empty_declaration_loses_all(tmp_path: Path) -> None:
    """A file that declares nothing pins nothing."""
    evidence = CHECK.run(context_of(tmp_path, {}, declaration=declaration()))

    assert [item.status for item in evidence.items] == [Status.FAILED]
    assert evidence.summary == "requirements.txt declares no dependency."

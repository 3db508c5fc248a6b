"""What is believed about an image's Pythons."""
# A test's name is its sentence.
# ruff: noqa: D103

import json
from pathlib import Path

import pytest

from flaskgrade.errors import SandboxBroken
from flaskgrade.sandbox.base import Command, Ended, Outcome
from flaskgrade.sandbox.docker_interpreters import interpreters

IMAGE = "sha256:abc"


class Probe:
    """Stands for a sandbox whose probe prints the given facts."""

    def __init__(self, *facts: tuple[str, str, str, str, str]) -> None:
        self.asked = 0
        self._out = "".join(f"{json.dumps(fact)}\n" for fact in facts).encode()

    def __call__(self, command: Command) -> Outcome:
        """Print them."""
        assert command.argv[0] == "/bin/sh"
        self.asked += 1
        return Outcome(
            ended=Ended.EXITED, exit_code=0, signal=None, stdout=self._out, stderr=b"", seconds=0.1
        )


TRIXIE = ("/usr/bin/python3.13", "3.13.5", "x86_64", "glibc", "2.41")


def test_an_image_is_asked_once(tmp_path: Path) -> None:
    probe = Probe(TRIXIE, TRIXIE)
    first = interpreters(probe, image=IMAGE, cache=tmp_path)
    assert interpreters(probe, image=IMAGE, cache=tmp_path) == first
    assert probe.asked == 1
    assert [one.path for one in first] == ["/usr/bin/python3.13"]


@pytest.mark.parametrize(
    ("machine", "libc", "version", "platform"),
    [
        ("x86_64", "glibc", "2.41", "x86_64-manylinux_2_40"),
        ("x86_64", "glibc", "2.36", "x86_64-manylinux_2_36"),
        ("aarch64", "glibc", "2.30", "aarch64-manylinux_2_28"),
        ("x86_64", "glibc", "2.5", None),
        ("x86_64", "", "", "x86_64-unknown-linux-musl"),
        ("riscv64", "glibc", "2.41", None),
    ],
)
def test_a_platform_is_one_that_the_installer_knows(
    tmp_path: Path, machine: str, libc: str, version: str, platform: str | None
) -> None:
    probe = Probe(("/usr/bin/python3.13", "3.13.5", machine, libc, version))
    if platform is None:
        with pytest.raises(SandboxBroken, match="no Python"):
            interpreters(probe, image=IMAGE, cache=tmp_path)
    else:
        assert interpreters(probe, image=IMAGE, cache=tmp_path)[0].platform == platform


def test_an_old_python_is_left_out(tmp_path: Path) -> None:
    probe = Probe(("/usr/bin/python3.8", "3.8.1", "x86_64", "glibc", "2.36"), TRIXIE)
    found = interpreters(probe, image=IMAGE, cache=tmp_path)
    assert [one.version for one in found] == ["3.13.5"]


@pytest.mark.parametrize(
    "written",
    [
        "",
        "{}",
        "[]",
        "[1]",
        '[{"path": "relative", "version": "3.13.5", "platform": "x86_64-manylinux_2_36"}]',
        '[{"path": "/usr/bin/python3", "version": "3.13.5", "platform": "x86_64-evil"}]',
        '[{"path": "/usr/bin/python3", "version": 3, "platform": "x86_64-manylinux_2_36"}]',
    ],
)
def test_a_cache_that_makes_no_sense_is_asked_again(tmp_path: Path, written: str) -> None:
    path = tmp_path / "images" / "abc.json"
    path.parent.mkdir()
    path.write_text(written)
    probe = Probe(TRIXIE)
    assert interpreters(probe, image=IMAGE, cache=tmp_path)[0].version == "3.13.5"
    assert probe.asked == 1
    assert interpreters(probe, image=IMAGE, cache=tmp_path)[0].version == "3.13.5"
    assert probe.asked == 1

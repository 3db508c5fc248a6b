import platform
import sys
from pathlib import Path

from flaskgrade.model.environment import Folder
from flaskgrade.sandbox.base import Command, Mount, Zone
from flaskgrade.sandbox.pythons import MANYLINUX, Pythons, asked, manylinux


def installation(folder: Path, minor: int, says: str) -> Path:
    """Lay out a Python that says what it is told."""
    (folder / "bin").mkdir(parents=True)
    binary = folder / "bin" / f"python3.{minor}"
    binary.write_text(f"#!/bin/sh\necho {says}\n")
    binary.chmod(0o755)
    return binary


def test_the_harnesss_own_python_comes_first() -> None:
    """Tools are run by the Python that flaskgrade itself runs on."""
    first, *others = Pythons().interpreters
    assert first.version == platform.python_version()
    assert Path(first.path).is_relative_to(Path(sys.base_prefix).resolve())
    versions = [tuple(map(int, one.version.split("."))) for one in others]
    assert versions == sorted(versions, reverse=True)


def test_an_old_python_another_kind_and_a_broken_one_are_left_out(tmp_path: Path) -> None:
    """Only CPython from 3.9 on can hold an environment."""
    said = {"old": "cpython 3 8 18", "other": "pypy 3 10 1", "broken": "oops; exit 1"}
    found = {name: asked(installation(tmp_path / name, 9, text)) for name, text in said.items()}
    assert found == {"old": None, "other": None, "broken": None}


def test_siblings_of_the_installation_are_found_and_ordered(tmp_path: Path) -> None:
    """Version managers put installations beside each other."""
    installation(tmp_path / "3.11.1", 11, "cpython 3 11 1")
    installation(tmp_path / "3.9.7", 9, "cpython 3 9 7")
    installation(tmp_path / "3.13.2", 13, "cpython 3 13 2")
    (tmp_path / "empty").mkdir()
    (tmp_path / "latest").symlink_to("3.13.2")
    pythons = Pythons(tmp_path / "3.11.1")
    assert pythons.prefixes == tuple(tmp_path / name for name in ("3.11.1", "3.13.2", "3.9.7"))
    local = [one for one in pythons.interpreters if one.path.startswith(str(tmp_path))]
    assert {one.version for one in local} >= {"3.13.2", "3.9.7"}


def command(*argv: str, folder: Path | None = None, **environment: str) -> Command:
    """Give a command with a mounted folder."""
    mounts: tuple[Mount, ...] = ()
    if folder:
        mounts = (Mount(folder=Folder(backend="bwrap", reference=str(folder)), target="/opt/env"),)
    return Command(
        argv=argv, zone=Zone.CANDIDATE, mounts=mounts, environment=tuple(environment.items())
    )


def test_an_installation_is_needed_where_a_command_names_it(tmp_path: Path) -> None:
    """By its arguments, its environment, a virtual environment's record, or a link in it."""
    for name in ("3.11.1", "3.12.2"):
        installation(tmp_path / name, 11, "cpython 3 11 1")
    ours, other = tmp_path / "3.11.1", tmp_path / "3.12.2"
    pythons = Pythons(ours)

    def needed(wanted: Command) -> list[Path]:
        return [prefix for prefix, target in pythons.needed(wanted) if str(prefix) == target]

    environment, linked = tmp_path / "environment", tmp_path / "linked"
    environment.mkdir()
    (environment / "pyvenv.cfg").write_text(f"home = {other}/bin\n")
    (linked / "bin").mkdir(parents=True)
    (linked / "bin" / "python").symlink_to(other / "bin" / "python3.11")
    assert needed(command("true")) == [ours]
    assert needed(command(f"{other}/bin/python3.11", "-V")) == [ours, other]
    assert needed(command("env", PATH=f"/usr/bin:{other}/bin")) == [ours, other]
    assert needed(command("/opt/env/bin/python", folder=environment)) == [ours, other]
    assert needed(command("/opt/env/bin/python", folder=linked)) == [ours, other]
    assert needed(command("true", folder=tmp_path / "3.11.1")) == [ours]


def test_an_installation_below_usr_needs_no_mount() -> None:
    """The host's /usr is in every sandbox."""
    assert Pythons(Path("/usr")).prefixes == ()
    assert list(Pythons(Path("/usr")).needed(command("true"))) == []


def test_the_platform_is_one_that_uv_knows() -> None:
    """It names the machine and a glibc that is no newer than the host's."""
    machine, _, rest = manylinux().partition("-manylinux_2_")
    assert machine == platform.machine()
    assert int(rest) in MANYLINUX
    assert int(rest) <= int(platform.libc_ver()[1].split(".")[1])

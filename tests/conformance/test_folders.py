"""Every backend: what is mounted, copied, stored, and private."""
# A test's name is its sentence.
# ruff: noqa: D103

import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from flaskgrade.errors import SandboxBroken
from flaskgrade.sandbox.base import MIB, Access, Mount, Sandbox
from tests.conformance.probe import command, limits, sh


def test_a_read_only_mount_can_be_read_and_not_written(sandbox: Sandbox, tree: Path) -> None:
    mount = Mount(folder=sandbox.folder(tree), target="/data/tree")
    script = """
        cat hello.txt link; sub/tool.sh; readlink link
        (echo x >hello.txt) 2>/dev/null || echo no
        (echo x >new) 2>/dev/null || echo no
        rm -f sub/tool.sh 2>/dev/null || echo no
        chmod 777 . 2>/dev/null || echo no
    """
    outcome = sandbox.run(command(sh(script), mounts=(mount,), cwd="/data/tree"))
    assert outcome.stdout == b"hellohellotool\nhello.txt\nno\nno\nno\nno\n"
    assert (tree / "hello.txt").read_text() == "hello"


def test_a_copy_can_be_written_and_the_original_stays(sandbox: Sandbox, tree: Path) -> None:
    (tree / "sub").chmod(0o555)
    (tree / "hello.txt").chmod(0o444)
    mount = Mount(folder=sandbox.folder(tree), target="/app", access=Access.COPY)
    script = """
        cat hello.txt link; sub/tool.sh; readlink link
        echo changed >hello.txt && echo x >new && rm sub/tool.sh && mkdir sub/more && cat link
    """
    first = sandbox.run(command(sh(script), mounts=(mount,), cwd="/app"))
    (tree / "sub").chmod(0o755)
    assert first.stdout == b"hellohellotool\nhello.txt\nchanged\n", first
    assert first.ok, first
    assert (tree / "hello.txt").read_text() == "hello"
    assert not (tree / "new").exists()
    second = sandbox.run(command(sh("cat hello.txt; ls"), mounts=(mount,), cwd="/app"))
    assert second.stdout == b"hellohello.txt\nlink\nsub\n"


def test_a_copy_is_limited_in_size(sandbox: Sandbox, tree: Path) -> None:
    mount = Mount(folder=sandbox.folder(tree), target="/app", access=Access.COPY)
    script = "head -c 20000000 /dev/zero >/app/big; wc -c </app/big"
    outcome = sandbox.run(command(sh(script), mounts=(mount,), limits=limits(tmp_bytes=8 * MIB)))
    assert 7 * MIB < int(outcome.stdout) <= 8 * MIB


def test_several_folders_are_mounted_where_they_belong(sandbox: Sandbox, tree: Path) -> None:
    folder = sandbox.folder(tree)
    mounts = (
        Mount(folder=folder, target="/opt/a"),
        Mount(folder=folder, target="/opt/b", access=Access.COPY),
        Mount(folder=folder, target="/srv/deep/er/c"),
    )
    script = "cat /opt/a/hello.txt /opt/b/hello.txt /srv/deep/er/c/hello.txt; echo x >/opt/b/y"
    outcome = sandbox.run(command(sh(script), mounts=mounts))
    assert outcome.ok, outcome
    assert outcome.stdout == b"hellohellohello"


def test_scratch_is_private_to_each_command(sandbox: Sandbox) -> None:
    first = sandbox.run(command(sh("echo x >/tmp/x; echo x >/dev/shm/x; ls /tmp /dev/shm")))
    second = sandbox.run(command(sh("ls -A /tmp /dev/shm")))
    assert first.stdout == b"/dev/shm:\nx\n\n/tmp:\nx\n"
    assert second.stdout == b"/dev/shm:\n\n/tmp:\n"


def test_the_working_folder_is_the_one_asked_for(sandbox: Sandbox) -> None:
    assert sandbox.run(command(sh("pwd"), cwd="/usr/bin")).stdout == b"/usr/bin\n"
    assert sandbox.run(command(sh("pwd"))).stdout == b"/\n"


def test_a_working_folder_that_does_not_exist_is_our_mistake(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxBroken):
        sandbox.run(command(sh("pwd"), cwd="/no/such/folder"))


def test_a_stored_folder_is_found_again_and_cannot_be_written(
    sandbox: Sandbox, cache: Path
) -> None:
    key = uuid.uuid4().hex
    folder = cache / f"to-store-{key}"
    folder.mkdir()
    (folder / "file").write_text("kept")
    assert sandbox.stored(key) is None
    stored = sandbox.store(key, folder)
    assert not folder.exists()
    assert sandbox.stored(key) == stored
    script = "cat file; (echo x >file) 2>/dev/null || echo no; (echo x >new) 2>/dev/null || echo no"
    mount = Mount(folder=stored, target="/opt/env")
    outcome = sandbox.run(command(sh(script), mounts=(mount,), cwd="/opt/env"))
    assert outcome.stdout == b"keptno\nno\n"


def test_of_two_writers_of_one_key_the_first_wins(sandbox: Sandbox, cache: Path) -> None:
    key = uuid.uuid4().hex
    folders = [cache / f"to-store-{key}-{number}" for number in range(2)]
    for folder in folders:
        folder.mkdir()
        (folder / "file").write_text(folder.name)
    first = sandbox.store(key, folders[0])
    second = sandbox.store(key, folders[1])
    assert first == second
    assert not any(folder.exists() for folder in folders)
    outcome = sandbox.run(
        command(sh("cat /opt/env/file"), mounts=(Mount(folder=second, target="/opt/env"),))
    )
    assert outcome.stdout.decode() == folders[0].name


def test_two_writers_at_once_agree(sandbox: Sandbox, cache: Path) -> None:
    key = uuid.uuid4().hex
    folders = [cache / f"to-store-{key}-{number}" for number in range(4)]
    for folder in folders:
        folder.mkdir()
        (folder / "file").write_text(folder.name)
    with ThreadPoolExecutor(4) as pool:
        stored = list(pool.map(lambda folder: sandbox.store(key, folder), folders))
    assert len(set(stored)) == 1
    assert not any(folder.exists() for folder in folders)

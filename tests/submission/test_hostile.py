"""Hostile submissions, each with a harmless canary: nothing runs, nothing leaks, and it is said."""

import hashlib
import os
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from flaskgrade.errors import FlaskgradeError, StageError, SubmissionError, UsageError
from flaskgrade.model.submission import Submission
from flaskgrade.submission.acquire import acquire
from flaskgrade.submission.failures import explain
from flaskgrade.submission.git import GitFailed, GitLimits, Repository
from flaskgrade.submission.writer import disk, is_full, write_all
from tests.submission.conftest import Builder

SECRET = "FG-SECRET-4711"


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """Return a path that exists once an attack has worked."""
    return tmp_path / "canary"


def codes(found: Submission) -> set[str]:
    """Return the codes of the findings."""
    return {finding.code for finding in found.findings}


def test_k01_an_option_never_reaches_git(into: Path, canary: Path) -> None:
    """An argument that git would take for an option is wrong usage."""
    for source in (
        f"--upload-pack=touch {canary};",
        f"-c core.sshCommand=touch${{IFS}}{canary}",
        " --template=/tmp/x https://host/repo",
    ):
        with pytest.raises(UsageError):
            acquire(source, into=into)

    assert not canary.exists()


def test_k01_a_ref_or_folder_is_no_option_either(repo: Builder, into: Path, canary: Path) -> None:
    """Nor is a ref or a sub-directory."""
    for ref, subdir in ((f"--upload-pack=touch {canary}", None), ("x:y", None), (None, "../..")):
        with pytest.raises(UsageError):
            acquire(str(repo.path), into=into, ref=ref, subdir=subdir)

    assert not canary.exists()


def test_k02_a_transport_helper_never_runs(into: Path, canary: Path) -> None:
    """A transport helper, an ssh option and a second line are wrong usage."""
    for source in (
        f"ext::sh -c touch% {canary}",
        "fd::17",
        f"ssh://-oProxyCommand=touch${{IFS}}{canary}/x",
        "https://h/x\n--upload-pack=x",
    ):
        with pytest.raises(UsageError):
            acquire(source, into=into)

    assert not canary.exists()


def test_k03_submodules_are_reported_and_not_fetched(
    repo: Builder, into: Path, canary: Path
) -> None:
    """A submodule, its path and its URL do nothing but become a finding."""
    repo.write(
        ".gitmodules",
        f'[submodule "../../x"]\n\tpath = app/x\r\n\turl = ext::sh -c touch% {canary}\n',
    )
    repo.git("add", ".gitmodules")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},app/x")
    repo.commit_index()

    found = acquire(str(repo.path), into=into)

    assert "tree:submodule" in codes(found)
    assert [file.path for file in found.files] == [".gitmodules", "README.md", "app.py"]
    assert not canary.exists()


def test_k04_a_link_to_a_secret_is_not_made(repo: Builder, into: Path, tmp_path: Path) -> None:
    """A symbolic link, wherever it leads, is reported and not made."""
    (tmp_path / "secret").write_text(SECRET)
    (repo.path / "settings.py").symlink_to(tmp_path / "secret")
    (repo.path / "tests").symlink_to(tmp_path)
    (repo.path / "environ").symlink_to("/proc/self/environ")
    repo.commit()

    found = acquire(str(repo.path), into=into)

    locations = [str(f.location) for f in found.findings if f.code == "tree:symlink"]
    assert locations == ["environ", "settings.py", "tests"]
    assert not any(path.is_symlink() for path in found.root.rglob("*"))
    assert not any(SECRET in path.read_text() for path in found.root.rglob("*"))


def test_k05_nothing_is_written_through_a_link(repo: Builder, into: Path, tmp_path: Path) -> None:
    """A tree that holds a link and a file below it writes nothing where the link leads."""
    target = tmp_path / "target"
    target.mkdir()
    blob = repo.blob(b"planted\n")
    link = repo.blob(os.fsencode(target))
    inner = raw_tree(repo, [(b"100644", b"planted.py", blob)])
    tree = raw_tree(repo, [(b"120000", b"out", link), (b"40000", b"out", inner)])
    repo.commit_tree(tree)

    found = acquire(str(repo.path), into=into)

    assert list(target.iterdir()) == []
    assert "tree:symlink" in codes(found)
    assert (found.root / "out/planted.py").read_text() == "planted\n"
    assert not (found.root / "out").is_symlink()


def raw_object(repo: Builder, kind: bytes, body: bytes) -> str:
    """Store an object as git itself never would, and return its hash."""
    data = kind + b" %d\0" % len(body) + body
    name = hashlib.sha1(data).hexdigest()
    path = repo.path / ".git/objects" / name[:2] / name[2:]
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        path.write_bytes(zlib.compress(data, 1))
    return name


def raw_tree(repo: Builder, entries: list[tuple[bytes, bytes, str]]) -> str:
    """Store a tree of (mode, name, hash), in that order, whatever it says."""
    body = b"".join(mode + b" " + name + b"\0" + bytes.fromhex(h) for mode, name, h in entries)
    return raw_object(repo, b"tree", body)


def test_k06_a_tree_bomb_is_refused(build: Callable[..., Builder], into: Path) -> None:
    """Ten thousand million files in a few kilobytes are refused at once, unwritten."""
    repo = build()
    tree = raw_tree(repo, [(b"100644", b"f%d" % n, repo.blob(b"x")) for n in range(10)])
    for _ in range(9):
        tree = raw_tree(repo, [(b"40000", b"d%d" % n, tree) for n in range(10)])
    repo.commit_tree(tree)
    start = time.monotonic()

    with pytest.raises(SubmissionError, match="more than 5000"):
        acquire(str(repo.path), into=into)

    assert time.monotonic() - start < 15
    assert list(into.iterdir()) == []


@pytest.mark.parametrize("bottom", ["empty", "symlink"])
def test_k06_a_bomb_of_no_files_is_refused(
    build: Callable[..., Builder], into: Path, bottom: str
) -> None:
    """As many empty folders, or links, are refused as well."""
    repo = build()
    below = [] if bottom == "empty" else [(b"120000", b"l", repo.blob(b"/"))]
    tree = raw_tree(repo, below)
    for _ in range(9):
        tree = raw_tree(repo, [(b"40000", b"d%d" % n, tree) for n in range(10)])
    repo.commit_tree(tree)

    with pytest.raises(SubmissionError, match="more than 5000"):
        acquire(str(repo.path), into=into)


@pytest.mark.parametrize("depth", [25, 1500])
def test_k06_a_deep_tree_is_refused(build: Callable[..., Builder], into: Path, depth: int) -> None:
    """A tree nested beyond the limit is refused, however deep."""
    repo = build()
    tree = raw_tree(repo, [(b"100644", b"f", repo.blob(b"x"))])
    for _ in range(depth):
        tree = raw_tree(repo, [(b"40000", b"a", tree)])
    repo.commit_tree(tree)

    with pytest.raises(SubmissionError, match="over the limit"):
        acquire(str(repo.path), into=into)


def test_k07_a_blob_bomb_is_not_even_fetched(build: Callable[..., Builder], into: Path) -> None:
    """A huge file that packs well is refused without being unpacked."""
    repo = build()
    repo.write("data.bin", b"\0" * 80_000_000)
    repo.commit()
    start = time.monotonic()

    with pytest.raises(SubmissionError, match=r"a file of more than 10 MB: data\.bin"):
        acquire(str(repo.path), into=into)

    assert time.monotonic() - start < 15
    assert list(into.iterdir()) == []


def test_k07_a_pack_over_the_limit_is_cut_off(build: Callable[..., Builder], into: Path) -> None:
    """What git writes while it fetches is limited, too."""
    repo = build()
    for number in range(4):
        repo.write(f"noise{number}", os.urandom(900_000))
    repo.commit()

    with pytest.raises(SubmissionError, match="over the limit"):
        acquire(str(repo.path), into=into, git_limits=GitLimits(file_bytes=1_000_000))


def test_k08_an_embedded_repository_runs_nothing(repo: Builder, into: Path, canary: Path) -> None:
    """A bare repository inside the tree, named as the path or not, runs nothing."""
    for name in ("objects/.keep", "refs/.keep", "wt/.keep"):
        repo.write(f"docs/x/{name}", "")
    repo.write("docs/x/HEAD", "ref: refs/heads/main\n")
    repo.write(
        "docs/x/config",
        f'[core]\n\tbare = false\n\tworktree = "wt"\n\tfsmonitor = "touch {canary}; false"\n',
    )
    repo.commit()

    found = acquire(str(repo.path / "docs/x"), into=into)

    assert found.subdir == "docs/x"
    assert found.has("config")
    assert not canary.exists()


def test_a_hostile_configuration_of_a_local_repository_runs_nothing(
    repo: Builder, into: Path, canary: Path
) -> None:
    """No monitor, hook, filter, helper or alias of the repository's own configuration runs."""
    touch = f"touch {canary}; cat"
    repo.write(".gitattributes", "*.py filter=evil diff=evil merge=evil\n")
    repo.commit()
    for key in (
        "core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "core.gitProxy",
        "core.alternateRefsCommand", "core.askPass", "filter.evil.clean", "filter.evil.smudge",
        "filter.evil.process", "diff.evil.textconv", "diff.evil.command", "diff.external",
        "uploadpack.packObjectsHook", "credential.helper", "alias.upload-pack", "gpg.program",
        "remote.origin.uploadpack", "sequence.editor", "alias.status",
    ):  # fmt: skip
        repo.git("config", key, touch)
    repo.git("config", "filter.evil.required", "true")
    repo.git("config", "core.hooksPath", str(repo.path / "hooks"))
    hooks = "post-checkout reference-transaction post-index-change pre-auto-gc fsmonitor-watchman"
    for hook in hooks.split():
        for folder in ("hooks", ".git/hooks"):
            repo.write(f"{folder}/{hook}", f"#!/bin/sh\ntouch {canary}\n")
            (repo.path / folder / hook).chmod(0o755)
    repo.write("app.py", "changed = 1\n")

    found = acquire(str(repo.path), into=into)

    assert found.dirty
    assert found.text("app.py") == "app = 1\n"
    assert not canary.exists()


def test_a_promisor_of_a_local_repository_is_not_asked(
    repo: Builder, into: Path, canary: Path
) -> None:
    """A repository that lacks objects and names a command to get them is damaged, and no more."""
    blob = repo.git("rev-parse", "HEAD:app.py")
    (repo.path / ".git/objects" / blob[:2] / blob[2:]).unlink()
    repo.git("config", "extensions.partialClone", "origin")
    repo.git("config", "core.repositoryFormatVersion", "1")
    repo.git("config", "remote.origin.promisor", "true")
    repo.git("config", "remote.origin.url", str(repo.path))
    repo.git("config", "remote.origin.uploadpack", f"touch {canary}; git-upload-pack")

    with pytest.raises(SubmissionError):
        acquire(str(repo.path), into=into)

    assert not canary.exists()


def test_a_nested_repository_runs_nothing(repo: Builder, into: Path, canary: Path) -> None:
    """A submodule's own repository in the working tree is not looked into."""
    inner = Builder(repo.path / "vendor")
    head = inner.commit(x__py="x")
    inner.git("config", "core.fsmonitor", f"touch {canary}; false")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{head},vendor")
    repo.commit_index()
    inner.write("x.py", "changed")

    found = acquire(str(repo.path), into=into)

    assert "tree:submodule" in codes(found)
    assert not canary.exists()


NAMES = [
    b"a\nb.py",
    b"\x1b]0;pwn\x07.py",
    b"--config=x.py",
    "\u202eyp.x.py".encode(),
    b"x" * 250 + b".py",
    b"\xff\xfe.py",
    b"$(touch canary).py",
    b"|pipe|`x`.py",
    b"<img src=x onerror=alert(1)>.py",
    b'quote".py',
    b"back\\slash.py",
    b" .py",
]


def test_k09_odd_names_are_taken_or_reported(build: Callable[..., Builder], into: Path) -> None:
    """A name that text can hold is taken, with a finding where it can't be shown."""
    repo = build()
    for name in NAMES:
        repo.write(b"app/" + name, "import os\n")
    repo.commit()

    found = acquire(str(repo.path), into=into)

    left_out = {b"x" * 250 + b".py", b"\xff\xfe.py"}
    assert {file.path.encode() for file in found.files} == {
        b"app/" + name for name in NAMES if name not in left_out
    }
    assert {os.fsencode(p.name) for p in (found.root / "app").iterdir()} == set(NAMES) - left_out
    odd = [f for f in found.findings if f.code == "tree:odd-name"]
    assert len(odd) == 5
    assert all(str(f.location).isprintable() and f.message.isprintable() for f in odd)


@pytest.mark.parametrize("name", [b"..", b".", b".git", b".GIT", b"a/../../../evil", b"/evil", b""])
def test_a_name_that_leads_out_is_left_out(repo: Builder, into: Path, name: bytes) -> None:
    """A name that git would never store, but a crafted tree can, is left out and reported."""
    blob = repo.blob(b"evil\n")
    repo.commit_tree(raw_tree(repo, [(b"100644", name, blob), (b"100644", b"app.py", blob)]))

    try:
        found = acquire(str(repo.path), into=into)
    except SubmissionError:
        assert name == b""  # git itself calls that tree corrupt
        return
    assert [file.path for file in found.files] == ["app.py"]
    assert codes(found) & {"tree:odd-name", "tree:git-folder"}
    assert [path.name for path in into.iterdir()] == ["tree"]


def test_k10_no_filter_runs_and_a_pointer_stays_text(
    repo: Builder, into: Path, canary: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No filter runs, not one of the user's either, and an LFS pointer stays text."""
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 9999999\n"
    repo.write(".gitattributes", "*.py filter=lfs eol=crlf ident\n*.bin filter=lfs\n")
    repo.write("big.bin", pointer)
    repo.commit(app__py="$Id$\n")
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(
        f'[filter "lfs"]\n\tsmudge = touch {canary}; cat\n\tclean = touch {canary}; cat\n'
        "\trequired = true\n"
    )
    monkeypatch.setenv("HOME", str(home))

    found = acquire(str(repo.path), into=into)

    assert found.text("big.bin") == pointer
    assert found.text("app.py") == "$Id$\n"
    assert "tree:lfs-pointer" in codes(found)
    assert not canary.exists()


def test_k11_names_that_fold_together_count_once(build: Callable[..., Builder], into: Path) -> None:
    """Of names that some file system folds together one is taken, the same one everywhere."""
    repo = build()
    for path in ("README", "Readme", "readme", "App/x", "app/x", "App/y", "caf\u00e9.py",
                 "cafe\u0301.py", "name", "NAME/inside"):  # fmt: skip
        repo.index(path.encode(), repo.blob(path.encode()))
    repo.commit_index()

    found = acquire(str(repo.path), into=into)

    assert [file.path for file in found.files] == ["app/x", "caf\u00e9.py", "name", "readme"]
    assert found.text("app/x") == "app/x"
    assert len([f for f in found.findings if f.code == "tree:collision"]) == 6


def test_no_variable_of_ours_reaches_git(
    repo: Builder, into: Path, canary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a secret nor a setting of git's in our environment reaches git."""
    monkeypatch.setenv("FG_SECRET", SECRET)
    monkeypatch.setenv("GIT_DIR", "/nonexistent")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "alias.leak")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", f"!touch {canary}")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", f"touch {canary}")
    repository = Repository(into, GitLimits())

    seen = repository.output("-c", "alias.show-env=!env", "show-env").decode()

    assert SECRET not in seen
    assert "GIT_DIR=/nonexistent" not in seen
    assert "GIT_CONFIG_COUNT" not in seen
    assert not canary.exists()
    assert acquire(str(repo.path), into=into).tree == repo.tree()


def test_a_flood_of_messages_ends_the_command(into: Path) -> None:
    """A command that floods either pipe is ended, and little of it is kept."""
    repository = Repository(into, GitLimits(output_bytes=100_000, seconds=20))
    for pipe in ("1", "2"):
        with pytest.raises(GitFailed) as caught:
            repository.output("-c", f"alias.flood=!yes >&{pipe}", "flood")

        assert caught.value.limit == "output"
        assert len(caught.value.stderr) < 20_000


def test_a_command_that_is_left_is_dead_with_its_children(into: Path, tmp_path: Path) -> None:
    """Leaving a command, by ^C or an error, ends all that it started."""
    repository = Repository(into, GitLimits())
    note = tmp_path / "pid"

    hang = f"alias.hang=!sh -c 'echo $$ >{note}; echo started; exec sleep 60'"

    def interrupted() -> None:
        with repository.stream("-c", hang, "hang") as chunks:
            assert next(chunks) == b"started\n"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    child = int(note.read_text())
    for _ in range(100):
        if not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text():
            return
        time.sleep(0.02)
    pytest.fail("the child lives")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("fatal: write error: No space left on device", StageError),
        ("error: unable to write file x: Disk quota exceeded", StageError),
        ("remote: fatal: x: No space left on device", SubmissionError),
        ("warning: unable to access 'x: No space left on device/y': too long", SubmissionError),
        ("fatal: bad path 'x: No space left on device'", SubmissionError),
    ],
)
def test_only_our_own_disk_is_our_fault(said: str, kind: type[FlaskgradeError]) -> None:
    """A full disk is our fault; a candidate's text that says so is not."""
    assert type(explain(GitFailed(stderr=said, code=128), "x")) is kind


def test_a_full_disk_while_writing_is_our_fault(tmp_path: Path) -> None:
    """A full disk while a file is written is our fault, and no traceback; another error stays."""
    with open("/dev/full", "wb", buffering=0) as full, pytest.raises(StageError, match="disk"):  # noqa: PTH123 - no buffer
        write_through(full.fileno())
    with pytest.raises(OSError, match="Bad file descriptor"):
        write_through(-1)
    assert not is_full(tmp_path)


def write_through(descriptor: int) -> None:
    """Write as `Writer` does."""
    with disk():
        write_all(descriptor, b"x")


def test_what_a_stranger_wrote_is_shown_without_control() -> None:
    """What git repeats of a stranger's words is cut and cleaned."""
    error = explain(GitFailed(stderr="fatal: \x1b]0;pwn\x07 " + "x" * 9000, code=128), "source")

    assert error.message.isprintable()
    assert len(error.message) < 300


def test_importing_costs_nothing_until_something_is_acquired() -> None:
    """The values of this room can be used without GitPython being loaded."""
    rooms = "flaskgrade.submission.source, flaskgrade.submission.tree"
    code = f"import sys, {rooms}; print('git' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"

"""Submissions are acquired from real repositories: what lands on disk, and what is said of it."""

import functools
import http.server
import os
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from flaskgrade.errors import SubmissionError, UsageError
from flaskgrade.submission.acquire import acquire
from flaskgrade.submission.git import GitLimits
from flaskgrade.submission.tree import TreeLimits
from tests.submission.conftest import Builder


def test_a_working_tree_is_acquired_at_its_head(repo: Builder, into: Path) -> None:
    """A working tree is acquired at its head, with git's own commit and tree hash."""
    found = acquire(str(repo.path), into=into)

    assert found.kind == "path"
    assert found.root == into / "tree"
    assert found.commit == repo.git("rev-parse", "HEAD")
    assert found.tree == repo.tree()
    assert [(file.path, file.size) for file in found.files] == [("README.md", 8), ("app.py", 8)]
    assert found.text("app.py") == "app = 1\n"
    assert found.findings == ()
    assert not found.dirty


def test_nothing_but_the_tree_stays(repo: Builder, into: Path) -> None:
    """Nothing but the tree stays: no repository, no configuration, no credentials."""
    acquire(str(repo.path), into=into)

    assert [path.name for path in into.iterdir()] == ["tree"]
    assert sorted(path.name for path in (into / "tree").iterdir()) == ["README.md", "app.py"]


def test_modes_are_open_to_read_and_keep_the_executable_bit(
    build: Callable[..., Builder], into: Path
) -> None:
    """Whatever our umask: files are 0644 or 0755, folders 0755, all of them ours alone to write."""
    repo = build()
    repo.write("bin/run.sh", "#!/bin/sh\n")
    (repo.path / "bin/run.sh").chmod(0o755)
    repo.commit(app__py="x")
    before = os.umask(0o077)
    try:
        root = acquire(str(repo.path), into=into).root
    finally:
        os.umask(before)

    modes = {
        p.relative_to(root).as_posix(): stat.S_IMODE(p.stat().st_mode) for p in root.rglob("*")
    }
    assert modes == {"app.py": 0o644, "bin": 0o755, "bin/run.sh": 0o755}
    assert stat.S_IMODE(root.stat().st_mode) == 0o755


def test_the_history_is_facts(repo: Builder, into: Path) -> None:
    """The history is facts: newest first, with numbers, and nobody's name."""
    second = repo.commit("Change\n\nand more", app__py="app = 2\nb = 3\n", new__bin="\0\1")

    found = acquire(str(repo.path), into=into)

    assert [(c.id, c.subject, c.insertions, c.deletions, c.files) for c in found.history] == [
        (second, "Change", 2, 1, 2),
        (repo.git("rev-parse", "HEAD~1"), "Start", 2, 0, 2),
    ]
    assert found.history[0].authored == "2024-03-01T10:00:00+01:00"
    assert found.history_complete
    assert "Ada" not in repr(found)


def test_a_long_history_is_cut_and_says_so(build: Callable[..., Builder], into: Path) -> None:
    """Of more than 500 commits the newest 500 are read, and the history is not complete."""
    repo = build()
    stream = b"".join(
        b"commit refs/heads/main\ncommitter A <a@b> %d +0000\ndata 2\nc\n"
        b"M 644 inline f.txt\ndata %d\n%d\n" % (1_700_000_000 + n, len(str(n)) + 1, n)
        for n in range(600)
    )
    repo.git("fast-import", "--quiet", stdin=stream)

    found = acquire("file://" + str(repo.path), into=into)

    assert len(found.history) == 500
    assert not found.history_complete


def test_a_shallow_clone_says_that_its_history_is_not_complete(
    repo: Builder, into: Path, tmp_path: Path
) -> None:
    """A shallow clone says that its history is not complete."""
    repo.commit("Second", app__py="2")
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.path}", str(tmp_path / "short"))

    found = acquire(str(tmp_path / "short"), into=into)

    assert [commit.subject for commit in found.history] == ["Second"]
    assert not found.history_complete


def test_a_large_file_of_the_past_does_not_end_the_history(repo: Builder, into: Path) -> None:
    """A file over the limit that has been removed since costs neither the grade nor the history."""
    repo.commit("Oops", dump__sql="a line\n" * 30_000)
    (repo.path / "dump.sql").unlink()
    repo.commit("Remove it")

    found = acquire(str(repo.path), into=into, limits=TreeLimits(file_bytes=100_000))

    assert [commit.subject for commit in found.history] == ["Remove it", "Oops", "Start"]
    assert found.history_complete


@pytest.mark.parametrize("name", ["dev", "v1", "refs/heads/dev", "refs/pull/7/head"])
def test_a_ref_of_any_kind_is_followed(repo: Builder, into: Path, name: str) -> None:
    """A branch, a tag and a full ref are followed to their commit."""
    repo.git("checkout", "--quiet", "-b", "dev")
    wanted = repo.commit("On dev", app__py="dev")
    repo.git("tag", "--annotate", "-m", "one", "v1")
    repo.git("update-ref", "refs/pull/7/head", wanted)
    repo.git("checkout", "--quiet", "main")

    found = acquire(str(repo.path), into=into, ref=name)

    assert (found.commit, found.ref, found.text("app.py")) == (wanted, name, "dev")


@pytest.mark.parametrize("digits", [7, 12, 40])
def test_a_commit_is_found_by_its_hash(repo: Builder, into: Path, digits: int) -> None:
    """A commit is found by its hash, short or full."""
    wanted = repo.git("rev-parse", "HEAD")
    repo.commit("Later", app__py="later")

    found = acquire(f"file://{repo.path}", into=into, ref=wanted[:digits])

    assert found.commit == wanted


def test_a_subdir_is_graded_as_a_tree_of_its_own(build: Callable[..., Builder], into: Path) -> None:
    """A sub-directory is graded as a tree of its own, with the history that touched it."""
    repo = build()
    repo.write("api/app.py", "x = 1\n")
    repo.commit("API")
    repo.commit("Docs", README__md="hi")

    found = acquire(str(repo.path), into=into, subdir="./api/")

    assert found.tree == repo.git("rev-parse", "HEAD:api")
    assert [file.path for file in found.files] == ["app.py"]
    assert [commit.subject for commit in found.history] == ["API"]
    assert found.subdir == "api"


def test_a_folder_in_a_working_tree_is_a_subdir(build: Callable[..., Builder], into: Path) -> None:
    """The path of a folder in a working tree means that folder of its repository."""
    repo = build()
    repo.write("services/api/app.py", "x = 1\n")
    repo.commit()

    found = acquire(str(repo.path / "services"), into=into, subdir="api")

    assert found.subdir == "services/api"
    assert [file.path for file in found.files] == ["app.py"]


@pytest.mark.parametrize("bare", ["bare.git", "candidate/.git"])
def test_a_bare_repository_is_a_path_too(
    repo: Builder, into: Path, tmp_path: Path, bare: str
) -> None:
    """A bare repository, or the .git folder itself, is a path like any other."""
    repo.git("clone", "--quiet", "--bare", str(repo.path), str(tmp_path / "bare.git"))

    assert acquire(str(tmp_path / bare), into=into).tree == repo.tree()


def test_a_linked_working_tree_has_a_head_of_its_own(
    repo: Builder, into: Path, tmp_path: Path
) -> None:
    """A linked working tree is graded at its own head."""
    repo.git("worktree", "add", "--quiet", "-b", "other", str(tmp_path / "linked"))
    (tmp_path / "linked" / "app.py").write_text("other")
    repo.git("-C", str(tmp_path / "linked"), "commit", "--quiet", "-am", "Other")

    found = acquire(str(tmp_path / "linked"), into=into)

    assert found.text("app.py") == "other"


@pytest.mark.parametrize("change", ["edit", "stage", "untracked", "delete", "mode"])
def test_uncommitted_changes_are_seen_and_not_graded(
    repo: Builder, into: Path, change: str
) -> None:
    """A working tree with any change is dirty, and graded as it was committed."""
    if change in {"edit", "stage"}:
        repo.write("app.py", "changed")
    if change == "stage":
        repo.git("add", "app.py")
    if change == "untracked":
        repo.write("new.py")
    if change == "delete":
        (repo.path / "app.py").unlink()
    if change == "mode":
        (repo.path / "app.py").chmod(0o755)

    found = acquire(str(repo.path), into=into)

    assert found.dirty
    assert found.tree == repo.tree()


def test_what_is_ignored_is_no_change(repo: Builder, into: Path) -> None:
    """What .gitignore or .git/info/exclude names is no change."""
    repo.commit(__gitignore="*.log\n")
    repo.write("a.log")
    repo.write(".git/info/exclude", "venv/\n")
    repo.write("venv/x.py")

    assert not acquire(str(repo.path), into=into).dirty


def test_a_change_outside_the_subdir_is_none(build: Callable[..., Builder], into: Path) -> None:
    """For a sub-directory, only changes in it count."""
    repo = build()
    repo.write("api/app.py")
    repo.commit()
    repo.write("other.py")

    assert not acquire(str(repo.path / "api"), into=into).dirty


def test_the_candidates_repository_is_not_touched(repo: Builder, into: Path) -> None:
    """The repository that is read stays as it was, to the byte and the time stamp."""

    def state() -> list[tuple[str, int, int]]:
        return sorted(
            (str(p), p.lstat().st_mtime_ns, p.lstat().st_size) for p in repo.path.rglob("*")
        )

    repo.write("app.py", "changed")
    before = state()

    acquire(str(repo.path), into=into)

    assert state() == before


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder over HTTP on loopback, as the plainest host there is."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_a_host_is_cloned_over_http(repo: Builder, into: Path, tmp_path: Path) -> None:
    """A repository is cloned over HTTP, from a host that knows nothing of depth or filters."""
    repo.git("clone", "--quiet", "--bare", str(repo.path), str(tmp_path / "www" / "o" / "r"))
    repo.git("-C", str(tmp_path / "www/o/r"), "update-server-info")

    with served(tmp_path / "www") as host:
        found = acquire(f"{host}/o/r", into=into)

    assert (found.kind, found.tree) == ("git", repo.tree())
    assert found.history_complete


def test_a_pull_request_is_its_ref(repo: Builder, into: Path, tmp_path: Path) -> None:
    """A pull request's address is cloned at the ref that its host keeps for it."""
    repo.git("checkout", "--quiet", "-b", "theirs")
    wanted = repo.commit("Their work", app__py="theirs")
    repo.git("clone", "--quiet", "--bare", str(repo.path), str(tmp_path / "www" / "o" / "r"))
    repo.git("-C", str(tmp_path / "www/o/r"), "update-ref", "refs/pull/3/head", wanted)
    repo.git("-C", str(tmp_path / "www/o/r"), "update-server-info")

    with served(tmp_path / "www") as host:
        found = acquire(f"{host}/o/r/pull/3/files", into=into)

    assert (found.kind, found.commit) == ("pull-request", wanted)
    assert found.source.endswith("/o/r/pull/3")
    assert found.ref == "refs/pull/3/head"


def test_credentials_reach_the_host_and_nothing_else(
    repo: Builder, into: Path, tmp_path: Path
) -> None:
    """Credentials are sent to a host that asks, and appear in no value, error or progress."""
    repo.git("clone", "--quiet", "--bare", str(repo.path), str(tmp_path / "www" / "r"))
    repo.git("-C", str(tmp_path / "www/r"), "update-server-info")
    seen: list[str | None] = []

    class Asking(http.server.SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            """Serve only those who say who they are."""
            seen.append(self.headers.get("Authorization"))
            if seen[-1] == "Basic YWRhOnMzY3JldA==":  # ada:s3cret
                super().do_GET()
            else:
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="x"')
                self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    said: list[str] = []
    handler = functools.partial(Asking, directory=str(tmp_path / "www"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            host = f"127.0.0.1:{server.server_port}"
            found = acquire(f"http://ada:s3cret@{host}/r", into=into, progress=said.append)
            with pytest.raises(SubmissionError) as refused:
                acquire(f"http://ada:wr0ng@{host}/r", into=tmp_path)
            with pytest.raises(SubmissionError):
                acquire(f"http://{host}/r", into=tmp_path)
        finally:
            server.shutdown()
            thread.join()

    assert found.source == f"http://{host}/r"
    assert "s3cret" not in repr(found) + "".join(said)
    assert "wr0ng" not in refused.value.message + refused.value.hint + str(refused.value.__cause__)
    assert "private" in refused.value.message


def refused(source: str, into: Path, **options: object) -> SubmissionError:
    """Return the error of a submission that can't be had."""
    with pytest.raises(SubmissionError) as caught:
        acquire(source, into=into, **options)  # type: ignore[arg-type]  # any keyword of it
    assert caught.value.hint
    return caught.value


def test_each_thing_that_can_be_missing_has_its_own_words(
    repo: Builder, build: Callable[..., Builder], into: Path, tmp_path: Path
) -> None:
    """A missing path, repository, commit, ref and folder each have their own words."""
    (tmp_path / "plain").mkdir()
    (tmp_path / "file.txt").touch()
    empty = build("empty")
    path = str(repo.path)

    assert "there is no" in refused(str(tmp_path / "nowhere"), into).message
    assert "not under git" in refused(str(tmp_path / "plain"), into).message
    assert "neither a folder nor an archive" in refused(str(tmp_path / "file.txt"), into).message
    assert "no commits" in refused(str(empty.path), into).message
    assert "no git repository" in refused(f"file://{tmp_path}/nowhere", into).message
    assert "main" in refused(path, into, ref="mian").hint
    assert "no branch, tag or commit" in refused(path, into, ref="f" * 40).message
    assert "no folder" in refused(path, into, subdir="api").message
    assert "not a folder" in refused(path, into, subdir="app.py").message
    assert "https://github.com/o/r" in refused("github.com/o/r", into).hint
    assert list(into.iterdir()) == []


def test_a_head_without_a_branch_asks_for_a_ref(repo: Builder, into: Path) -> None:
    """Where the default branch does not exist, the others are named."""
    repo.git("symbolic-ref", "HEAD", "refs/heads/gone")

    error = refused(str(repo.path), into)

    assert "default branch" in error.message
    assert "main" in error.hint


def test_a_host_that_is_down_could_not_be_reached(into: Path) -> None:
    """A host that is down could not be reached."""
    assert "could not be reached" in refused("http://127.0.0.1:1/o/r", into).message


def test_a_request_and_an_archive_take_no_ref(into: Path) -> None:
    """A pull request has its own ref, an archive none: --ref is wrong usage there."""
    for source in ("https://github.com/o/r/pull/1", "x.zip"):
        with pytest.raises(UsageError):
            acquire(source, into=into, ref="main")


def test_time_runs_out_with_a_clear_error(repo: Builder, into: Path) -> None:
    """Git that takes longer than it may is ended, and that is what is said."""
    error = refused(str(repo.path), into, git_limits=GitLimits(seconds=0.0))

    assert "too long" in error.message


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (TreeLimits(entries=1), "more than 1 files"),
        (TreeLimits(total_bytes=10), "of files"),
        (TreeLimits(file_bytes=7), "a file of more than"),
        (TreeLimits(depth=0), "nested deeper"),
    ],
)
def test_a_tree_over_a_limit_says_which(
    repo: Builder, into: Path, limits: TreeLimits, words: str
) -> None:
    """A tree over a limit is refused before anything is written, and the error names the limit."""
    assert words in refused(str(repo.path), into, limits=limits).message
    assert list(into.iterdir()) == []


def test_git_that_is_missing_is_said_so(
    repo: Builder, into: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without git, a repository can't be had, and the error says what to install."""
    monkeypatch.setenv("PATH", str(tmp_path))

    assert "git is not installed" in refused(str(repo.path), into).message


def test_git_that_is_too_old_is_said_so(
    repo: Builder, into: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A git that is too old is not used."""
    old = tmp_path / "bin" / "git"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho git version 2.17.1\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{old.parent}:{os.environ['PATH']}")

    error = refused(str(repo.path), into)

    assert "2.17.1 is too old" in error.message
    assert "2.32" in error.hint

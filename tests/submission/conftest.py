"""Real repositories, built by a small builder, and an empty folder to acquire into."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_AUTHOR_DATE": "2024-03-01T10:00:00+01:00",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_COMMITTER_DATE": "2024-03-01T10:00:00+01:00",
}


class Builder:
    """A repository that is built step by step, with the git that a candidate would use."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main", ".")

    def git(self, *arguments: str | bytes, stdin: bytes = b"") -> str:
        """Run git and return what it prints, without the line end."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.path,
            env=ENVIRONMENT,
            input=stdin,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def write(self, path: str | bytes, content: str | bytes = "x = 1\n") -> None:
        """Write a file of the working tree."""
        file = self.path / os.fsdecode(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, message: str = "work", **files: str) -> str:
        """Write files (`app__py` is app.py), commit all that there is, and return the commit."""
        for name, content in files.items():
            self.write(name.replace("__", "."), content)
        self.git("add", "--all", "--force", ".")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    def blob(self, content: bytes) -> str:
        """Store a blob and return its hash."""
        return self.git("hash-object", "-w", "--stdin", stdin=content)

    def index(self, path: bytes, blob: str, mode: str = "100644") -> None:
        """Put an entry of any path into the index, past the working tree."""
        self.git(
            "update-index", "-z", "--add", "--index-info", stdin=f"{mode} {blob}\t".encode() + path
        )

    def commit_index(self, message: str = "work") -> str:
        """Commit what is in the index alone."""
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD")

    def commit_tree(self, tree: str) -> str:
        """Make a commit of a tree, by its hash, the head of main."""
        commit = self.git("commit-tree", "-m", "made by hand", tree)
        self.git("update-ref", "refs/heads/main", commit)
        return commit

    def tree(self, revision: str = "HEAD") -> str:
        """Return the tree hash of a revision."""
        return self.git("rev-parse", f"{revision}^{{tree}}")


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., Builder]:
    """Return a maker of repositories, in folders of their own."""

    def make(name: str = "candidate") -> Builder:
        return Builder(tmp_path / name)

    return make


@pytest.fixture
def repo(build: Callable[..., Builder]) -> Builder:
    """Return a repository with one honest commit."""
    builder = build()
    builder.commit("Start", app__py="app = 1\n", README__md="# Hello\n")
    return builder


@pytest.fixture
def into(tmp_path: Path) -> Path:
    """Return an empty scratch folder."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder

"""A host with one candidate's private repository: git over HTTP, and the comments' API."""

import base64
import gzip
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.hosting import hosts

READER = "reads-0nly"  # a token


@dataclass
class TakeHome(hosts.Conversation):
    """A pull request and the bare repository that it is in."""

    bare: Path = field(default_factory=Path)


class Handler(hosts.Handler):
    """Serves git beside the API; who reads needs the reader's token."""

    def do_GET(self) -> None:  # noqa: N802 - the name that its base calls
        """Advertise refs, or leave it to the API."""
        if "/info/refs" in self.path:
            self.git(
                "--advertise-refs",
                kind="advertisement",
                begin=b"001e# service=git-upload-pack\n0000",
            )
        else:
            super().do_GET()

    def do_POST(self) -> None:  # noqa: N802
        """Send a pack, or leave it to the API."""
        if self.path.endswith("/git-upload-pack"):
            self.git(kind="result")
        else:
            super().do_POST()

    def git(self, *options: str, kind: str, begin: bytes = b"") -> None:
        """Answer as git's smart HTTP protocol does: gitprotocol-http(5)."""
        talk = self.server.conversation
        assert isinstance(talk, TakeHome)
        talk.heard.append(f"git {self.path}")
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        login = base64.b64decode(self.headers.get("Authorization", "").removeprefix("Basic "))
        if not self.path.startswith(
            (f"/{talk.repository}/", f"/{talk.repository}.git/")
        ) or not login.endswith(f":{READER}".encode()):
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="git"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if self.headers.get("Content-Encoding") == "gzip":
            sent = gzip.decompress(sent)
        done = subprocess.run(
            ["git", "upload-pack", "--stateless-rpc", *options, str(talk.bare)],
            input=sent,
            env={**os.environ, "GIT_PROTOCOL": self.headers.get("Git-Protocol", "")},
            capture_output=True,
            check=False,
        )
        data = begin + done.stdout
        self.send_response(200)
        self.send_header("Content-Type", f"application/x-git-upload-pack-{kind}")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def take_home(work: Path, bare: Path) -> Iterator[tuple[TakeHome, str]]:
    """Serve a repository's HEAD as the head of pull request 7; yield it and the host's address."""
    subprocess.run(["git", "clone", "-q", "--bare", str(work), str(bare)], check=True)
    for setting in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
        subprocess.run(["git", "-C", str(bare), "config", setting, "true"], check=True)
    for ref in ("refs/pull/7/head", "refs/merge-requests/7/head"):
        subprocess.run(["git", "-C", str(bare), "update-ref", ref, "HEAD"], check=True)
    with hosts.serving(TakeHome(bare=bare), handler=Handler) as server:
        talk = server.conversation
        assert isinstance(talk, TakeHome)
        yield talk, server.url

"""Folders of root's, made reachable for the unprivileged users of the sandboxes.

bwrap runs as such a user, and resolves the paths that it is to mount: below /root, say, it can't.
So they are bound into a mount namespace of our own, under a folder that all may enter, and bwrap is
started in there. The namespace has no process: an open descriptor keeps it, and it is gone with us
however we end. No mount on the host changes.
"""

import os
import stat
import subprocess
import threading
from pathlib import Path

from flaskgrade.errors import SandboxUnavailable

STAGE = "/sys"  # exists everywhere, nothing of the user's lies in it, and bwrap has no use for it
MAKE = f"mount -t tmpfs -o mode=0755,size=1m flaskgrade {STAGE} && echo made && read -r _"
BIND = 'mkdir "$1" && mount --rbind -- "$2" "$1"'


class Staging:
    """A mount namespace in which folders are bound; made when first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._staged: dict[Path, str] = {}
        self.namespace: int | None = None

    def path(self, folder: Path) -> str:
        """Return where any user can reach the folder: where it is, or staged.

        A staged path is valid in `namespace` only. Raises SandboxUnavailable.
        """
        if reachable(folder):
            return str(folder)
        with self._lock:
            if folder not in self._staged:
                if self.namespace is None:
                    self.namespace = self._unshared()
                staged = f"{STAGE}/{len(self._staged)}"
                self._run(
                    [
                        *self.entrance(),
                        *("/bin/sh", "-c", BIND, "sh", staged, str(folder)),
                    ],
                    folder,
                )
                self._staged[folder] = staged
            return self._staged[folder]

    def entrance(self) -> list[str]:
        """Return the program that starts another in the namespace; nothing if there is none.

        It is named by a path of ours, so that nobody inherits a descriptor of it.
        """
        if self.namespace is None:
            return []
        return ["nsenter", f"--mount=/proc/{os.getpid()}/fd/{self.namespace}", "--"]

    def _unshared(self) -> int:
        with subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", "/bin/sh", "-c", MAKE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdin and process.stdout and process.stderr  # noqa: S101, PT018 - for mypy
            if process.stdout.readline() != b"made\n":
                raise refusal(process.stderr.read())
            namespace = os.open(f"/proc/{process.pid}/ns/mnt", os.O_RDONLY | os.O_CLOEXEC)
            process.stdin.close()
        return namespace

    def _run(self, argv: list[str], folder: Path) -> None:
        done = subprocess.run(argv, capture_output=True, check=False)
        if done.returncode:
            raise refusal(f"{folder}: ".encode() + done.stderr)

    def close(self) -> None:
        """Let go of the namespace, and with it of every mount in it."""
        with self._lock:
            self._staged.clear()
            if self.namespace is not None:
                os.close(self.namespace)
                self.namespace = None


def reachable(folder: Path) -> bool:
    """Tell whether every user can enter all the folders on the way to this one."""
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in folder.parents)


def refusal(stderr: bytes) -> SandboxUnavailable:
    """Return the error that says why root's folders cannot be staged."""
    said = stderr.decode(errors="replace").strip()
    return SandboxUnavailable(
        "root's folders cannot be made reachable for the sandbox's unprivileged users "
        f"(mounting needs CAP_SYS_ADMIN): {said}",
        hint="Keep flaskgrade, its Python and its cache outside /root, give root CAP_SYS_ADMIN, "
        "or run flaskgrade as an ordinary user.",
    )

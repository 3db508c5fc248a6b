"""What the host holds out while a sandbox is probed: who reaches it has left the sandbox.

A file anyone may read, a process, sockets of each kind, an inheritable descriptor. All carry a
token made for this probing, and all are gone afterwards.
"""

import json
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

WAITING = "import sys; print(flush=True); sys.stdin.read()"


@dataclass(frozen=True, kw_only=True)
class Bait:
    """Where the host can be found, if at all."""

    token: str
    file: Path
    tcp: int
    tcp6: int  # 0 where the host has no IPv6
    udp: socket.socket
    abstract: str
    addresses: tuple[str, ...]  # the host's own, without its loopback
    nameservers: tuple[str, ...]

    def words(self) -> str:
        """Return what the network's probe is told, as JSON."""
        return json.dumps(
            {
                "token": self.token,
                "tcp": self.tcp,
                "tcp6": self.tcp6,
                "udp": self.udp.getsockname()[1],
                "abstract": self.abstract,
                "addresses": self.addresses,
                "nameservers": self.nameservers,
            }
        )

    def datagrams(self) -> int:
        """Return how many datagrams with the token have arrived since they were last counted."""
        count = 0
        with suppress(BlockingIOError):
            while True:
                count += self.udp.recv(4096) == self.token.encode()
        return count


@contextmanager
def bait(folder: Path) -> Iterator[Bait]:
    """Hold it out for as long as the block lasts; `folder` is one that anybody may enter."""
    token = f"probe-{secrets.token_hex(8)}"
    with ExitStack() as stack:
        file = folder / f"{token}.txt"
        file.write_text(token, encoding="ascii")
        file.chmod(0o644)
        stack.callback(file.unlink)
        tcp = stack.enter_context(socket.create_server(("", 0)))
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("", 0))
        udp.setblocking(False)  # noqa: FBT003 - the standard library's
        tcp6 = 0
        with suppress(OSError):
            server = stack.enter_context(socket.create_server(("::1", 0), family=socket.AF_INET6))
            tcp6 = int(server.getsockname()[1])
        listener = stack.enter_context(socket.socket(socket.AF_UNIX))
        listener.bind("\0" + token)
        listener.listen()
        for number in os.pipe():
            os.set_inheritable(number, True)  # noqa: FBT003 - the standard library's
            stack.callback(os.close, number)
        process = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", WAITING, token],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd="/",
            )
        )
        stack.callback(process.kill)
        if process.stdout:
            process.stdout.readline()  # from now on its command line can be seen
        yield Bait(
            token=token,
            file=file,
            tcp=int(tcp.getsockname()[1]),
            tcp6=tcp6,
            udp=udp,
            abstract=token,
            addresses=_addresses(),
            nameservers=_nameservers(),
        )


def _addresses() -> tuple[str, ...]:
    """Return the host's own addresses that a sandbox might reach."""
    found = []
    for elsewhere in ("192.0.2.1", "172.17.0.1", "10.0.0.1"):  # nothing is sent
        with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.connect((elsewhere, 9))
            found.append(str(s.getsockname()[0]))
    return tuple(dict.fromkeys(one for one in found if not one.startswith("127.")))


def _nameservers() -> tuple[str, ...]:
    try:
        lines = Path("/etc/resolv.conf").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    words = [line.split() for line in lines]
    found = [one[1] for one in words if len(one) > 1 and one[0] == "nameserver" and "." in one[1]]
    return tuple(found[:2])

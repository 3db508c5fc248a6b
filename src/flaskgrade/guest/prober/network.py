"""What can be reached from inside: `network.py BAIT_JSON`, as flaskgrade.probes.bait has it."""

from __future__ import annotations

import errno
import json
import os
import socket
import struct
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, os.path.dirname(__file__))  # noqa: PTH120 - beside this file

from telling import apart, refused, say  # type: ignore[import-not-found]

SECONDS = 1.5
VSOCK, ALG, PACKET, NETLINK = 40, 38, 17, 16
NEEDED = {1, 2, 10, NETLINK}  # Unix, IPv4, IPv6; netlink is how a C library finds its loopback
NETLINK_ERROR, SET_LINK, ACKNOWLEDGE = 2, 19, 5


def stream(family: int, address: tuple[Any, ...] | str) -> str:
    """Return how a connection was refused; empty where it was made."""

    def connect() -> None:
        with socket.socket(family, socket.SOCK_STREAM) as s:
            s.settimeout(SECONDS)
            s.connect(address)

    return str(refused(connect))


def datagram(family: int, address: tuple[Any, ...], words: bytes) -> str:
    """Return how a datagram was refused; empty where it left."""

    def send() -> None:
        with socket.socket(family, socket.SOCK_DGRAM) as s:
            s.connect(address)
            s.send(words)

    return str(refused(send))


def told(row: str, attempts: dict[str, str]) -> None:
    """Tell a row whose attempts must all be refused; silence means that packets leave."""
    broken = [
        f"{where}: {'packets leave' if how else 'reached'}"
        for where, how in attempts.items()
        if how in {"", "ETIMEDOUT"}
    ]
    ways = sorted(set(attempts.values()))
    say(row, not broken, "; ".join(broken) or f"{len(attempts)} tried: {', '.join(ways)}")


def addresses(bait: dict[str, Any]) -> None:
    """Try addresses, the host's own and others'."""
    names = [name for _, name in socket.if_nameindex()]
    say("interfaces", set(names) <= {"lo"}, ", ".join(names) or "none")
    own = [*bait["addresses"], "127.0.0.1"]
    told(
        "TCP",
        {
            **{where: stream(socket.AF_INET, (where, bait["tcp"])) for where in own},
            "192.0.2.1": stream(socket.AF_INET, ("192.0.2.1", 80)),
        },
    )
    for where in own:  # whether it arrives is for the host to see
        datagram(socket.AF_INET, (where, bait["udp"]), bait["token"].encode())
    told("UDP", {where: datagram(socket.AF_INET, (where, 9), b"") for where in ("192.0.2.1",)})
    told("metadata address", {"169.254.169.254": stream(socket.AF_INET, ("169.254.169.254", 80))})
    attempts = {"2001:db8::1": stream(socket.AF_INET6, ("2001:db8::1", 80))}
    if bait["tcp6"]:
        attempts["the host's ::1"] = stream(socket.AF_INET6, ("::1", bait["tcp6"]))
    told("IPv6", attempts)
    servers = bait["nameservers"] or ["192.0.2.53"]
    attempts = {where: datagram(socket.AF_INET, (where, 53), b"") for where in servers}
    attempts["getaddrinfo"] = apart(lookup)
    told("DNS", attempts)


def lookup() -> str:
    """Return how a name was not resolved; empty where it was."""
    try:
        socket.getaddrinfo("example.com", 80)
    except socket.gaierror as error:
        return str(error.strerror)
    return ""


def families(bait: dict[str, Any]) -> None:
    """Try the kinds of sockets."""

    def opened(family: int, kind: int, protocol: int = 0) -> str:
        return str(refused(lambda: socket.socket(family, kind, protocol).close()))

    connected = stream(socket.AF_UNIX, "\0" + bait["abstract"])
    try:
        lines = Path("/proc/net/unix").read_text(encoding="ascii", errors="replace")
    except OSError:
        lines = ""
    seen = bait["abstract"] in lines
    say(
        "abstract sockets",
        bool(connected) and not seen,
        f"the host's: {connected or 'connected'}{', listed' if seen else ''}",
    )
    vsock, alg = opened(VSOCK, socket.SOCK_STREAM), opened(ALG, socket.SOCK_SEQPACKET)
    say("AF_VSOCK", bool(vsock), vsock or "a socket to the hypervisor")
    say("AF_ALG", bool(alg), alg or "a socket to the kernel's ciphers")
    raw = {
        "AF_PACKET": opened(PACKET, socket.SOCK_RAW),
        "raw IPv4": opened(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP),
    }
    told("raw sockets", raw)
    kinds = (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET)
    others = [
        family
        for family in range(1, 47)
        if family not in NEEDED and not all(opened(family, kind) for kind in kinds)
    ]
    say("socket families", not others, f"more: {others}" if others else "Unix, IP and netlink only")
    netlink()


def netlink() -> None:
    """Ask the kernel to change a link that there is not; who may not is told so first."""

    def ask() -> str:
        with socket.socket(NETLINK, socket.SOCK_RAW, 0) as s:
            s.settimeout(SECONDS)
            link = struct.pack("=BxHiII", 0, 0, 0x7FFFFFF0, 0, 0)
            s.send(struct.pack("=IHHII", 16 + len(link), SET_LINK, ACKNOWLEDGE, 1, 0) + link)
            answer = s.recv(4096)
        kind, number = struct.unpack_from("=H", answer, 4)[0], struct.unpack_from("=i", answer, 16)
        return os.strerror(-number[0]) if kind == NETLINK_ERROR else "accepted"

    try:
        answer = ask()
    except OSError as error:
        say("netlink", True, f"no answer: {error.strerror}")  # noqa: FBT003 - as say has it
        return
    refusals = {os.strerror(number) for number in (errno.EPERM, errno.EACCES, errno.EOPNOTSUPP)}
    say("netlink", answer in refusals, f"changing a link: {answer}")


def loopback() -> None:
    """See that what must work works."""
    try:
        with (
            socket.create_server(("127.0.0.1", 0)) as server,
            socket.create_connection(("localhost", server.getsockname()[1]), 5) as client,
        ):
            peer, _ = server.accept()
            peer.sendall(b"hello")
            peer.close()
            heard = client.recv(5)
        works, detail = heard == b"hello", "localhost answers over TCP"
    except OSError as error:
        works, detail = False, f"localhost does not answer: {error}"
    say("loopback works", works, detail)


if __name__ == "__main__":
    GIVEN = json.loads(sys.argv[1])
    loopback()
    families(GIVEN)
    addresses(GIVEN)

"""The probes that are judged by what the host sees, or by two zones at once."""

import json
import os
import secrets
import socket
import tempfile
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from flaskgrade.probes.base import Told
from flaskgrade.probes.bench import Bench, bounds, host_processes, host_user, told, why
from flaskgrade.probes.steps import Step
from flaskgrade.sandbox.base import Mount, Outcome, Zone

HIDDEN = "/opt/hidden"
UNSEEN = "the backend's processes cannot be seen from here, as where an engine runs in a VM"
OUR_SECONDS = 3.5  # longer than is allowed; what survives lives for twice that


def outlived(row: str, *, stays: bool) -> Step:
    """Return a step that leaves children of all kinds, and then looks for them on the host."""

    def run(bench: Bench) -> Iterable[Told]:
        token = f"family-{secrets.token_hex(8)}"
        words = json.dumps({"token": token, "seconds": OUR_SECONDS, "stays": stays})
        seen: list[int] = []
        outcome = bench.run(
            bench.command("limits", "family", words, limits=bounds(wall_seconds=2.0)),
            on_stdout=lambda _: seen.extend(host_processes(token)),
        )
        left = host_processes(token)
        if left:
            detail = f"{len(left)} of {len(seen)} processes live on ({outcome.ended.value})"
            yield Told(row=row, holds=False, detail=detail)
        elif seen:
            yield Told(row=row, holds=True, detail=f"{len(seen)} processes seen, none left")
        else:
            yield Told(row=row, holds=None, detail=UNSEEN if outcome.stdout else why(outcome))

    return Step(rows=(row,), run=run)


def host_users(bench: Bench) -> Iterable[Told]:
    """Look at who runs a command of either zone, as the host sees it."""
    users: dict[Zone, set[int]] = {}
    for zone in Zone:
        token = f"user-{secrets.token_hex(8)}"
        users[zone] = set()

        def look(_: bytes, zone: Zone = zone, token: str = token) -> None:
            users[zone] |= _payload_users(token, bench.python)

        bench.run(
            bench.command("zones", "rest", json.dumps({"token": token, "seconds": 0.3}), zone=zone),
            on_stdout=look,
        )
    yield _judged(users[Zone.CANDIDATE], users[Zone.EXAMINER])


def _payload_users(token: str, program: str) -> set[int]:
    found = set()
    for pid in host_processes(token):
        try:
            words = Path("/proc", str(pid), "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if words[0] == program.encode() and (user := host_user(pid)) is not None:
            found.add(user)
    return found


def _judged(candidate: set[int], examiner: set[int]) -> Told:
    row = "host users"
    if len(candidate) != 1 or len(examiner) != 1:
        return Told(row=row, holds=None, detail=UNSEEN)
    ours = os.geteuid()
    first, second = candidate.pop(), examiner.pop()
    holds = first != second and not {first, second} & {0, ours}
    detail = f"candidate {first}, examiner {second}, flaskgrade {ours}"
    return Told(row=row, holds=holds, detail=detail)


def zones(bench: Bench) -> Iterable[Told]:
    """Let a candidate look for an examiner that is there, with a hidden test of its own."""
    token, key = f"zone-{secrets.token_hex(8)}", secrets.randbelow(1 << 30) + 1
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    given = json.dumps(
        {
            "token": token,
            "key": key,
            "port": port,
            "seconds": 12,
            "host": bench.bait.token,
        }
    )
    with tempfile.TemporaryDirectory(prefix="flaskgrade-hidden-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / f"test_{token}.py").write_text(f"SECRET = {token!r}\n", encoding="ascii")
        hidden = Mount(folder=bench.sandbox.folder(folder), target=HIDDEN)
        ready, over = threading.Event(), threading.Event()
        with ThreadPoolExecutor(1) as pool:
            examiner = pool.submit(
                bench.sandbox.run,
                bench.command("zones", "stay", given, zone=Zone.EXAMINER, mounts=(hidden,)),
                on_stdout=lambda _: ready.set(),
                cancelled=lambda: over.is_set() or bench.stop.is_set(),
            )
            try:
                ready.wait(10)
                if not ready.is_set():
                    over.set()
                    yield from _unknown(ZONES, f"the examiner: {why(examiner.result())}")
                    return
                yield from _looked(bench, given)
                search = {"token": token, "seconds": 8, "paths": [str(folder), HIDDEN]}
                words = json.dumps(search)
                yield from told(bench.run(bench.command("files", "hidden", words)))
            finally:
                over.set()
                bench.run(bench.command("zones", "leave", given))


def _looked(bench: Bench, given: str) -> Iterable[Told]:
    outcome = bench.run(bench.command("zones", "look", given))
    found = told(outcome)
    yield from found
    yield from _unknown(set(ZONES) - {one.row for one in found} - {"hidden tests"}, why(outcome))


def endpoint(bench: Bench) -> Iterable[Told]:
    """Let a candidate serve and an examiner connect, as in a grading."""
    gateway = bench.sandbox.endpoint()
    serving = json.dumps({"bind": gateway.bind, "seconds": 8})
    greeting = json.dumps({"path": gateway.path, "seconds": 6})

    def serve() -> Outcome:
        return bench.run(bench.command("zones", "serve", serving, serves=gateway))

    with ThreadPoolExecutor(1) as pool:
        server = pool.submit(serve)
        client = bench.run(
            bench.command("zones", "greet", greeting, zone=Zone.EXAMINER, connects=(gateway,))
        )
        yield from told(client) or _unknown(("endpoint works",), why(client))
        served = server.result()
        yield from told(served) or _unknown(("room beside the endpoint",), why(served))


def _unknown(rows: Iterable[str], reason: str) -> Iterable[Told]:
    return tuple(Told(row=row, holds=None, detail=reason) for row in rows)


ZONES = (
    *("examiner's processes", "signals to the examiner", "connections to the examiner"),
    *("files and memory of the examiner", "host processes", "hidden tests"),
)
OBSERVED = (
    Step(rows=("host users",), run=host_users),
    outlived("nothing outlives a time-out", stays=True),
    outlived("nothing outlives an exit", stays=False),
    Step(rows=ZONES, run=zones),
    Step(rows=("endpoint works", "room beside the endpoint"), run=endpoint),
)

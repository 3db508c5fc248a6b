"""A sandbox under test: commands with the probes' programs in them, and what these tell."""

import json
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flaskgrade.model.environment import Folder
from flaskgrade.probes.bait import Bait
from flaskgrade.probes.base import Told
from flaskgrade.sandbox.base import (
    MIB,
    Access,
    Command,
    Endpoint,
    Limits,
    Mount,
    Outcome,
    Sandbox,
    Zone,
)

PLACE = "/opt/prober"
WORK = "/opt/work"
MEMORY = 64 * MIB  # what a probed command may use
MUCH = 160  # MiB: what it tries to
SIZE = 16 * MIB  # of each writable place
CAP = 48 * MIB  # where a place that has no limit is left alone


def bounds(**changes: float) -> Limits:
    """Return the limits of a probe: small, so that crossing them costs the host nothing."""
    usual = Limits(
        wall_seconds=20.0, memory_bytes=256 * MIB, processes=64, tmp_bytes=SIZE, open_files=256
    )
    return Limits(**(vars(usual) | changes))


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A sandbox, the probes' programs in it, and what the host holds out."""

    sandbox: Sandbox
    python: str
    programs: Folder
    work: Folder
    bait: Bait
    stop: threading.Event

    def command(
        self,
        program: str,
        *words: str,
        zone: Zone = Zone.CANDIDATE,
        mounts: tuple[Mount, ...] = (),
        limits: Limits | None = None,
        serves: Endpoint | None = None,
        connects: tuple[Endpoint, ...] = (),
    ) -> Command:
        """Return the command that runs one of the probes' programs."""
        return Command(
            argv=(self.python, "-I", "-S", f"{PLACE}/{program}.py", *words),
            zone=zone,
            mounts=(
                Mount(folder=self.programs, target=PLACE),
                Mount(folder=self.work, target=WORK, access=Access.COPY),
                *mounts,
            ),
            cwd=WORK,
            limits=limits or bounds(),
            serves=serves,
            connects=connects,
            label=f"probe {program} {words[0] if words and words[0].isalpha() else ''}".strip(),
        )

    def run(self, command: Command, on_stdout: Callable[[bytes], None] | None = None) -> Outcome:
        """Run a command; it is stopped when the whole probing is."""
        return self.sandbox.run(command, on_stdout=on_stdout, cancelled=self.stop.is_set)


def told(outcome: Outcome) -> tuple[Told, ...]:
    """Return the rows in what a probe printed; other lines are its signs of life."""
    found = []
    for line in outcome.stdout.decode("utf-8", "replace").splitlines():
        if line.startswith("{"):
            said: dict[str, Any] = json.loads(line)
            found.append(Told(row=said["row"], holds=said["holds"], detail=said["detail"]))
    return tuple(found)


def why(outcome: Outcome) -> str:
    """Return how a probe ended that said nothing."""
    words = outcome.stderr.decode("utf-8", "replace").strip().splitlines()
    return f"the probe {outcome.ended.value}" + (f": {words[-1]}" if words else "")


def host_processes(token: str) -> tuple[int, ...]:
    """Return the processes of this host with a token in their command lines, but for ours."""
    found = []
    for entry in os.scandir("/proc"):
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if token.encode() in Path(entry.path, "cmdline").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue  # it is gone
    return tuple(found)


def host_user(pid: int) -> int | None:
    """Return the user of a process as the host sees it, None for one that is gone."""
    try:
        return Path("/proc", str(pid)).stat().st_uid
    except OSError:
        return None

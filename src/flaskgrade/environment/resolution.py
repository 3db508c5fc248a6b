"""From requirements to an exact set, remembered for a day.

What is declared without exact versions may resolve differently tomorrow; within a day, two
submissions that declare the same get the same, and no index is asked. A set that is pinned
altogether is first tried with what is known already, also without asking.
"""

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from packaging.utils import parse_wheel_filename

from flaskgrade.environment.installer import Installer, Unresolvable
from flaskgrade.environment.wheels import Pin
from flaskgrade.errors import IndexUnavailable
from flaskgrade.model.environment import Interpreter, Package

VALID_SECONDS = 24 * 3600.0


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Lines of requirements and constraints, clean and in the order of their files."""

    requirements: tuple[str, ...]
    constraints: tuple[str, ...] = ()
    exact: bool = False  # everything is pinned: the index has nothing to add


@dataclass(frozen=True, kw_only=True)
class Resolver:
    """Resolves for one interpreter. `clock` gives seconds since the epoch."""

    folder: Path
    installer: Installer
    interpreter: Interpreter
    clock: Callable[[], float] = field(default=time.time)

    def resolve(self, wanted: Wanted, links: tuple[Path, ...] = ()) -> tuple[Pin, ...]:
        """Return the exact set. `links` are folders of wheels that were built here.

        Raises Unresolvable, IndexUnavailable.
        """
        memory = self.folder / f"{self._key(wanted)}.json"
        if not links and (known := self._recall(memory)) is not None:
            return known
        packages = self._packages(wanted, links)
        built = {
            tuple(map(str, parse_wheel_filename(wheel.name)[:2])): wheel
            for link in links
            for wheel in link.glob("*.whl")
        }
        pins = tuple(
            Pin(name=one.name, version=one.version, wheel=built.get((one.name, one.version)))
            for one in packages
        )
        self._remember(memory, pins)
        return pins

    def _packages(self, wanted: Wanted, links: tuple[Path, ...]) -> tuple[Package, ...]:
        lines = "".join(f"{line}\n" for line in wanted.requirements)
        limits = "".join(f"{line}\n" for line in wanted.constraints)
        if wanted.exact:
            with contextlib.suppress(Unresolvable, IndexUnavailable):  # not all of it is known yet
                return self.installer.resolve(
                    lines, self.interpreter, constraints=limits, links=links, offline=True
                )
        return self.installer.resolve(lines, self.interpreter, constraints=limits, links=links)

    def _key(self, wanted: Wanted) -> str:
        parts = (
            *("1", self.interpreter.short, self.interpreter.platform),
            self.installer.index.identity,
            *sorted(wanted.requirements),
            "constraints",
            *sorted(wanted.constraints),
        )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def _recall(self, memory: Path) -> tuple[Pin, ...] | None:
        try:
            found = json.loads(memory.read_text(encoding="utf-8"))
            age = self.clock() - found["resolved"]
            pins = tuple(
                Pin(name=name, version=version, wheel=Path(wheel) if wheel else None)
                for name, version, wheel in found["pins"]
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None
        whole = all(pin.wheel is None or pin.wheel.is_file() for pin in pins)
        return pins if 0 <= age <= VALID_SECONDS and whole else None

    def _remember(self, memory: Path, pins: tuple[Pin, ...]) -> None:
        memory.parent.mkdir(parents=True, exist_ok=True)
        rows = [[pin.name, pin.version, str(pin.wheel) if pin.wheel else None] for pin in pins]
        partial = memory.with_name(f"{memory.stem}.{os.getpid()}.{id(rows)}")
        text = json.dumps({"resolved": self.clock(), "pins": rows})
        partial.write_text(text, encoding="utf-8")
        partial.replace(memory)

"""What an attack is, and what it must come to."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from tests.hostile.base import Files

GRADED = frozenset({0, 1})  # as the README's table of exit codes has it
REFUSED = frozenset({3})
USAGE = frozenset({2})


class Layer(Enum):
    """What is to stop an attack first."""

    URL = "the source's address"
    CLONE = "clone"
    TREE = "the tree's measure"
    BUILD = "build"
    SERVER = "server sandbox"
    NETWORK = "network"
    CLIENT = "test client"
    RUNNER = "results"
    STATIC = "static analysis"
    REPORT = "report"
    SERVICE = "database sandbox"
    TEARDOWN = "tear-down"
    CONFIG = "configuration"


class Tries(Enum):
    """What an attack puts to the test, and so whether it matters on which host it is graded."""

    READING = "the reading"  # of sources, archives, manifests, answers: the same code on every host
    SANDBOX = "the sandbox"  # what runs, is mounted or is torn down in it: every host has its own


READ = frozenset(
    {Layer.URL, Layer.CLONE, Layer.TREE, Layer.CLIENT, Layer.STATIC, Layer.REPORT, Layer.CONFIG}
)


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One hostile submission. Laid over the base app: `files`; then `shape` works on the clone.

    `words` replace the source on the command line, with `{repository}` where it stands, and
    `{own_server}` where the exercise does in which a submission brings its server. `weighs`
    is the rubric: "served" (hidden tests alone, fast), "migrated" (with the migrations, on
    `database`) or "whole" (every check). Without `exits`, the submission must be graded as any
    other. `honest` work must keep every point of the good app.
    `beside` lies also over what the score is measured by: code with flaws that a trick would hide.
    `published` are wheels and source distributions that the attacker put on the package index.
    """

    id: str
    name: str
    layer: Layer
    tries: Tries | None = None  # where the layer does not tell
    does: str  # one clause for the table of attacks
    files: Files = field(default_factory=dict)
    beside: Files = field(default_factory=dict)
    shape: Callable[[Path], None] | None = None
    words: tuple[str, ...] = ("{repository}",)
    published: tuple[tuple[str, bytes], ...] = ()
    honest: bool = False
    weighs: str = "served"
    database: str = "sqlite"
    finds: tuple[str, ...] = ()  # codes of findings that must be in the report, by their start
    says: tuple[str, ...] = ()  # texts that must be in the report
    exits: frozenset[int] = GRADED
    seconds: float = 120.0  # for the whole grading, warm; it takes about 8, and hosts may be busy

    @property
    def key(self) -> str:
        """The id and the name, as tests and the table show them."""
        return f"{self.id}-{self.name}"

    @property
    def tried(self) -> Tries:
        """What it tries: by its layer, unless it says so."""
        return self.tries or (Tries.READING if self.layer in READ else Tries.SANDBOX)

    def is_for(self, host: int, hosts: int) -> bool:
        """Tell whether it is graded on a host, by its number: one is enough for a reading.

        Which one it is depends on nothing but the key, so that a new attack moves no other.
        """
        return self.tried is Tries.SANDBOX or zlib.crc32(self.key.encode()) % hosts == host


def trick(play: str = "pass", *, before: str = "") -> dict[str, str]:
    """Return the file of a trick: `before` runs at import, `play` with `app` in reach."""
    body = "".join(f"    {line}\n" if line else "\n" for line in play.strip("\n").split("\n"))
    return {"app/trick.py": f"{before.strip()}\n\n\ndef play(app):\n{body}"}

"""Ask a sandbox which of its limits really hold on this host: `flaskgrade doctor`.

Each probe runs a small command that tries to cross one line and says what it managed. Payloads are
harmless and end by themselves where a limit is missing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from flaskgrade.sandbox.base import MIB, Command, Ended, Limits, Outcome, Sandbox, Zone


@dataclass(frozen=True, kw_only=True)
class Probed:
    """One line of the doctor's report."""

    name: str
    holds: bool
    detail: str


@dataclass(frozen=True, kw_only=True)
class Probe:
    """A command, and how its outcome tells whether the limit holds."""

    name: str
    code: str
    holds: Callable[[Outcome], bool]
    limits: Limits = field(default_factory=lambda: Limits(wall_seconds=10))


def probe(sandbox: Sandbox) -> tuple[Probed, ...]:
    """Run every probe in turn. Raises SandboxBroken if the sandbox itself fails."""
    python = sandbox.interpreters()[0].path
    results = []
    for one in PROBES:
        outcome = sandbox.run(
            Command(
                argv=(python, "-I", "-S", "-c", one.code),
                zone=Zone.CANDIDATE,
                limits=one.limits,
                label=f"probe {one.name}",
            )
        )
        said = outcome.stdout.decode("utf-8", "replace").strip().splitlines()
        told = said and outcome.ended is Ended.EXITED
        detail = said[-1][:100] if told else outcome.ended.value
        results.append(Probed(name=one.name, holds=one.holds(outcome), detail=detail))
    return tuple(results)


def _says(word: str) -> Callable[[Outcome], bool]:
    return lambda outcome: outcome.stdout.decode("utf-8", "replace").strip().endswith(word)


def _ended(how: Ended) -> Callable[[Outcome], bool]:
    return lambda outcome: outcome.ended is how


PROBES = (
    Probe(
        name="commands run",
        code="print('ready')",
        holds=_says("ready"),
    ),
    Probe(
        name="unprivileged user",
        code=(
            "import os; u = os.getuid()\nprint(f'uid {u}', 'ok' if u and os.getgid() else 'ROOT')"
        ),
        holds=_says("ok"),
    ),
    Probe(
        name="no network",
        code=(
            "import socket\ns = socket.socket(); s.settimeout(2)\n"
            "try: s.connect(('192.0.2.1', 80)); print('connected')\n"
            "except TimeoutError: print('packets leave')\n"
            "except OSError as e: print(e.strerror, 'ok')"
        ),
        holds=_says("ok"),
    ),
    Probe(
        name="read-only root",
        code=(
            "bad = []\n"
            "for p in ('/x', '/usr/x', '/etc/x', '/dev/x', '/proc/sys/kernel/core_pattern'):\n"
            "    try: open(p, 'a').close(); bad.append(p)\n"
            "    except OSError: pass\n"
            "print(bad or 'ok')"
        ),
        holds=_says("ok"),
    ),
    Probe(
        name="no host files",
        code=(
            "import os\nplaces = ('/etc/shadow', '/etc/ssh', '/home',"
            " '/run/docker.sock', '/var/run/docker.sock')\n"
            "seen = [p for p in places if os.access(p, os.R_OK) and "
            "(os.path.isfile(p) or os.path.isdir(p) and os.listdir(p) or 'sock' in p)]\n"
            "print(seen or 'ok')"
        ),
        holds=_says("ok"),
    ),
    Probe(
        name="no new privileges",
        code=(
            "t = open('/proc/self/status').read()\n"
            "print('ok' if 'NoNewPrivs:\\t1' in t and 'CapEff:\\t0000000000000000' in t else t)"
        ),
        holds=_says("ok"),
    ),
    Probe(
        name="system calls filtered",
        code=(
            "import ctypes, platform\nL = ctypes.CDLL(None, use_errno=True)\n"
            "nr = {'x86_64': (250, 425, 272), 'aarch64': (219, 425, 97)}[platform.machine()]\n"
            "calls = ((nr[0], 0, -3, 0), (nr[1], 1, 0), (nr[2], 0x10000000))\n"
            "got = [L.syscall(*call) for call in calls]\n"
            "print('ok' if got == [-1, -1, -1] and ctypes.get_errno() != 14 else got)"
        ),
        holds=_says("ok"),
    ),
    Probe(
        name="memory, one process",
        code="x = bytearray(b'x') * (600 << 20); print(len(x))",
        holds=lambda o: o.ended is not Ended.EXITED or o.exit_code != 0,
        limits=Limits(wall_seconds=10, memory_bytes=256 * MIB),
    ),
    Probe(
        name="memory, many processes",
        code=(
            "import os, time\nkids = []\n"
            "for _ in range(6):\n"
            "    p = os.fork()\n"
            "    if p == 0: x = bytearray(b'x') * (100 << 20); time.sleep(1.5); os._exit(0)\n"
            "    kids.append(p)\n"
            "ends = [os.waitpid(p, 0)[1] for p in kids]\n"
            "print('all six lived' if not any(ends) else 'ok')"
        ),
        holds=lambda o: _says("ok")(o) or o.ended is not Ended.EXITED,
        limits=Limits(wall_seconds=10, memory_bytes=256 * MIB),
    ),
    Probe(
        name="processes",
        code=(
            "import os, time\nn = 0\n"
            "try:\n"
            "    while n < 200:\n"
            "        if os.fork() == 0: time.sleep(1); os._exit(0)\n"
            "        n += 1\n"
            "except OSError: pass\nprint(n, 'forked', 'ok' if n < 200 else 'NO LIMIT')"
        ),
        holds=_says("ok"),
        limits=Limits(wall_seconds=10, processes=40),
    ),
    Probe(
        name="size of /tmp",
        code=(
            "n = 0\n"
            "try:\n"
            "    for i in range(5):\n"
            "        with open(f'/tmp/{i}', 'wb') as f:\n"
            "            for _ in range(20): f.write(b'x' * (1 << 20)); n += 1\n"
            "except OSError: pass\nprint(n, 'MiB', 'ok' if n <= 40 else 'NO LIMIT')"
        ),
        holds=_says("ok"),
        limits=Limits(wall_seconds=10, tmp_bytes=32 * MIB),
    ),
    Probe(
        name="size of one file",
        code=(
            "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "try:\n"
            "    with open('/tmp/x', 'wb') as f:\n"
            "        for _ in range(20): f.write(b'x' * (1 << 20))\n"
            "    print('NO LIMIT')\n"
            "except OSError as e: print(e.strerror, 'ok')"
        ),
        holds=_says("ok"),
        limits=Limits(wall_seconds=10, file_bytes=8 * MIB),
    ),
    Probe(
        name="time",
        code="import time; time.sleep(8)",
        holds=_ended(Ended.TIMED_OUT),
        limits=Limits(wall_seconds=0.7),
    ),
    Probe(
        name="output",
        code="import sys\nfor _ in range(64): sys.stdout.write('x' * (1 << 20))",
        holds=_ended(Ended.TOO_MUCH_OUTPUT),
        limits=Limits(wall_seconds=10, output_bytes=MIB),
    ),
)

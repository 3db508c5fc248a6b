"""Grade hostile repositories by the real command line, as a user would, with secrets planted."""

import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from flaskgrade.model.report import Report
from flaskgrade.report.document import read
from tests.cli.commands import PASSED, PATH
from tests.hostile.attack import Attack
from tests.hostile.base import BAD, GOOD, Files
from tests.hostile.market import Market
from tests.sandbox.test_ordinary_user import OPEN, REPOSITORY, closed

HERE = Path(__file__).parent
USER = 12345
MARK = "FG-SECRET"
OWN_SERVER = "  own_server: {command: [server], port: 5001}\n"
HANG = 150.0  # seconds after which a grading counts as hanging, whatever its own limit says
COLD = 450.0  # the same for one without a trick: a host's first has all packages to fetch


@dataclass(frozen=True, kw_only=True)
class Host:
    """Where gradings run: a backend, and the harness's user."""

    backend: str
    ordinary: bool = False

    def __str__(self) -> str:
        return f"{self.backend}-user" if self.ordinary else self.backend


HOSTS = (Host(backend="bwrap"), Host(backend="bwrap", ordinary=True), Host(backend="docker"))


@dataclass(frozen=True, kw_only=True)
class Graded:
    """What one grading left: how it ended, what it printed and wrote."""

    code: int | None  # None: it had to be killed
    seconds: float
    out: str
    err: str
    files: Mapping[str, bytes]

    @cached_property
    def report(self) -> Report | None:
        """The report, read back as `compare` would; None if there is none."""
        text = self.files.get("report.json")
        return None if text is None else read(text.decode("utf-8"))

    @property
    def total(self) -> Fraction | None:
        """The most that the report allows for."""
        return None if self.report is None else self.report.scorecard.high

    def codes(self) -> frozenset[str]:
        """Every code of a finding in the report."""
        if self.report is None:
            return frozenset()
        everywhere = (e.findings for e in self.report.evidence)
        found = (*self.report.findings, *(one for some in everywhere for one in some))
        return frozenset(one.code for one in found)

    def texts(self) -> tuple[bytes, ...]:
        """Everything that a reader may see."""
        return (self.out.encode(), self.err.encode(), *self.files.values())


@dataclass(kw_only=True)
class Desk:
    """The hidden exercise and its secrets on one host, and the means to grade against them."""

    host: Host
    folder: Path  # everyone may enter it
    secret: str = field(default_factory=lambda: f"{MARK}-{secrets.token_hex(8)}")
    number: int = 0
    known: dict[tuple[str, str, bool, str], Graded] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Plant the secret where only the harness may read: hidden tests, its home, elsewhere."""
        for name in ("home", "repositories", "out", "cache"):
            (self.folder / name).mkdir()
        shutil.copytree(HERE / "desk", self.exercise)
        hidden = self.exercise / "acceptance" / "test_desk.py"
        hidden.write_text(hidden.read_text(encoding="utf-8").replace(MARK, self.secret))
        shutil.copytree(self.exercise, self.own_server)
        settings = self.own_server / "exercise.yaml"
        settings.write_text(
            settings.read_text(encoding="utf-8").replace("launch:\n", f"launch:\n{OWN_SERVER}")
        )
        (self.home / "fg-secret").write_text(self.secret)
        for path in (self.exercise, self.own_server, self.home):
            path.chmod(0o700)
        if self.host.ordinary:
            self._own(self.folder)

    @cached_property
    def market(self) -> Market:
        """The index of the attackers who publish packages; one, so that it is asked cold once."""
        return Market.opened()

    @property
    def exercise(self) -> Path:
        """The exercise's folder."""
        return self.folder / "desk"

    @property
    def own_server(self) -> Path:
        """The same exercise, for submissions that bring a server of their own."""
        return self.folder / "desk-own-server"

    @property
    def home(self) -> Path:
        """The harness's home."""
        return self.folder / "home"

    @property
    def cache(self) -> Path:
        """The harness's cache."""
        return self.folder / "cache"

    def rubric(self, weighs: str) -> str:
        """Return the rubric's name or path."""
        return "mid" if weighs == "whole" else str(HERE / f"{weighs}.yaml")

    def repository(self, files: Files) -> Path:
        """Make a repository of the files in one commit, as the harness's user would have it."""
        self.number += 1
        work = self.folder / "repositories" / f"candidate-{self.number}"
        work.mkdir()
        for name, content in files.items():
            target = work / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.encode())
        git(work, "init", "--quiet", "--initial-branch", "main")
        git(work, "add", "--all", "--force")
        git(work, "commit", "--quiet", "--allow-empty", "--message", "All of it")
        return work

    def submission(self, attack: Attack) -> Path:
        """Make the repository of an attack."""
        work = self.repository(
            {**(GOOD if attack.honest else BAD), **attack.beside, **attack.files}
        )
        if attack.shape is not None:
            attack.shape(work)
        if self.host.ordinary:
            self._own(work)
        return work

    def attacked(self, attack: Attack, work: Path) -> Graded:
        """Grade an attack's repository."""
        places = {"repository": work, "own_server": self.own_server}
        words = tuple(put(word, places) for word in attack.words)
        if not attack.published:
            return self.grade(*words, weighs=attack.weighs, database=attack.database)
        self.market.publish(attack.published)
        return self.grade(*words, weighs=attack.weighs, index=self.market.url)

    def measure(self, attack: Attack) -> Graded:
        """Return the grading of the same app without the trick: the measure of the attack."""
        return self.plain(
            weighs=attack.weighs,
            database=attack.database,
            good=attack.honest,
            beside=attack.beside,
        )

    def plain(
        self,
        *,
        weighs: str,
        database: str = "sqlite",
        good: bool = False,
        beside: Files = MappingProxyType({}),
    ) -> Graded:
        """Return the grading of the app without a trick, each kind once."""
        key = (weighs, database, good, repr(sorted(beside.items())))
        if key not in self.known:
            work = self.repository({**(GOOD if good else BAD), **beside})
            if self.host.ordinary:
                self._own(work)
            self.known[key] = self.grade(str(work), weighs=weighs, database=database, seconds=COLD)
        return self.known[key]

    def grade(
        self,
        *words: str,
        weighs: str,
        database: str = "sqlite",
        index: str = "",
        seconds: float = HANG,
    ) -> Graded:
        """Run `flaskgrade grade WORDS` to its end, with an index other than the operator's."""
        self.number += 1
        out = self.folder / "out" / str(self.number)
        argv = [
            *(sys.executable, "-m", "flaskgrade", "grade"),
            *("--exercise", str(self.exercise), "--rubric", self.rubric(weighs)),
            *("--sandbox", self.host.backend, "--database", database, "--out", str(out)),
            *("--format", "terminal,json,html,markdown"),
            *words,  # last: after a `--` of an attacker's, nothing of ours is an option
        ]
        started = time.monotonic()
        process = subprocess.Popen(
            self._as_user(argv) if self.host.ordinary else argv,
            cwd=REPOSITORY,
            env=self.environment() | ({"UV_DEFAULT_INDEX": index} if index else {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        try:
            output, errors = process.communicate(timeout=seconds)
            code: int | None = process.returncode
        except subprocess.TimeoutExpired:
            process.kill()
            output, errors = process.communicate()
            code = None
        took = time.monotonic() - started
        written = {p.name: p.read_bytes() for p in out.iterdir()} if out.is_dir() else {}
        return Graded(
            code=code,
            seconds=took,
            out=output.decode("utf-8", "surrogateescape"),
            err=errors.decode("utf-8", "surrogateescape"),
            files=written,
        )

    def environment(self) -> dict[str, str]:
        """Return the variables of the harness, with a secret among them."""
        passed = {name: os.environ[name] for name in PASSED if name in os.environ}
        return passed | {
            "PATH": PATH,
            "HOME": str(self.home),
            "TMPDIR": str(self.folder / "out" if self.host.ordinary else self.folder),
            "PYTHONPATH": str(REPOSITORY / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "FLASKGRADE_CACHE": str(self.cache),
            "FG_SECRET": self.secret,
        }

    def _as_user(self, argv: list[str]) -> list[str]:
        user = str(USER)
        argv = [
            "env",
            f"TMPDIR={self.folder}",
            *argv,
        ]  # what opens the way leaves a folder in its own
        argv = ["setpriv", "--reuid", user, "--regid", user, "--clear-groups", *argv]
        needed = {Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(), REPOSITORY}
        tops: dict[Path, list[str]] = {}
        for folder in sorted(needed):
            if top := closed(folder):
                tops.setdefault(top, []).append(str(folder))
        for top, folders in tops.items():
            argv = ["/bin/sh", "-c", OPEN, "open", str(top), *folders, "--", *argv]
        return ["unshare", "--mount", "--propagation", "private", *argv]

    def _own(self, folder: Path) -> None:
        subprocess.run(("chown", "-hR", f"{USER}:{USER}", str(folder)), check=True)


def put(word: str, places: Mapping[str, Path]) -> str:
    """Put paths in the place of their names in braces."""
    for name, path in places.items():
        word = word.replace(f"{{{name}}}", str(path))
    return word


def git(folder: Path, *argv: str, stdin: bytes | None = None) -> str:
    """Run git in a repository of an attacker; return what it prints."""
    identity = ("-c", "user.name=Eve", "-c", "user.email=eve@example.com")
    done = subprocess.run(
        ("git", *identity, "-C", str(folder), *argv),
        env={"PATH": PATH, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
        input=stdin,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode("utf-8", "surrogateescape").strip()

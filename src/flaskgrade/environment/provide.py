"""From a declaration to an environment that can be mounted, or the reason why there is none."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement as Parsed
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from flaskgrade.environment.attempts import Attempt, allowed, alone, attempts, failure
from flaskgrade.environment.build import build
from flaskgrade.environment.index import Index
from flaskgrade.environment.installer import Installer, Unresolvable
from flaskgrade.environment.resolution import Resolver, Wanted
from flaskgrade.environment.sdist import SdistBuilder
from flaskgrade.environment.wheels import Broken, Pin, WheelStore
from flaskgrade.errors import IndexUnavailable, StageError
from flaskgrade.model.environment import (
    BuildFailure,
    Declaration,
    Environment,
    Interpreter,
    Package,
)
from flaskgrade.model.evidence import CommandRecord
from flaskgrade.sandbox.base import Sandbox

EXTRA = ("gunicorn>=23", "pytest>=8")
SUPPORTED = ("3.11", "3.12", "3.13", "3.14")  # what the harness can grade with, given a sandbox
_MOST_BUILDS = 10
_NO_WHEEL = re.compile(r"Wheels are required for `([A-Za-z0-9._-]+)`")
_NOT_FOUND = re.compile(
    r"([A-Za-z0-9._-]+) was not found in the package registry"
    r"|there (?:is|are) no versions? of ([\w.-]+)"
)


def provide(
    declaration: Declaration,
    *,
    sandbox: Sandbox,
    cache: Path,
    scratch: Path,
    extra: tuple[str, ...] = EXTRA,
    progress: Callable[[str], None] = lambda _: None,
) -> Environment | BuildFailure:
    """Return the environment that the declaration asks for, with `extra` where it lacks them.

    Development requirements that can't be met together with the main ones are left out, and named
    in the environment. Raises IndexUnavailable, SandboxBroken, or StageError where the fault is
    the harness's: BuildFailure is the submission's.
    """
    interpreter = _interpreter(declaration, sandbox)
    if isinstance(interpreter, BuildFailure):
        return interpreter
    workshop = Workshop.open(interpreter, sandbox=sandbox, cache=cache, scratch=scratch)
    return workshop.provide(declaration, extra, progress)


def _interpreter(declaration: Declaration, sandbox: Sandbox) -> Interpreter | BuildFailure:
    """Return the first interpreter that fits; StageError if only this sandbox lacks one."""
    offered = sandbox.interpreters()
    wanted = SpecifierSet(declaration.requires_python or "")
    for interpreter in offered:
        if wanted.contains(interpreter.version, prereleases=True):
            return interpreter
    names = ", ".join(one.version for one in offered) or "none"
    if any(wanted.contains(f"{minor}.{patch}") for minor in SUPPORTED for patch in range(30)):
        raise StageError(
            f"the submission needs Python {wanted}; this sandbox offers {names}",
            hint="Use a sandbox with such a Python, such as a Docker image of that version.",
        )
    return BuildFailure(
        reason=f"it asks for Python {wanted}, which no supported version meets "
        f"({', '.join(SUPPORTED)}; here {names})",
        record=CommandRecord(command="choose an interpreter", ended="no version fits"),
    )


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """What is needed to make environments for one interpreter."""

    sandbox: Sandbox
    scratch: Path
    interpreter: Interpreter
    installer: Installer
    resolver: Resolver
    store: WheelStore
    builder: SdistBuilder

    @classmethod
    def open(
        cls, interpreter: Interpreter, *, sandbox: Sandbox, cache: Path, scratch: Path
    ) -> "Workshop":
        """Lay out the tools over the cache."""
        installer = Installer(cache=cache, scratch=scratch, index=Index.chosen())
        resolver = Resolver(
            folder=cache / "resolutions", installer=installer, interpreter=interpreter
        )
        store = WheelStore(
            folder=cache / "packages",
            scratch=scratch,
            installer=installer,
            sandbox=sandbox,
            interpreter=interpreter,
        )
        builder = SdistBuilder(
            cache=cache, scratch=scratch, sandbox=sandbox, store=store, resolver=resolver
        )
        return cls(
            sandbox=sandbox,
            scratch=scratch,
            interpreter=interpreter,
            installer=installer,
            resolver=resolver,
            store=store,
            builder=builder,
        )

    def provide(
        self, declaration: Declaration, extra: tuple[str, ...], progress: Callable[[str], None]
    ) -> Environment | BuildFailure:
        """Try everything that is declared, then less; blame the submission only for its own."""
        last = Unresolvable("nothing to install")
        for attempt in attempts(declaration, extra):
            try:
                return self._attempt(attempt, progress)
            except Unresolvable as error:
                self._check_index(error, extra)
                last = error
        if extra and self._resolves(alone(declaration).wanted, last, progress):
            raise StageError(
                f"what the harness adds ({', '.join(extra)}) does not go together with the "
                f"submission's requirements: {last.message}"
            )
        return failure(last.message, declaration)

    def _attempt(self, attempt: Attempt, progress: Callable[[str], None]) -> Environment:
        progress("resolving")
        pins = self._resolve(attempt.wanted, progress)
        progress(f"{len(pins)} packages")
        built = build(pins, sandbox=self.sandbox, store=self.store, scratch=self.scratch)
        return Environment(
            digest=built.digest,
            interpreter=self.interpreter,
            folder=built.folder,
            packages=tuple(Package(name=pin.name, version=pin.version) for pin in pins),
            added=attempt.added,
            left_out=attempt.left_out,
            reused=built.reused,
        )

    def _resolves(
        self, wanted: Wanted, last: Unresolvable, progress: Callable[[str], None]
    ) -> bool:
        """Tell whether the submission's own could be had without ours; a broken package can't."""
        try:
            pins = self._resolve(wanted, progress)
        except Unresolvable:
            return False
        return not isinstance(last, Broken) or all(pin.name != last.name for pin in pins)

    def _resolve(self, wanted: Wanted, progress: Callable[[str], None]) -> tuple[Pin, ...]:
        """Resolve; what turns out to have no wheel is built, and offered to the next attempt."""
        links: tuple[Path, ...] = ()
        for _ in range(_MOST_BUILDS):
            try:
                return self.resolver.resolve(wanted, links)
            except Unresolvable as error:
                names = dict.fromkeys(_NO_WHEEL.findall(error.message))
                more = []
                for name in names:
                    progress(f"building {name} from source")
                    more.append(self.builder.wheel(name, allowed(name, wanted, error.message)))
                if not more or set(more) <= set(links):
                    raise
                links = (*links, *more)
        raise Unresolvable(f"more than {_MOST_BUILDS} packages would have to be built from source")

    def _check_index(self, error: Unresolvable, extra: tuple[str, ...]) -> None:
        """Raise IndexUnavailable if a name was not found by an index that knows none at all."""
        if _NOT_FOUND.search(error.message):
            known = canonicalize_name(Parsed(extra[0]).name) if extra else "pip"
            if not self.installer.index.files(known):
                raise IndexUnavailable(
                    f"the package index does not know {known}: it is not a package index, or empty",
                    hint="Check UV_DEFAULT_INDEX, and whether a proxy answers in its place.",
                ) from error

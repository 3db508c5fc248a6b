"""Build a wheel of what the index has as a source distribution only.

Building runs code of strangers, so it happens in the candidate's sandbox, without a network: the
archive is fetched by us, and so are the packages that its build asks for, from wheels. The wheel
comes back as bytes of limited size, is looked at as data, and is kept for this archive alone: what
a malicious build makes is that malicious package, as it would be anywhere.
"""

import hashlib
import io
import json
import tempfile
import tomllib
import zipfile
from dataclasses import dataclass, field, replace
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from flaskgrade.environment.build import Built, build
from flaskgrade.environment.formats.facts import clean, strings, table
from flaskgrade.environment.index import IndexFile
from flaskgrade.environment.inside import script
from flaskgrade.environment.installer import Unresolvable
from flaskgrade.environment.resolution import Resolver, Wanted
from flaskgrade.environment.wheels import WheelStore
from flaskgrade.model.environment import ENVIRONMENT_PATH, Requirement
from flaskgrade.model.evidence import Location
from flaskgrade.sandbox.base import MIB, Command, Limits, Mount, Outcome, Sandbox, Zone

LARGEST_SDIST = 50 * MIB
LARGEST_WHEEL = 100 * MIB
_LARGEST_UNPACKED = 500 * MIB
_MOST_FILES = 20_000
_USUAL = ("setuptools", "wheel")  # what a build gets that asks for nothing (PEP 518)
_LIMITS = Limits(
    wall_seconds=120.0,
    memory_bytes=1024 * MIB,
    processes=64,
    file_bytes=LARGEST_WHEEL,
    tmp_bytes=400 * MIB,
    output_bytes=LARGEST_WHEEL + MIB,
)


@dataclass(frozen=True, kw_only=True)
class Source:
    """A source distribution that the index offers."""

    name: str
    version: str
    file: IndexFile


@dataclass(kw_only=True)
class Patience:
    """What builds may still take, of all that one submission asks for, and which have failed.

    Ten packages that sleep would otherwise take ten times the limit, and again at each attempt.
    """

    seconds: float = 300.0
    failed: dict[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SdistBuilder:
    """Builds wheels for one interpreter, and remembers them under `cache`."""

    cache: Path
    scratch: Path
    sandbox: Sandbox
    store: WheelStore
    resolver: Resolver
    patience: Patience = field(default_factory=Patience)

    def wheel(self, name: str, specifier: str) -> Path:
        """Return the folder that holds the wheel of the newest source in that range.

        Raises Unresolvable if there is none or it does not build, IndexUnavailable, SandboxBroken.
        """
        if (known := self.patience.failed.get((name, specifier))) is not None:
            raise Unresolvable(known)
        try:
            return self._wheel(name, specifier)
        except Unresolvable as error:
            self.patience.failed[name, specifier] = error.message
            raise

    def _wheel(self, name: str, specifier: str) -> Path:
        source = self._newest(name, specifier)
        archive = self._fetched(source)
        requires = self._requires(archive)
        environment = self._environment(requires, source)
        key = hashlib.sha256(f"{archive.parent.name}\n{environment.digest}".encode()).hexdigest()
        folder = self.cache / "built" / key
        if not folder.is_dir():
            wheel_name, content = self._build(archive, source, requires, environment)
            self._keep(folder, wheel_name, content)
        return folder

    def _newest(self, name: str, specifier: str) -> Source:
        python = self.store.interpreter.version
        found = []
        for file in self.store.installer.index.files(name):
            try:
                named, version = parse_sdist_filename(file.name)
                fits = SpecifierSet(file.requires_python or "").contains(python)
            except (InvalidSdistFilename, InvalidVersion, InvalidSpecifier):
                continue
            if named == canonicalize_name(name) and fits and not file.yanked:
                found.append((version, file))
        allowed = list(SpecifierSet(specifier).filter(version for version, _ in found))
        if not allowed:
            raise Unresolvable(f"{name}: the index has no version in the range {specifier!r}")
        version, file = max((one for one in found if one[0] in allowed), key=lambda one: one[0])
        return Source(name=canonicalize_name(name), version=str(version), file=file)

    def _fetched(self, source: Source) -> Path:
        """Return the archive, alone in a folder that is named after its content or address."""
        known = source.file.sha256 or hashlib.sha256(source.file.url.encode()).hexdigest()
        folder = self.cache / "sdists" / known
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
        archive = folder / ("source.zip" if source.file.name.endswith(".zip") else "source.tar.gz")
        if not archive.is_file():
            self.store.installer.index.download(source.file, archive, limit=LARGEST_SDIST)
            archive.chmod(0o644)
        return archive

    def _requires(self, archive: Path) -> tuple[str, ...]:
        """Return what the build asks for: names and versions, as for any requirement."""
        outcome = self._run(archive, "read", None)
        if not outcome.ok or outcome.stdout[:1] != b"P":
            return _USUAL
        try:
            whole = tomllib.loads(outcome.stdout[1:].decode("utf-8"))
        except (ValueError, RecursionError):
            return _USUAL
        asked = table(whole, "build-system").get("requires")
        return _cleaned(strings(asked)) if isinstance(asked, list) else _USUAL

    def _environment(self, requires: tuple[str, ...], source: Source) -> Built:
        try:
            pins = self.resolver.resolve(Wanted(requirements=requires))
            return build(pins, sandbox=self.sandbox, store=self.store, scratch=self.scratch)
        except Unresolvable as error:
            raise Unresolvable(
                f"{source.name} {source.version} has no wheel, and what its build asks for "
                f"can't be had: {error.message}"
            ) from error

    def _build(
        self, archive: Path, source: Source, requires: tuple[str, ...], environment: Built
    ) -> tuple[str, bytes]:
        outcome = self._run(archive, "ask", environment)
        if outcome.ok and outcome.stdout[:1] == b"R":
            more = (*requires, *_cleaned(_json_strings(outcome.stdout[1:])))
            outcome = self._run(archive, "build", self._environment(more, source))
        if not outcome.ok:
            said = outcome.stderr.decode("utf-8", "replace").strip()[-2000:]
            raise Unresolvable(
                f"{source.name} {source.version} has no wheel, and building it without a network "
                f"failed ({outcome.ended.value}):\n{said}"
            )
        head, _, content = outcome.stdout.partition(b"\n")
        name = head[1:].decode("ascii", "replace")
        if head[:1] != b"W" or not _sane(name, content, source):
            raise Unresolvable(f"{source.name} {source.version}: its build made no usable wheel")
        return name, content

    def _run(self, archive: Path, what: str, environment: Built | None) -> Outcome:
        mounts = [Mount(folder=self.sandbox.folder(archive.parent), target="/sdist")]
        python = self.store.interpreter.path
        if environment:
            mounts.append(Mount(folder=environment.folder, target=ENVIRONMENT_PATH))
            python = f"{ENVIRONMENT_PATH}/bin/python"
        if self.patience.seconds <= 0:
            raise Unresolvable("what has no wheel took too long to build, all together")
        outcome = self.sandbox.run(
            Command(
                argv=(python, "-B", "-c", script("build_wheel"), what),
                zone=Zone.CANDIDATE,
                mounts=tuple(mounts),
                cwd="/tmp",  # noqa: S108 - inside the sandbox
                # Reproducible archives: the same source gives the same wheel.
                environment=(("SOURCE_DATE_EPOCH", "315532800"),),
                limits=replace(
                    _LIMITS, wall_seconds=min(_LIMITS.wall_seconds, self.patience.seconds)
                ),
                label="building a package from source",
            )
        )
        self.patience.seconds -= outcome.seconds
        return outcome

    def _keep(self, folder: Path, name: str, content: bytes) -> None:
        folder.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(dir=self.scratch, prefix="built-"))
        (partial / name).write_bytes(content)
        try:
            partial.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise


def _cleaned(asked: list[str]) -> tuple[str, ...]:
    """Return the requirements that are names and versions; URLs and paths are left out."""
    results = [clean(one, Location(path="pyproject.toml")) for one in asked[:50]]
    return tuple(one.text for one in results if isinstance(one, Requirement))


def _json_strings(content: bytes) -> list[str]:
    try:
        return strings(json.loads(content))
    except (ValueError, RecursionError):
        return []


def _sane(name: str, content: bytes, source: Source) -> bool:
    """Tell whether this is a wheel of that project and version, of a sane size when unpacked."""
    try:
        named, version, _, _ = parse_wheel_filename(name)
        entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (InvalidWheelFilename, InvalidVersion, zipfile.BadZipFile, ValueError, OSError):
        return False
    return (
        "/" not in name
        and named == source.name
        and version == Version(source.version)
        and len(entries) <= _MOST_FILES
        and sum(entry.file_size for entry in entries) <= _LARGEST_UNPACKED
        and not any(e.filename.startswith("/") or ".." in e.filename.split("/") for e in entries)
    )

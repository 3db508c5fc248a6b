"""What a submission declares it needs, and the environment made of it."""

from dataclasses import dataclass

from flaskgrade.model.evidence import CommandRecord, Finding, Location


@dataclass(frozen=True, kw_only=True)
class Interpreter:
    """A Python inside a sandbox: its path there, its version, and how installers name it."""

    path: str  # inside the sandbox
    version: str  # "3.13.1"
    platform: str  # uv's --python-platform value, such as "x86_64-manylinux_2_36"

    @property
    def short(self) -> str:
        """The version as major.minor."""
        return ".".join(self.version.split(".")[:2])


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """One PEP 508 requirement, options and URLs already removed. `text` is the clean form."""

    name: str  # normalised, PEP 503
    text: str  # "flask[async]>=3; python_version >= '3.11'"
    pinned: bool  # exactly one version: `==` without a wildcard, or from a lock file
    location: Location
    group: str = "main"  # main, or the name of a development group


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """The dependencies that a submission declares, as data: names and versions only."""

    requirements: tuple[Requirement, ...]
    files: tuple[str, ...]  # where they were read, most authoritative first
    requires_python: str | None = None  # a PEP 440 specifier
    locked: bool = False  # a lock file was used
    locked_names: tuple[str, ...] = ()  # the requirements that it fixes
    source_roots: tuple[str, ...] = (".",)  # folders to import from: ".", "src", …
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Package:
    """An installed distribution."""

    name: str
    version: str


@dataclass(frozen=True, kw_only=True)
class Folder:
    """A read-only folder that a backend can mount; `reference` means something to it only."""

    backend: str
    reference: str


@dataclass(frozen=True, kw_only=True)
class Environment:
    """A built environment, mounted at `ENVIRONMENT_PATH`; its interpreter is `python`."""

    digest: str  # of interpreter and resolved set
    interpreter: Interpreter
    folder: Folder
    packages: tuple[Package, ...]
    added: tuple[str, ...] = ()  # names that the harness added: gunicorn, pytest
    left_out: tuple[str, ...] = ()  # development requirements that could not be had with the rest
    reused: bool = False
    python: str = "/opt/env/bin/python"


ENVIRONMENT_PATH = "/opt/env"


@dataclass(frozen=True, kw_only=True)
class BuildFailure:
    """Why no environment could be built from the declaration; `record` shows the failing line."""

    reason: str
    record: CommandRecord
    location: Location | None = None

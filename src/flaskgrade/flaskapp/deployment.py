"""Files of containers, hosts and CI: which there are, what they start, which secrets they hold."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from flaskgrade.flaskapp.layout import is_aside, is_test
from flaskgrade.flaskapp.secrets import is_secret_name
from flaskgrade.model.evidence import Location

LINE_CHARACTERS = 2_000

_DOCKERFILE = re.compile(r"^(Dockerfile|Containerfile)([.\-_].+)?$|\.Dockerfile$", re.IGNORECASE)
_COMPOSE = re.compile(
    r"^(docker-)?compose([.\-_].+)?\.ya?ml$|^docker-compose.*\.ya?ml$", re.IGNORECASE
)
_PROCFILE = re.compile(r"^Procfile(\..+)?$")
_DOTENV = re.compile(r"^(\.env(\..+)?|\.flaskenv|.+\.env)$")
_EXAMPLE = re.compile(r"ex[ae]mpl|sample|template|dist$|tmpl|default$", re.IGNORECASE)
_CI = re.compile(
    r"""^(?:
      \.github/workflows/.+\.ya?ml | \.gitlab-ci\.ya?ml | \.travis\.ya?ml | \.circleci/.+\.ya?ml
    | circle\.ya?ml | azure-pipelines.*\.ya?ml | \.azure-pipelines/.+ | Jenkinsfile.*
    | \.?appveyor\.ya?ml | \.drone\.ya?ml | bitbucket-pipelines\.ya?ml | \.cirrus\.ya?ml
    | \.woodpecker(?:/.+)?\.ya?ml | \.builds?/.+\.ya?ml | \.build\.ya?ml | \.buildkite/.+
    | wercker\.ya?ml | \.semaphore/.+ | \.zuul\.ya?ml | cloudbuild\.ya?ml | buildspec\.ya?ml
    | \.gitea/workflows/.+\.ya?ml | \.forgejo/workflows/.+\.ya?ml
    )$""",
    re.VERBOSE,
)
_VENDORED = frozenset({"node_modules", "vendor", "vendors", "bower_components", "third_party"})
_WORD = re.compile(r"[\w./-]+")
_DEV = re.compile(
    r"""\bflask\b[\s"',]+
        (?:-{1,2}[\w-]+(?:[\s"',=]+(?!run\b)[\w.:/()$={}]+)?[\s"',]+)*run\b
      | \b\w+\.py[\s"',]+(?:[\w=-]+[\s"',]+)?run_?server\b | \bmanage\.py[\s"',]+run\b
    """,
    re.VERBOSE,
)
_PYTHON = re.compile(r"\bpython[\d.]*[\s\"',]+(?:-[uOB]+[\s\"',]+)*(-m[\s\"',]+)?([\w./-]+)")
_SCRIPT = re.compile(
    r"(?:^|&&|;|^\s*(?:CMD|ENTRYPOINT|\w+:)|\bexec\s)[\s\"'\[]*(\.{0,2}/[\w./-]+\.py)\b",
    re.IGNORECASE,
)
_INSTRUCTION = re.compile(r"^\s*(CMD|ENTRYPOINT|RUN|FROM)\b", re.IGNORECASE)
_COMMAND_KEY = re.compile(r"^(\s*)-?\s*(command|entrypoint)\s*:", re.IGNORECASE)
_SETTING = re.compile(
    r"""^\s*(?:export\s+|ENV\s+|ARG\s+|-\s*)?["']?([A-Za-z_]\w*)["']?\s*(?:=|:\s|\s(?=\S))\s*(.*)$"""
)
_PAIR = re.compile(r"(\w+)=(\"[^\"]*\"|'[^']*'|\S+)")
_NO_VALUES = ("$", "<", "{{", "!", "|", ">")
_SWITCHES = frozenset({"true", "false", "yes", "no", "null", "none"})


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """The files of a project that build, start or check it."""

    dockerfiles: tuple[str, ...]
    compose: tuple[str, ...]
    procfiles: tuple[str, ...]
    ci: tuple[str, ...]
    dotenvs: tuple[str, ...]

    @property
    def started(self) -> tuple[str, ...]:
        """The files that say what is started."""
        return (*self.dockerfiles, *self.compose, *self.procfiles)


def find_deployment(files: tuple[str, ...], folders: tuple[str, ...]) -> Deployment:
    """Return the files by what they are for; `folders` are where a project's own CI would be."""
    own = [path for path in files if not _elsewhere(path)]

    def named(pattern: re.Pattern[str]) -> tuple[str, ...]:
        return tuple(path for path in own if pattern.search(PurePosixPath(path).name))

    ci = tuple(
        path
        for path in files
        if any(_CI.match(inner) for folder in folders if (inner := _below(path, folder)))
    )
    dockerfiles = tuple(
        path
        for path in named(_DOCKERFILE)
        if not path.endswith((".md", ".rst", ".py", ".html", ".dockerignore"))
    )
    dotenvs = tuple(
        path for path in named(_DOTENV) if not _EXAMPLE.search(PurePosixPath(path).name)
    )
    return Deployment(
        dockerfiles=dockerfiles,
        compose=named(_COMPOSE),
        procfiles=named(_PROCFILE),
        ci=ci,
        dotenvs=dotenvs,
    )


def scripts(
    deployment: Deployment, texts: Mapping[str, str], files: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the shell scripts of the project that those files start, by their names."""
    by_name: dict[str, list[str]] = {}
    for path in files:
        if path.endswith(".sh") or "." not in PurePosixPath(path).name:
            by_name.setdefault(PurePosixPath(path).name, []).append(path)
    found: dict[str, None] = {}
    for path in deployment.started:
        for line in commands(path, texts.get(path, "")):
            for word in _WORD.findall(line):
                found |= dict.fromkeys(by_name.get(PurePosixPath(word).name, ()))
    return tuple(one for one in found if one not in deployment.started)


def starts_dev_server(path: str, text: str, runners: frozenset[str]) -> bool:
    """Tell whether a file starts Flask's development server.

    `runners` are the paths of Python files that call `app.run()` when they are run.
    """
    return any(_DEV.search(line) or _runs(line, runners) for line in commands(path, text))


def secrets_in(path: str, text: str) -> Iterator[tuple[str, Location]]:
    """Return the settings of a .env, Dockerfile or compose file that are secrets with a value."""
    dockerfile = bool(_DOCKERFILE.search(PurePosixPath(path).name))
    for number, whole in enumerate(text.split("\n"), start=1):
        line = whole[:LINE_CHARACTERS]
        if line.lstrip().startswith("#"):
            continue
        settings = [*_PAIR.findall(line)] if dockerfile else []
        if (match := _SETTING.match(line)) is not None:
            settings.append((match[1], match[2].split(" #")[0]))
        for name, value in settings:
            if is_secret_name(name) and _is_written(value):
                yield name, Location(path=path, line=number)
                break


def _is_written(value: str) -> bool:
    """Tell whether a value is a text, or a variable with one to fall back on."""
    shown = value.strip().strip("\"'").strip()
    fallback = re.fullmatch(r"\$\{\w+:?-(.+)\}", shown)
    if fallback is not None:
        shown = fallback[1]
    return bool(shown) and not shown.startswith(_NO_VALUES) and shown.lower() not in _SWITCHES


def commands(path: str, text: str) -> Iterator[str]:
    """Return the lines of a file that run something when a container or process starts."""
    name = PurePosixPath(path).name
    joined = re.sub(r"\\\r?\n", " ", text)
    if _COMPOSE.search(name):
        yield from _compose_commands(joined)
    elif _DOCKERFILE.search(name) and not name.endswith(".sh"):
        yield from _dockerfile_commands(joined)
    else:
        for line in joined.splitlines():
            if not line.lstrip().startswith("#"):
                yield line[:LINE_CHARACTERS]


def _dockerfile_commands(text: str) -> Iterator[str]:
    """Return what containers start: each CMD and ENTRYPOINT, and the one as arguments of the other.

    https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact
    """
    entry = ""
    for whole in text.splitlines():
        line = whole[:LINE_CHARACTERS]
        match = _INSTRUCTION.match(line)
        kind = match[1].upper() if match is not None else ""
        if kind == "FROM":
            entry = ""
        elif match is not None and kind != "RUN":
            yield line
            words = line[match.end() :].replace("[", " ").replace("]", " ")
            if kind == "ENTRYPOINT":
                entry = words
            elif entry:
                yield f"{entry} {words}"


def _compose_commands(text: str) -> Iterator[str]:
    """Return the values of `command` and `entrypoint`, those over several lines in one."""
    indent: int | None = None
    parts: list[str] = []
    for line in text.splitlines():
        match = _COMMAND_KEY.match(line)
        depth = len(line) - len(line.lstrip())
        if (
            indent is not None
            and line.strip()
            and (depth <= indent and not line.lstrip().startswith("- "))
        ):
            yield " ".join(parts)[:LINE_CHARACTERS]
            indent, parts = None, []
        if line.lstrip().startswith("#"):
            continue
        if match is not None:
            if parts:
                yield " ".join(parts)[:LINE_CHARACTERS]
            indent, parts = len(match[1]), [line[match.end() :].strip()]
        elif indent is not None and line.strip():
            parts.append(line.strip().removeprefix("- "))
    if parts:
        yield " ".join(parts)[:LINE_CHARACTERS]


def _runs(line: str, runners: frozenset[str]) -> bool:
    found = [(match[1], match[2]) for match in _PYTHON.finditer(line)]
    found += [("", match[1]) for match in _SCRIPT.finditer(line)]
    for module, target in found:
        if module:
            names = {target.replace(".", "/") + ".py", target.replace(".", "/") + "/__main__.py"}
        else:
            names = {target.lstrip("./"), target.lstrip("/")}
        for name in names:
            base = PurePosixPath(name).name
            for runner in runners:
                if runner == name or runner.endswith(f"/{name}"):
                    return True
                if name.endswith(f"/{runner}") and base == PurePosixPath(runner).name:
                    return True
    return False


def _elsewhere(path: str) -> bool:
    parts = PurePosixPath(path).parts[:-1]
    return is_test(path) or is_aside(path) or not _VENDORED.isdisjoint(parts)


def _below(path: str, folder: str) -> str | None:
    """Return the path from a folder, if it lies there."""
    if folder in {"", "."}:
        return path
    return path.removeprefix(folder + "/") if path.startswith(folder + "/") else None

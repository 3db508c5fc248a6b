"""What the user typed as SOURCE, judged before git sees any of it.

The form alone decides, no file is looked at. Whatever git could take for an option, a transport
helper or a second argument is refused here, and credentials are set apart from the address, so that
nothing after this can show them.
"""

import ipaddress
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, quote, unquote, urlsplit

from flaskgrade.errors import UsageError
from flaskgrade.submission.quoting import fit, shown

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2")
LONGEST = 4096
FORMS = (
    "Give https://host/owner/repo, ssh://git@host/owner/repo, git@host:owner/repo, "
    "a pull request's address, a folder under git, or an archive."
)

# What https and ssh hosts can be called; first character never "-", which ssh takes for an option.
HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\Z|\[[0-9A-Fa-f:.]+\]\Z")
USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+-]*\Z")
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
SCP = re.compile(r"(?P<user>[^/@:]+)@(?P<host>\[[^\]/]*\]|[^/:\[\]@]+):(?P<path>.*)\Z")
HELPER = re.compile(r"[A-Za-z0-9+.-]+::")  # git-remote-helpers(7): ext::, fd::, …

# GitHub (and hosts built like it), Gitea and Forgejo, GitLab with its groups in groups.
GITHUB_PULL = re.compile(r"(?P<repo>/[^/]+/[^/]+)/pulls?/(?P<number>[1-9][0-9]{0,9})(?:/.*)?\Z")
GITLAB_MERGE = re.compile(
    r"(?P<repo>(?:/[^/]+){2,20})/-/merge_requests/(?P<number>[1-9][0-9]{0,9})(?:/.*)?\Z"
)
BROWSED = re.compile(r"(?P<repo>/[^/]+/[^/]+)/(?:-/)?(?:tree|blob|commit|commits)/(?P<rest>.+)\Z")
REF = re.compile(r"[^\s~^:?*\[\\\x00-\x20\x7f]{1,255}\Z")  # git-check-ref-format(1)


@dataclass(frozen=True, kw_only=True)
class GitUrl:
    """A repository that git fetches. `url` holds no secret and is safe on a command line."""

    url: str
    protocol: str  # https, http, ssh, file: the only one that git may speak
    login: str = field(default="", repr=False)  # "user:password" as in the URL, percent-encoded


@dataclass(frozen=True, kw_only=True)
class PullRequest:
    """A pull or merge request: a repository, and the ref that the host keeps for it."""

    repository: GitUrl
    number: int
    ref: str
    shown: str  # its address, for people


@dataclass(frozen=True, kw_only=True)
class LocalPath:
    """A folder: a git working tree, a folder in one, or a bare repository."""

    path: Path


@dataclass(frozen=True, kw_only=True)
class Archive:
    """A file that its name calls an archive."""

    path: Path


Source = GitUrl | PullRequest | LocalPath | Archive


def parse(source: str) -> Source:
    """Return SOURCE as a value. Raises UsageError for what no repository or path can be."""
    check_text(source)
    if scheme := SCHEME.match(source):
        return parse_url(source, scheme.group(1).lower())
    if HELPER.match(source):
        helper = shown(source.partition("::")[0])
        raise UsageError(
            f"{helper}:: is a git transport helper, which runs commands",
            hint=FORMS,
        )
    if scp := SCP.match(source):
        return GitUrl(url=check_scp(scp, source), protocol="ssh")
    if source.lower().endswith(ARCHIVES):
        return Archive(path=Path(source))
    return LocalPath(path=Path(source))


def check_text(source: str) -> None:
    """Refuse what isn't one plain argument: options, blanks around it, control characters."""
    if not source:
        raise UsageError("no submission was given", hint=FORMS)
    if len(source) > LONGEST:
        raise UsageError("the submission's address is longer than any can be", hint=FORMS)
    if source.startswith("-"):
        raise UsageError(
            f"{shown(redacted(source))} looks like an option, not like a submission",
            hint="For a folder whose name starts with a dash, put ./ before it.",
        )
    if source != source.strip() or not fit(source):
        raise UsageError(
            f"{shown(redacted(source))!r} has blanks around it, or characters that can't be seen",
            hint="Copy the address again. " + FORMS,
        )


def redacted(text: str) -> str:
    """Return a text that may hold an address, without what could be credentials in it."""
    return re.sub(r"://[^/\s]*@", "://", text)


def parse_url(source: str, scheme: str) -> Source:
    """Return a URL of a known scheme as a value."""
    try:
        parts = urlsplit(source)
        port = parts.port
    except ValueError as error:
        raise UsageError("the submission's URL has no valid host and port", hint=FORMS) from error
    if scheme == "file":
        return parse_file(parts)
    if scheme not in {"https", "http", "ssh"}:
        raise UsageError(f"{shown(scheme)}:// is not supported", hint=FORMS)
    login, at, _ = parts.netloc.rpartition("@")
    host = check_host(parts.netloc.rpartition("@")[2], port, has_login=bool(at))
    if scheme == "http" and not is_loopback(host):
        raise UsageError(
            "plain http is refused: anyone between here and the host could change the submission",
            hint="Use https://, or ssh.",
        )
    address = host if port is None else f"{host}:{port}"
    if not decoded(parts.path).strip("/"):
        raise UsageError("the submission's URL names no repository", hint=FORMS)
    if scheme == "ssh":
        return parse_ssh(parts, login, address)
    return parse_https(parts, scheme, address, login)


def parse_https(parts: SplitResult, scheme: str, address: str, login: str) -> Source:
    """Return an https address as a repository or, where it has the form of one, a request."""
    base = f"{scheme}://{address}"
    if not fit(decoded(login)):
        raise UsageError("the credentials in the URL have characters that can't be seen")
    if merge := GITLAB_MERGE.match(parts.path):
        number = int(merge["number"])
        return PullRequest(
            repository=GitUrl(url=f"{base}{merge['repo']}.git", protocol=scheme, login=login),
            number=number,
            ref=f"refs/merge-requests/{number}/head",
            shown=f"{base}{merge['repo']}/-/merge_requests/{number}",
        )
    if pull := GITHUB_PULL.match(parts.path):
        number = int(pull["number"])
        return PullRequest(
            repository=GitUrl(url=base + pull["repo"], protocol=scheme, login=login),
            number=number,
            ref=f"refs/pull/{number}/head",
            shown=f"{base}{pull['repo']}/pull/{number}",
        )
    if browsed := BROWSED.match(parts.path):
        raise UsageError(
            "that is the address of a page in a repository",
            hint=f"Give {base}{shown(browsed['repo'])}, with --ref and --subdir where needed.",
        )
    if parts.query or parts.fragment:
        raise UsageError(
            "a repository's URL has no ? or # part",
            hint=f"Perhaps {base}{shown(parts.path)} is meant.",
        )
    return GitUrl(
        url=base + quote(parts.path, safe="/%~:@!$&'()*+,;="), protocol=scheme, login=login
    )


def parse_ssh(parts: SplitResult, login: str, address: str) -> GitUrl:
    """Return an ssh address; a password in it is left out, ssh takes none."""
    user = login.partition(":")[0]
    if user and not USER.match(user):
        raise UsageError("the user name in the ssh URL is none that ssh takes", hint=FORMS)
    if parts.query or parts.fragment:
        raise UsageError("a repository's URL has no ? or # part", hint=FORMS)
    if decoded(parts.path).lstrip("/").startswith("-"):
        raise UsageError("the path in the ssh URL starts with a dash", hint=FORMS)
    at = f"{user}@" if user else ""
    return GitUrl(url=f"ssh://{at}{address}{parts.path}", protocol="ssh")


def parse_file(parts: SplitResult) -> GitUrl:
    """Return a file:// URL of this machine."""
    path = decoded(parts.path)
    if parts.netloc not in {"", "localhost"} or not path.startswith("/"):
        raise UsageError("a file:// URL needs an absolute path: file:///path/to/repo")
    if parts.query or parts.fragment:
        raise UsageError("in a file:// URL, write ? as %3F and # as %23")
    return GitUrl(url="file://" + quote(path, safe="/"), protocol="file")


def check_scp(match: re.Match[str], source: str) -> str:
    """Return user@host:path as it is, once nothing in it can be taken for an option."""
    user, host, path = match["user"], match["host"], match["path"]
    if not USER.match(user) or not HOST.match(host) or not path or path.startswith("-"):
        raise UsageError(f"{shown(redacted(source))} is no address that ssh takes", hint=FORMS)
    if any(character.isspace() for character in source):
        raise UsageError("an ssh address has no blanks in it", hint=FORMS)
    return source


def check_host(host: str, port: int | None, *, has_login: bool) -> str:
    """Return the host without its port. Raises UsageError where it is none."""
    if port is not None:
        host = host.rpartition(":")[0]
    host = host.removesuffix(":")
    if not HOST.match(host):
        where = "the submission's URL" if has_login else shown(host) or "an empty name"
        raise UsageError(f"{where} is no host name", hint=FORMS)
    return host.lower()


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine, by its name alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def decoded(text: str) -> str:
    """Return a percent-decoded part of a URL. Raises UsageError where it hides something."""
    try:
        plain = unquote(text, errors="strict")
    except UnicodeDecodeError as error:
        raise UsageError("the submission's URL is not UTF-8") from error
    if not fit(plain) or not fit(text) or any(character.isspace() for character in text):
        raise UsageError("the submission's URL has characters that can't be seen", hint=FORMS)
    return plain


def check_ref(ref: str) -> str:
    """Return a branch, tag, commit or full ref. Raises UsageError for what can't be one."""
    bad = (
        not REF.match(ref)
        or not fit(ref)
        or ref.startswith(("-", "+", "/", "."))
        or ref.endswith(("/", ".", ".lock"))
        or ".." in ref
        or "@{" in ref
        or "//" in ref
    )
    if bad:
        raise UsageError(
            f"--ref {shown(redacted(ref))!r} is no name of a branch, tag or commit",
            hint="Give a branch, a tag, a commit's hash, or a full ref such as refs/pull/7/head.",
        )
    return ref


def check_subdir(subdir: str | None) -> str | None:
    """Return a folder inside the submission, normalised; None for its root."""
    if subdir is None:
        return None
    parts = [part for part in subdir.split("/") if part not in {"", "."}]
    if subdir.startswith("/") or ".." in parts or not fit(subdir) or "\\" in subdir:
        raise UsageError(
            f"--subdir {shown(subdir)!r} is no folder inside a submission",
            hint="Give a path relative to the repository's root, such as backend/api.",
        )
    if any(part.lower() == ".git" for part in parts):
        raise UsageError("--subdir can't be git's own folder")
    return "/".join(parts) or None

"""The operator's package index: where it is, and what it says about a project.

The installer speaks to the index by itself. This client is for what it cannot do: fetch a source
distribution without building it, and tell a name that does not exist from an index that is broken.
https://packaging.python.org/en/latest/specifications/simple-repository-api/
"""

import functools
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit, urlunsplit

import uv
from packaging.utils import canonicalize_name

from flaskgrade.errors import IndexUnavailable, StageError

_SETTINGS = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")
_ACCEPT = "application/vnd.pypi.simple.v1+json, text/html;q=0.5"
_PAGE_LIMIT = 64_000_000  # bytes; the longest real pages have about ten million
_SECONDS = 30.0
_NOT_FOUND = frozenset({404, 410})


@dataclass(frozen=True, kw_only=True)
class IndexFile:
    """A file that the index offers. `sha256` is None where the index names none."""

    name: str
    url: str
    sha256: str | None
    requires_python: str | None
    yanked: bool


@dataclass(frozen=True, kw_only=True)
class Index:
    """A package index of the operator's choice; never the submission's."""

    url: str = ""  # empty: whatever is uv's own default

    @classmethod
    def chosen(cls, environ: Mapping[str, str] = os.environ) -> "Index":
        """Return the index that the operator's environment names, or else uv's own default."""
        chosen = next((environ[name] for name in _SETTINGS if environ.get(name)), "")
        return cls(url=chosen.rstrip("/"))

    @property
    def base(self) -> str:
        """The index's URL. Raises StageError where uv does not name its default."""
        return self.url or installers_default()

    @property
    def identity(self) -> str:
        """What tells indexes apart: the URL without credentials."""
        parts = urlsplit(self.url)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))

    def files(self, name: str) -> tuple[IndexFile, ...]:
        """Return all files of a project; none if there is no such project.

        Raises IndexUnavailable if the index does not answer.
        """
        url = f"{self.base}/{canonicalize_name(name)}/"
        request = urllib.request.Request(url, headers={"Accept": _ACCEPT})  # noqa: S310 - checked
        try:
            body, final = _get(_authorised(request), _PAGE_LIMIT)
        except urllib.error.HTTPError as error:
            if error.code in _NOT_FOUND:
                return ()
            raise IndexUnavailable(f"the package index answered {error.code} for {name}") from error
        text = body.decode("utf-8", "replace")
        # The content is believed, not its type: proxies are known to change one without the other.
        return _from_json(text, final) if text.lstrip()[:1] == "{" else _from_html(text, final)

    def download(self, file: IndexFile, target: Path, *, limit: int) -> None:
        """Fetch a file, check its hash, and put it at `target`, whole or not at all.

        Raises IndexUnavailable, also for a wrong hash or more than `limit` bytes.
        """
        request = urllib.request.Request(file.url)  # noqa: S310 - checked in _get
        try:
            body, _ = _get(_authorised(request, like=self.base), limit)
        except urllib.error.HTTPError as error:
            raise IndexUnavailable(
                f"the package index answered {error.code} for {file.name}"
            ) from error
        if file.sha256 is not None and hashlib.sha256(body).hexdigest() != file.sha256:
            raise IndexUnavailable(f"{file.name} is not what the package index says: wrong hash")
        partial = target.with_name(f".{target.name}.{os.getpid()}.{id(body)}")
        partial.write_bytes(body)
        partial.replace(target)


@functools.cache
def installers_default() -> str:
    """Return the index that uv takes where nobody names one. Raises StageError.

    Asked and not written down here, so that both always mean the same one.
    """
    question = ("pip", "compile", "-", "--emit-index-url", "--no-config", "--no-header", "--quiet")
    # A fresh HOME and no settings: the answer is to be uv's own.
    with tempfile.TemporaryDirectory() as home:
        environment = {"PATH": os.defpath, "HOME": home, "UV_CACHE_DIR": f"{home}/uv"}
        python = ("--python", sys.executable)  # it wants one to speak to
        done = subprocess.run(
            (uv.find_uv_bin(), *question, *python),
            input=b"",
            capture_output=True,
            env=environment,
            check=False,
        )
    found = re.search(rb"^--index-url (\S+)$", done.stdout, re.MULTILINE)
    if found is None:
        raise StageError(
            "uv does not say which package index it uses", hint="Set UV_DEFAULT_INDEX."
        )
    return found[1].decode().rstrip("/")


def _authorised(request: urllib.request.Request, *, like: str = "") -> urllib.request.Request:
    """Move credentials from the URL into a header, where urllib wants them."""
    parts = urlsplit(request.full_url)
    known = urlsplit(like)
    owner = parts if parts.username else known if known.hostname == parts.hostname else parts
    if not owner.username:
        return request
    import base64  # noqa: PLC0415 - rare

    pair = f"{owner.username}:{owner.password or ''}".encode()
    bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    plain = urllib.request.Request(bare, headers=dict(request.header_items()))  # noqa: S310
    plain.add_unredirected_header("Authorization", "Basic " + base64.b64encode(pair).decode())
    return plain


def _get(request: urllib.request.Request, limit: int) -> tuple[bytes, str]:
    if request.type not in {"https", "http"}:
        raise IndexUnavailable(f"the package index names a file by {request.type}:")
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - see above
            body = answer.read(limit + 1)
            final = str(answer.geturl())
    except urllib.error.HTTPError:
        raise
    except (TimeoutError, OSError, HTTPException) as error:
        raise IndexUnavailable(
            f"the package index does not answer: {type(error).__name__}",
        ) from error
    if len(body) > limit:
        raise IndexUnavailable(f"the package index sent more than {limit} bytes")
    return body, final


def _from_json(text: str, base: str) -> tuple[IndexFile, ...]:
    try:
        found = json.loads(text)["files"]
        return tuple(
            IndexFile(
                name=str(one["filename"]),
                url=urljoin(base, str(one["url"])),
                sha256=(one.get("hashes") or {}).get("sha256"),
                requires_python=one.get("requires-python"),
                yanked=bool(one.get("yanked")),
            )
            for one in found
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise IndexUnavailable("the package index answered with JSON of another kind") from error


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep links."""
        if tag == "a":
            self.found.append(dict(attrs))


def _from_html(text: str, base: str) -> tuple[IndexFile, ...]:
    parser = _Anchors()
    parser.feed(text)
    files = []
    for anchor in parser.found:
        url, fragment = urldefrag(urljoin(base, anchor.get("href") or ""))
        digest = re.fullmatch(r"sha256=([0-9a-f]{64})", fragment)
        name = url.rpartition("/")[2]
        if name.endswith((".whl", ".tar.gz", ".zip")):
            files.append(
                IndexFile(
                    name=name,
                    url=url,
                    sha256=digest[1] if digest else None,
                    requires_python=anchor.get("data-requires-python"),
                    yanked="data-yanked" in anchor,
                )
            )
    return tuple(files)

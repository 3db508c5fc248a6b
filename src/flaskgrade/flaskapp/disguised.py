"""Files whose code no tool reads as Python reads it: byte code, machine code, odd encodings."""

import codecs
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from flaskgrade.flaskapp.facts import Hidden
from flaskgrade.flaskapp.layout import INSTALLED
from flaskgrade.model.evidence import Location
from flaskgrade.model.submission import Submission

CACHE = "__pycache__"
_COMPILED = (".pyc", ".pyo", ".so", ".pyd")
_UNCHECKED = 1  # the flags of byte code that runs whatever its source says: PEP 552
_COOKIE = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")  # PEP 263
# In these, what looks like Python is Python: ASCII means what it says.
_PLAIN_ENCODINGS = re.compile(
    r"utf-8(-sig)?|ascii|iso8859-\d+|cp125\d|cp437|cp850|koi8-[ru]|mac-.*"
)


def find_disguised(submission: Submission, python: tuple[str, ...]) -> tuple[Hidden, ...]:
    """Return the files that hold other code than can be read. `python` are the ones that can."""
    return (*_compiled(submission), *_encoded(submission, python))


def _compiled(submission: Submission) -> Iterator[Hidden]:
    for file in submission.files:
        path = PurePosixPath(file.path)
        folders = path.parts[:-1]
        if path.suffix not in _COMPILED:
            continue
        if CACHE in folders:  # Python takes it only if it is of the source beside it, but:
            with (submission.root / file.path).open("rb") as handle:
                flags = int.from_bytes(handle.read(8)[4:], "little")
            if flags == _UNCHECKED:
                yield _hidden(file.path, "byte code that runs whatever its source says")
        elif INSTALLED.isdisjoint(folders) and not _in_environment(submission, path):
            yield _hidden(file.path, "compiled code, whose source is not looked at")


def _in_environment(submission: Submission, path: PurePosixPath) -> bool:
    return any(submission.has(str(folder / "pyvenv.cfg")) for folder in path.parents)


def _encoded(submission: Submission, python: tuple[str, ...]) -> Iterator[Hidden]:
    for path in python:
        for line in submission.text(path, 1000).splitlines()[:2]:
            cookie = _COOKIE.match(line)
            if cookie and not _PLAIN_ENCODINGS.fullmatch(_encoding(cookie[1])):
                yield _hidden(path, f"the encoding {cookie[1][:40]} makes other code of the text")


def _encoding(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""


def _hidden(path: str, why: str) -> Hidden:
    return Hidden(location=Location(path=path), why=why)

"""Archives and git trees: a submission whose files lie in its folder, or an error of ours."""
# A test's name is its sentence.
# ruff: noqa: D103, PT017 - that an error is raised is no must, what it says is

import io
import stat
import tarfile
import tempfile
import warnings
import zipfile
from pathlib import Path

from hypothesis import strategies as st

from flaskgrade.errors import SubmissionError, UsageError
from flaskgrade.model.submission import Submission
from flaskgrade.submission.acquire import acquire
from flaskgrade.submission.history import parse_log
from flaskgrade.submission.source import parse
from tests.fuzz.cases import fuzz
from tests.fuzz.strategies import any_bytes, any_text, chunked, glued, mutated_bytes
from tests.submission.conftest import Builder

PARTS = (
    "..",
    ".",
    ".git",
    ".GIT",
    "git~1",
    ".g\u200cit",
    "a",
    "A",
    "\u00e9",
    "e\u0301",
    "\u212a",
    "k",
    "CON",
    "a ",
    "a.",
    "-rf",
    "",
    "~",
    "\\",
    "C:",
    "\n",
    "\x1b[2J",
    "\u202e",
    ".gitmodules",
    "app.py",
    "x" * 250,
)
names = st.lists(
    st.sampled_from(PARTS) | st.text(min_size=1, max_size=4), min_size=1, max_size=5
).map("/".join)
contents = st.binary(max_size=50)
TAR_KINDS = (b"0", b"0", b"0", b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"S", b"Z")


def check(submission: Submission, around: Path) -> None:
    """Assert that what was written is what is listed, and that nothing is elsewhere."""
    root = submission.root
    there = {str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir()}
    assert there == {file.path for file in submission.files}
    assert all(stat.S_ISREG((root / file.path).lstat().st_mode) for file in submission.files)
    assert not any(part.casefold() == ".git" for path in there for part in path.split("/"))
    assert {path.name for path in around.iterdir()} <= {"tree", "work", "in"}


def zipped(members: list[tuple[str, bytes, int]]) -> bytes:
    held = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # doubled names are on purpose
        for name, content, mode in members:
            info = zipfile.ZipInfo(name.replace("\x00", "") or "x")
            info.external_attr = mode << 16
            archive.writestr(info, content)
    return held.getvalue()


def tarred(members: list[tuple[str, bytes, bytes, str]]) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for name, content, kind, link in members:
            info = tarfile.TarInfo(name.replace("\x00", ""))
            info.type, info.linkname = kind, link.replace("\x00", "")
            info.size = len(content) if kind == b"0" else 0
            archive.addfile(info, io.BytesIO(content))
    return held.getvalue()


modes = st.sampled_from([0o100644, 0o100755, 0o120777, 0o40755, 0o20666, 0, 0o104755])
zips = st.lists(st.tuples(names, contents, modes), max_size=5).map(zipped)
tars = st.lists(st.tuples(names, contents, st.sampled_from(TAR_KINDS), names), max_size=5).map(
    tarred
)
SEED_ZIP = zipped([("app.py", b"x = 1\n", 0o100644), ("a/b.py", b"y" * 300, 0o100755)])
SEED_TAR = tarred([("app.py", b"x = 1\n", b"0", ""), ("a/l", b"", b"2", "../..")])


def acquired(source: Path, data: bytes | None) -> None:
    with tempfile.TemporaryDirectory(prefix="flaskgrade-fuzz-") as folder:
        into = Path(folder)
        path = source
        if data is not None:
            (into / "in").mkdir()
            path = into / "in" / source
            path.write_bytes(data)
        try:
            submission = acquire(str(path), into=into)
        except (SubmissionError, UsageError) as error:
            assert "\x1b" not in error.message
            assert len(error.message) < 1000
            assert {path.name for path in into.iterdir()} <= {"tree", "work", "in"}
        else:
            check(submission, into)


@fuzz(share=0.2, data=zips | mutated_bytes([SEED_ZIP]) | any_bytes)
def test_any_zip_lands_in_its_folder_or_is_refused(data: bytes) -> None:
    acquired(Path("s.zip"), data)


@fuzz(
    share=0.2,
    data=tars | mutated_bytes([SEED_TAR]) | any_bytes,
    name=st.sampled_from(["s.tar", "s.tar", "s.tar", "s.tgz", "s.tar.xz", "s.tar.bz2"]),
)
def test_any_tar_lands_in_its_folder_or_is_refused(data: bytes, name: str) -> None:
    acquired(Path(name), data)


raw_names = st.sampled_from(PARTS).map(str.encode) | st.binary(min_size=1, max_size=5)
raw_modes = st.sampled_from(
    [b"100644", b"100755", b"120000", b"40000", b"160000", b"100664", b"0", b"777777"]
)


@fuzz(
    share=0.003,
    entries=st.lists(st.tuples(raw_modes, raw_names), min_size=1, max_size=6),
    folder=raw_names,
)
def test_any_git_tree_lands_in_its_folder_or_is_refused(
    entries: list[tuple[bytes, bytes]], folder: bytes
) -> None:
    with tempfile.TemporaryDirectory(prefix="flaskgrade-fuzz-") as held:
        origin = Builder(Path(held) / "origin")
        blob = bytes.fromhex(origin.blob(b"x = 1\n"))

        def tree(rows: list[tuple[bytes, bytes, bytes]]) -> bytes:
            body = b"".join(
                mode + b" " + name.replace(b"\0", b"") + b"\0" + sha for mode, name, sha in rows
            )
            key = origin.git(
                "hash-object", "-t", "tree", "--literally", "-w", "--stdin", stdin=body
            )
            return bytes.fromhex(key)

        inner = tree([(mode, name, blob) for mode, name in entries if mode != b"40000"])
        rows = [(mode, name, inner if mode == b"40000" else blob) for mode, name in entries]
        top = tree([*rows, (b"40000", folder, inner)])
        commit = origin.git("commit-tree", "-m", "work", top.hex())
        origin.git("update-ref", "refs/heads/main", commit)

        acquired(origin.path, None)


LOG = b"1" * 40 + b"\x1f2024-03-01T10:00:00+01:00\x1fsubject\0" + b"3\t4\tapp.py\0"


@fuzz(pieces=chunked(any_bytes | mutated_bytes([LOG])))
def test_any_log_is_commits(pieces: tuple[bytes, ...]) -> None:
    cut, whole = list(parse_log(pieces)), list(parse_log([b"".join(pieces)]))

    assert cut == whole
    assert all("\x1b" not in commit.subject for commit in cut)


URLS = (
    "https://",
    "ssh://",
    "git@",
    "file://",
    "github.com",
    ":",
    "/",
    "//",
    "@",
    "u:secret",
    "#",
    "?",
    "pull/1",
    ".git",
    "..",
    "[::1",
    "]",
    "%00",
    "%2e%2e",
    "-o",
    ".zip",
    ".tar.gz",
    "a",
    "merge_requests/2",
)


@fuzz(text=glued(URLS) | any_text)
def test_any_source_is_understood_or_a_usage_error(text: str) -> None:
    try:
        found = parse(text)
    except UsageError as error:
        assert "\x1b" not in error.message
        assert len(error.message) < 1000
    else:
        assert found == parse(text)

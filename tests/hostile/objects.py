"""Git objects as no git would make them, and repositories that lead elsewhere."""

import hashlib
import zlib
from collections.abc import Iterable
from pathlib import Path

from tests.hostile.base import Files
from tests.hostile.grading import git

Entries = Iterable[tuple[str, bytes, str]]  # mode, name, object
PIECE = b"\0" * 1_000_000


def raw(work: Path, kind: str, body: bytes) -> str:
    """Store an object, whatever it says; return its hash."""
    return stored(work, kind, (body,), len(body))


def zeros(work: Path, megabytes: int) -> str:
    """Store a blob of zeros, a thousandth as long when packed; return its hash."""
    return stored(work, "blob", (PIECE for _ in range(megabytes)), megabytes * len(PIECE))


def stored(work: Path, kind: str, pieces: Iterable[bytes], size: int) -> str:
    """Store an object that comes in pieces."""
    head = f"{kind} {size}\0".encode()
    hashed, packer = hashlib.sha1(head, usedforsecurity=False), zlib.compressobj(1)
    packed = [packer.compress(head)]
    for piece in pieces:
        hashed.update(piece)
        packed.append(packer.compress(piece))
    name = hashed.hexdigest()
    place = work / ".git" / "objects" / name[:2] / name[2:]
    place.parent.mkdir(exist_ok=True)
    place.unlink(missing_ok=True)
    place.write_bytes(b"".join(packed) + packer.flush())
    return name


def tree(work: Path, entries: Entries) -> str:
    """Store a tree with its entries in the order that they are given in."""
    body = b"".join(
        f"{mode} ".encode() + name + b"\0" + bytes.fromhex(key) for mode, name, key in entries
    )
    return raw(work, "tree", body)


def root(work: Path) -> list[tuple[str, bytes, str]]:
    """Return the entries of the tree that is committed."""
    lines = git(work, "ls-tree", "HEAD").splitlines()
    fields = (line.replace("\t", " ").split(" ", 3) for line in lines)
    return [(mode.lstrip("0"), name.encode(), key) for mode, _, key, name in fields]


def commit(work: Path, of: str, *, message: bytes = b"All of it", parents: tuple[str, ...] = (),
           author: bytes = b"Eve <eve@example.com> 1700000000 +0000") -> str:  # fmt: skip
    """Make a commit of a tree the only one of the branch."""
    lines = [b"tree " + of.encode(), *(b"parent " + one.encode() for one in parents)]
    lines += [b"author " + author, b"committer Eve <eve@example.com> 1700000000 +0000", b""]
    made = raw(work, "commit", b"\n".join([*lines, message]) + b"\n")
    branch = work / ".git" / "refs" / "heads" / "main"
    branch.write_text(f"{made}\n")
    return made


def beside(work: Path, files: Files) -> Path:
    """Make a repository of somebody else's beside that of the attacker."""
    other = work.with_name(f"{work.name}-other")
    for name, content in files.items():
        target = other / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
    git(other, "init", "--quiet", "--initial-branch", "main")
    git(other, "add", "--all")
    git(other, "commit", "--quiet", "--message", "All of it")
    return other

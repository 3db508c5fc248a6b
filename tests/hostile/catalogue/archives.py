"""Attacks by archives that are given as SOURCE: XC01."""

import gzip
import io
import os
import tarfile
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.hostile.attack import REFUSED, Attack, Layer
from tests.hostile.packing import beneath, claiming, member, overlapping, tarred, zipped

CANARY = "fg-canary-XC01"
OUT = (f"../../{CANARY}", f"/tmp/{CANARY}", f"app/../../../{CANARY}", f"..\\..\\{CANARY}")


def _archive(
    name: str,
    does: str,
    made: Callable[[], bytes],
    *,
    file: str = "submission.tar.gz",
    refused: bool = False,
    finds: tuple[str, ...] = (),
) -> Attack:
    """Return an attack by an archive in the attacker's folder."""
    attack = Attack(id="XC01", name=name, layer=Layer.TREE, does=does, finds=finds,
                    words=(f"{{repository}}/{file}",),
                    shape=lambda work: beneath(work, file, made()))  # fmt: skip
    return _refused(attack) if refused else attack


def _refused(attack: Attack) -> Attack:
    from dataclasses import replace  # noqa: PLC0415 - here alone

    return replace(attack, exits=REFUSED)


def _leading_out() -> bytes:
    return zipped([(name, "planted = 1\n") for name in OUT])


def _zip_links() -> bytes:
    members: list[tuple[str | zipfile.ZipInfo, str | bytes]] = []
    for name, mode, to in (("app/out", 0o120777, "/tmp"), ("app/s.py", 0o120777, "/etc/passwd"),
                           ("app/dev.py", 0o020666, ""), ("app/fifo.py", 0o010666, "")):  # fmt: skip
        info = zipfile.ZipInfo(name)
        info.create_system, info.external_attr = 3, mode << 16
        members.append((info, to))
    return zipped([*members, (f"app/out/{CANARY}", "planted = 1\n")])


def _tar_links() -> bytes:
    return tarred([
        (member("app/out", kind=tarfile.SYMTYPE, to="/tmp"), b""),
        (member(f"app/out/{CANARY}", size=1), b"x"),
        (member("app/hard.py", kind=tarfile.LNKTYPE, to="/etc/passwd"), b""),
        (member("app/views.py/x", kind=tarfile.LNKTYPE, to="../../etc/passwd"), b""),
        (member("app/fifo.py", kind=tarfile.FIFOTYPE), b""),
        (member("app/null.py", kind=tarfile.CHRTYPE), b""),
        (member("app/sda.py", kind=tarfile.BLKTYPE), b""),
        *((member(name, size=1), b"x") for name in OUT),
    ])  # fmt: skip


def _pax() -> bytes:
    headers = ({"path": f"../../{CANARY}"}, {"path": "a\0b"}, {"linkpath": "/etc/passwd"})
    members = [(member(f"x{n}", size=1, pax=one), b"x") for n, one in enumerate(headers)]
    return tarred(members)


def _negative() -> bytes:
    return tarred([(member("app/x.py", size=0, pax={"size": "-512"}), b"")])


def _sparse() -> bytes:
    pax = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "app/sparse.py",
           "GNU.sparse.realsize": str(1 << 40)}  # fmt: skip
    return tarred([(member("app/x", size=512, pax=pax), b"1\n0\n1\n".ljust(512, b"\0"))])


def _packed(kind: str, megabytes: int = 120) -> bytes:
    zeros = b"\0" * megabytes * 1_000_000
    return tarred([(member("app/z.bin", size=len(zeros)), zeros)], mode=f"w:{kind}")


def _padded() -> bytes:
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=1) as file:
        file.write(gzip.decompress(tarred()).rstrip(b"\0"))
        for _ in range(120):
            file.write(b"\0" * 1_000_000)
    return buffer.getvalue()


def _many() -> bytes:
    return tarred([(member(f"f{number}"), b"") for number in range(6_000)])


def _twice() -> bytes:
    return zipped([("app/views.py", "other = 1\n"), ("app/", ""), ("App/views.py", "x = 1\n")])


def _liar() -> bytes:
    return claiming(zipped([("z.bin", b"\0" * 100_000_000)]), b"z.bin", 10)


def _encrypted() -> bytes:
    archive = bytearray(zipped())
    place = archive.find(b"PK\x01\x02")
    archive[place + 8] |= 1
    return bytes(archive)


def _sign_of_life(work: Path, *, target: str) -> None:
    (work / "submission.zip").symlink_to(target)


def _pipe(work: Path) -> None:
    os.mkfifo(work / "submission.zip")


ATTACKS: tuple[Attack, ...] = (
    _archive("zip-slip", "a zip with names that lead out", _leading_out, file="s.zip",
             finds=("tree:odd-name",)),
    _archive("zip-links", "a zip with links and devices, and a file to be written through one",
             _zip_links, file="s.zip", finds=("tree:symlink", "tree:special-file")),
    _archive("zip-twice", "a zip in which names are there twice", _twice, file="s.zip",
             finds=("tree:collision",)),
    _archive("zip-bomb", "a zip of 120 MB of zeros", lambda: zipped([("z", b"\0" * 120_000_000)]),
             file="s.zip", refused=True),
    _archive("zip-liar", "a zip that says 10 bytes where there are 100 MB", _liar, file="s.zip",
             refused=True),
    _archive("zip-overlap", "a zip in which four thousand files are one piece",
             lambda: overlapping(b"\0" * 9_000_000, 4000), file="s.zip", refused=True),
    _archive("zip-encrypted", "a zip that says it is encrypted", _encrypted, file="s.zip",
             refused=True),
    _archive("zip-garbage", "a zip with another archive's end", lambda: zipped()[:-30] + b"PK\x05\x06" + b"\xff" * 26,
             file="s.zip", refused=True),
    _archive("tar-links", "a tar with links, pipes and devices, and names that lead out",
             _tar_links, finds=("tree:symlink", "tree:special-file", "tree:odd-name")),
    _archive("tar-pax", "a tar whose extended headers change names", _pax,
             finds=("tree:odd-name",)),
    _archive("tar-negative", "a tar with a member of a negative size", _negative, refused=True),
    _archive("tar-sparse", "a tar with a sparse file of a terabyte", _sparse, refused=True),
    _archive("tar-bomb", "a tar of 120 MB of zeros", lambda: _packed("gz"), refused=True),
    _archive("xz-bomb", "a tar of 40 MB of zeros, as xz", lambda: _packed("xz", 40), file="s.tar.xz", refused=True),
    _archive("tar-padding", "a tar with 120 MB after its end", _padded),
    _archive("tar-many", "a tar of six thousand files", _many, refused=True),
    Attack(id="XC01", name="endless", layer=Layer.TREE, exits=REFUSED,
           shape=partial(_sign_of_life, target="/dev/zero"),
           words=("{repository}/submission.zip",), does="an archive that is /dev/zero"),
    Attack(id="XC01", name="pipe", layer=Layer.TREE, exits=REFUSED, shape=_pipe,
           words=("{repository}/submission.zip",), does="an archive that is a pipe"),
)  # fmt: skip

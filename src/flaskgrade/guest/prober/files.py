"""Measure each place to write to, and look for the host's files: `files.py CASE ARGUMENTS_JSON`.

What is written is removed again, and ends at a cap where nothing else ends it.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import errno
import json
import mmap
import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, os.path.dirname(__file__))  # noqa: PTH120 - beside this file

from telling import say  # type: ignore[import-not-found]

MIB = 1 << 20
CHUNK = bytes(MIB)
MARK = "flaskgrade-probe"
LIBC = ctypes.CDLL(None, use_errno=True)
FAILED = ctypes.c_void_p(-1).value
HOST = ("/run/docker.sock", "/var/run/docker.sock", "/run/podman/podman.sock", "/etc/shadow")
LEFT_OUT = ("/proc", "/sys", "/dev", "/usr", sys.base_prefix)  # the last two are Python's own


def fill(folder: str, cap: int) -> tuple[int, str]:
    """Write files into a folder up to the cap; return the bytes that it took, and what ended it."""
    written = 0
    names: list[str] = []
    try:
        while written < cap:
            names.append(f"{folder}/{MARK}-{os.getpid()}-{len(names)}")
            with open(names[-1], "wb", buffering=0) as file:  # noqa: PTH123 - /dev is no place for Path
                for _ in range(4):
                    written += file.write(CHUNK)
    except OSError as error:
        return written, errno.errorcode.get(error.errno or 0, "?")
    finally:
        for name in names:
            with contextlib.suppress(OSError):
                os.unlink(name)  # noqa: PTH108 - as above
    return written, ""


def places(given: dict[str, Any]) -> None:
    """Tell how much each place takes: none, or no more than its size."""
    sizes = {"/": 0, "/dev": 0, "/tmp": given["size"], "/dev/shm": given["size"]}  # noqa: S108
    for place, size in {**sizes, "working folder": given["size"]}.items():
        folder = "." if place == "working folder" else place.rstrip("/")
        written, how = fill(folder, given["cap"])
        say(
            f"size of {place}",
            bool(how) and written <= size,
            f"{written / MIB:.0f} MiB, then {how or 'we stopped'}",
        )
    say("size of message queues", *queues(given["cap"]))


def queues(cap: int) -> tuple[bool | None, str]:
    """Make POSIX message queues as large as can be until that is refused."""
    try:
        library = ctypes.CDLL("librt.so.1", use_errno=True)
        make = library.mq_open
    except (OSError, AttributeError):
        return None, "there is no mq_open in the C library"
    limits = []
    for setting, usual in (("msg_max", 10), ("msgsize_max", 8192)):
        try:
            limits.append(int(Path("/proc/sys/fs/mqueue", setting).read_text(encoding="ascii")))
        except OSError:
            limits.append(usual)
    attributes = (ctypes.c_long * 8)(0, *limits)
    each = limits[0] * limits[1]
    names: list[bytes] = []
    try:
        while len(names) * each < cap:
            name = f"/{MARK}-{os.getpid()}-{len(names)}".encode()
            if make(name, os.O_CREAT | os.O_RDWR, 0o600, ctypes.byref(attributes)) < 0:
                how = errno.errorcode.get(ctypes.get_errno(), "?")
                return True, f"{len(names) * each / MIB:.1f} MiB, then {how}"
            names.append(name)
    finally:
        for name in names:
            library.mq_unlink(name)
    return False, f"{len(names) * each / MIB:.1f} MiB, then we stopped"


def inodes(given: dict[str, Any]) -> None:
    """Make empty files in a folder, telling the number as it grows: the memory may end us."""
    folder = given["folder"]
    root = f"{folder}/{MARK}-{os.getpid()}"
    count = 0
    how = "we stopped"
    try:
        os.mkdir(root)  # noqa: PTH102 - hundreds of thousands of names: strings are faster
        while count < given["most"]:
            os.mknod(f"{root}/{count}")
            count += 1
            if count % 10_000 == 0:
                print(count, flush=True)  # noqa: T201 - a sign of life, not a row
    except OSError as error:
        how = errno.errorcode.get(error.errno or 0, "?")
    finally:
        for number in range(count):
            with contextlib.suppress(OSError):
                os.unlink(f"{root}/{number}")  # noqa: PTH108 - as above
        with contextlib.suppress(OSError):
            os.rmdir(root)  # noqa: PTH106 - as above
    say(f"files in {folder}", count < given["most"], f"{count:,} empty files, then {how}")


def in_memfd() -> Callable[[], None]:
    """Write into anonymous files, four MiB each."""
    held: list[int] = []

    def write() -> None:
        if not held or os.fstat(held[-1]).st_size >= 4 * MIB:
            held.append(os.memfd_create(MARK))
        os.write(held[-1], CHUNK)

    return write


def in_segments() -> Callable[[], None]:
    """Fill System V segments, and let go of them: they stay, until removed by us at our end."""
    LIBC.shmat.restype = ctypes.c_void_p

    def write() -> None:
        key = LIBC.shmget(0, ctypes.c_size_t(MIB), 0o1600)
        if key < 0:
            raise OSError(ctypes.get_errno(), "shmget")
        atexit.register(LIBC.shmctl, key, 0, None)
        at = LIBC.shmat(key, None, 0)
        ctypes.memset(at, 1, MIB)
        LIBC.shmdt(ctypes.c_void_p(at))

    return write


def in_shared_pages() -> Callable[[], None]:
    """Fill shared pages, and unmap all but the first of each MiB: the kernel keeps the rest."""
    LIBC.mmap.restype = ctypes.c_void_p
    LIBC.mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long)
    kind = mmap.MAP_SHARED | mmap.MAP_ANONYMOUS

    def write() -> None:
        at = LIBC.mmap(None, MIB, mmap.PROT_READ | mmap.PROT_WRITE, kind, -1, 0)
        if at == FAILED:
            raise OSError(ctypes.get_errno(), "mmap")
        ctypes.memset(at, 1, MIB)
        page = mmap.PAGESIZE
        LIBC.munmap(ctypes.c_void_p(at + page), ctypes.c_size_t(MIB - page))

    return write


def in_sockets() -> Callable[[], None]:
    """Fill the buffers of sockets that nobody reads; a child goes on where no more can be open."""
    held: list[socket.socket] = []

    def pairs() -> list[socket.socket]:
        return [end for _ in range(3) for end in socket.socketpair()]

    def write() -> None:
        try:
            ends = pairs()  # some hundred KiB each way
        except OSError:
            if child := os.fork():
                os.waitpid(child, 0)
                os._exit(0)
            for one in held:  # they stay open in the parent
                one.close()
            held.clear()
            ends = pairs()
        for one in ends:
            one.setblocking(False)  # noqa: FBT003 - the standard library's
            with contextlib.suppress(BlockingIOError):
                while True:
                    one.send(CHUNK[:65536])
        held.extend(ends)

    return write


HOLDERS = {
    "memory in memfds": in_memfd,
    "memory in shared segments": in_segments,
    "memory in shared pages": in_shared_pages,
    "memory in sockets": in_sockets,
}


def hidden_memory(given: dict[str, Any]) -> None:
    """Hold memory that is no process's own, more than the command may use."""
    row = given["row"]
    held = 0
    how = ""
    try:
        write = HOLDERS[row]()
        while held < given["cap"]:
            write()
            held += MIB
            if held % (16 * MIB) == 0:
                print(held // MIB, flush=True)  # noqa: T201 - a sign of life, not a row
    except OSError as error:
        how = errno.errorcode.get(error.errno or 0, str(error))
    if not how:
        time.sleep(0.5)  # whoever watches has had the time to see it
    say(row, bool(how), f"{held // MIB} MiB, then {how or 'we stopped'}")


def charged(given: dict[str, Any]) -> None:
    """Write more into /tmp than the command may use as memory."""
    written, how = fill("/tmp", given["cap"])  # noqa: S108 - the sandbox's own
    detail = f"{written / MIB:.0f} MiB beside the memory, then {how or 'we stopped'}"
    say("files count as memory", False, detail)  # noqa: FBT003 - as say has it


def host(given: dict[str, Any]) -> None:
    """Look for the host's files: by name, and by their word in whatever can be read."""
    found = []
    for path in (*given["paths"], *HOST):
        try:
            fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno == errno.ENXIO:  # a socket
                found.append(path)
            continue
        text = os.read(fd, 65536).decode("utf-8", "replace")
        os.close(fd)
        if path not in given["paths"] or given["token"] in text:
            found.append(path)
    for folder in ("/root", "/home"):
        with contextlib.suppress(OSError):
            if any(not name.startswith(".pyenv") for name in os.listdir(folder)):  # noqa: PTH208
                found.append(f"{folder}/")
    say("host files", not found, f"can be read: {', '.join(found[:3])}" if found else "none found")


def hidden_tests(given: dict[str, Any]) -> None:
    """Search all that can be read for a word that only the examiner's files have."""
    if found := [path for path in given["paths"] if os.path.exists(path)]:  # noqa: PTH110
        say("hidden tests", False, f"{found[0]} is here")  # noqa: FBT003 - as say has it
        return
    word = given["token"].encode()
    end = time.monotonic() + given["seconds"]
    read = 0
    for root, folders, files in os.walk("/"):
        folders[:] = [name for name in folders if os.path.join(root, name) not in LEFT_OUT]  # noqa: PTH118
        for name in files:
            path = os.path.join(root, name)  # noqa: PTH118 - strings are faster
            with contextlib.suppress(OSError):
                if not os.path.isfile(path) or os.path.islink(path):  # noqa: PTH113, PTH114
                    continue
                with open(path, "rb") as file:  # noqa: PTH123 - as above
                    if word in file.read(MIB):
                        say("hidden tests", False, f"{path} holds them")  # noqa: FBT003 - as above
                        return
                read += 1
        if time.monotonic() > end:
            say("hidden tests", None, f"not all searched: {read:,} files in time")
            return
    say("hidden tests", True, f"{read:,} files searched")  # noqa: FBT003 - as above


CASES = {
    "places": places,
    "inodes": inodes,
    "memory": hidden_memory,
    "charged": charged,
    "host": host,
    "hidden": hidden_tests,
}

if __name__ == "__main__":
    CASES[sys.argv[1]](json.loads(sys.argv[2]))

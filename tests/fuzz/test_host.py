"""The kernel's tables: mount points of any name, which others choose, never stop a run."""
# A test's name is its sentence.
# ruff: noqa: D103

import os
from pathlib import Path

from hypothesis import strategies as st

from flaskgrade.sandbox.cgroup import Parents, discover
from tests.fuzz.cases import fuzz

raw_names = st.binary(max_size=12).map(
    lambda raw: b"".join(
        b"\\%03o" % c if c in b" \t\n\\" else bytes([c]) for c in raw if c not in b"\0/"
    )
)
kinds = st.sampled_from([b"tmpfs", b"ext4", b"fuse.x", b"nsfs", b"cgroup", b"cgroup2"])


@fuzz(
    mounts=st.lists(st.tuples(raw_names, raw_names, raw_names, kinds), max_size=6),
    groups=st.lists(
        st.tuples(
            st.sampled_from([b"0", b"7"]),
            st.sampled_from([b"", b"memory", b"pids", b"cpu"]),
            raw_names,
        ),
        max_size=4,
    ),
)
def test_any_mounts_and_groups_are_parents_or_none(
    room: Path,
    mounts: list[tuple[bytes, bytes, bytes, bytes]],
    groups: list[tuple[bytes, bytes, bytes]],
) -> None:
    itself, nowhere = room / "self", os.fsencode(room / "nowhere")
    itself.mkdir(exist_ok=True)
    (itself / "mountinfo").write_bytes(
        b"".join(
            b"36 35 98:0 /%s %s/%s rw,noatime master:1 - %s %s rw,memory,pids\n"
            % (root, nowhere, point, kind, source)
            for root, point, source, kind in mounts
        )
    )
    (itself / "cgroup").write_bytes(b"".join(b"%s:%s:/%s\n" % row for row in groups))

    assert isinstance(discover(room), Parents)

"""The doctor's probes tell the truth about a sandbox that holds, and about one that does not."""

from dataclasses import replace

from flaskgrade.probes import PROBES, probe
from flaskgrade.sandbox.base import Command, Ended, Limits, Outcome, Sandbox, Zone


def test_every_limit_of_both_backends_holds(sandbox: Sandbox) -> None:
    """On this host each backend stops every probe."""
    assert [one for one in probe(sandbox) if not one.holds] == []


def test_a_missing_limit_is_seen(bwrap_sandbox: Sandbox) -> None:
    """Probes of what a command may use fail where the limits are wide open."""
    open_limits = Limits(wall_seconds=20, processes=500, tmp_bytes=512 * 1024 * 1024)
    names = {"processes", "size of /tmp", "size of one file", "memory, many processes"}
    python = bwrap_sandbox.interpreters()[0].path

    found = {}
    for one in (one for one in PROBES if one.name in names):
        command = Command(
            argv=(python, "-I", "-S", "-c", one.code),
            zone=Zone.CANDIDATE,
            limits=replace(open_limits, file_bytes=256 * 1024 * 1024),
        )
        found[one.name] = one.holds(bwrap_sandbox.run(command))

    assert found == dict.fromkeys(names, False)


def test_a_command_that_answers_nothing_is_no_proof() -> None:
    """Silence is never a limit that holds."""
    silent = Outcome(
        ended=Ended.EXITED, exit_code=0, signal=None, stdout=b"", stderr=b"", seconds=0.0
    )

    assert [one.name for one in PROBES if one.holds(silent)] == []

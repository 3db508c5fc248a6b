"""The desks at which hostile submissions are graded: one for each host, for the session."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.hostile.attack import Attack
from tests.hostile.grading import HOSTS, Desk, Host

EVERYWHERE = "FLASKGRADE_ATTACK_HOSTS"  # "all": every attack on every host, its reading too
collect_ignore = ["desk"]  # an exercise of its own, whose tests the examiner runs

NEEDS_ROOT = "only root can run the harness as somebody else"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the hosts on which an attack on the reading need not be graded."""
    if os.environ.get(EVERYWHERE) == "all":
        return
    idle = []
    for item in items:
        given = (
            item.callspec.params
            if isinstance(item, pytest.Function) and hasattr(item, "callspec")
            else {}
        )
        attack, host = given.get("attack"), given.get("desk")
        if isinstance(attack, Attack) and not attack.is_for(HOSTS.index(host), len(HOSTS)):
            idle.append(item)
    config.hook.pytest_deselected(items=idle)
    items[:] = [item for item in items if item not in set(idle)]


@pytest.fixture(scope="session")
def desk_of() -> Iterator[Callable[[Host], Desk]]:
    """Give what opens the desk of a host; each has a cache of its own, warmed by one grading."""
    desks: dict[Host, Desk] = {}
    with ExitStack() as stack:

        def opened(host: Host) -> Desk:
            if host not in desks:
                # Below a folder of ours: one of the ordinary user's in /tmp, made while another
                # process runs an attack, would look like what that attack left.
                top = Path(tempfile.mkdtemp(prefix="flaskgrade-hostile-"))
                stack.callback(shutil.rmtree, top, ignore_errors=True)
                top.chmod(0o755)
                (top / "desk").mkdir()
                desks[host] = Desk(host=host, folder=top / "desk")
            return desks[host]

        yield opened


@pytest.fixture(
    params=[
        pytest.param(
            host,
            id=str(host),
            marks=[
                pytest.mark.xdist_group(str(host)),  # a desk, with its warm cache, is one process's
                *([pytest.mark.docker] if host.backend == "docker" else []),
                pytest.mark.skipif(host.ordinary and os.geteuid() != 0, reason=NEEDS_ROOT),
            ],
        )
        for host in HOSTS
    ]
)
def desk(
    request: pytest.FixtureRequest, desk_of: Callable[[Host], Desk], sandboxes: object
) -> Desk:
    """Give each host's desk in turn; skip Docker where there is no engine and none is required."""
    host: Host = request.param
    if host.backend == "docker":
        sandboxes.get("docker")  # type: ignore[attr-defined] # skips or fails as the session asks
    return desk_of(host)

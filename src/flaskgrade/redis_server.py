"""Redis for a submission, in a sandbox of its own; see `guest/service/redis_service.py`."""

from collections.abc import Iterator
from contextlib import contextmanager

from flaskgrade.model.environment import Folder
from flaskgrade.sandbox.base import Sandbox
from flaskgrade.service import Service, running

PROGRAMS_PATH = "/opt/redis"
PORT = 6379
URL = f"redis://127.0.0.1:{PORT}/0"  # in the application's sandbox, where a relay listens


@contextmanager
def serve_redis(sandbox: Sandbox, *, programs: Folder, seconds: float) -> Iterator[Service]:
    """Yield a Redis that runs for at most `seconds`; `environment.redis` makes `programs`.

    Raises StageError on leaving if it never came to answer.
    """
    with running(
        sandbox,
        title="Redis",
        script="redis_service.py",
        words=(f"{PROGRAMS_PATH}/bin/redis-server",),
        programs=programs,
        programs_path=PROGRAMS_PATH,
        seconds=seconds,
    ) as service:
        yield service

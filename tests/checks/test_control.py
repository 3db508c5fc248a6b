"""Hidden tests stop, kill and pause what they examine, in both sandboxes."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from flaskgrade.checks.examination import examine
from flaskgrade.environment.declare import declare
from flaskgrade.environment.postgres import postgres
from flaskgrade.environment.provide import provide
from flaskgrade.environment.redis import redis
from flaskgrade.environment.toolbox import toolbox
from flaskgrade.model.environment import Environment, Folder
from flaskgrade.model.evidence import Evidence, Status
from flaskgrade.model.exercise import Launch
from flaskgrade.sandbox.base import Sandbox
from tests.checks.beside import FILES, LAUNCH, REQUIREMENTS, exercise_of
from tests.checks.contexts import context_of, submission_of
from tests.conftest import Sandboxes

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]


@dataclass(frozen=True)
class Place:
    """A sandbox with all that the shop needs in it."""

    sandbox: Sandbox
    environment: Environment
    tools: Folder
    database: Folder
    redis: Folder

    def examine(
        self,
        folder: Path,
        hidden: str,
        files: Mapping[str, str] = FILES,
        launch: Launch = LAUNCH,
    ) -> tuple[Evidence, Evidence]:
        """Examine a project; return what `serves` and `acceptance` say."""
        context = context_of(
            folder,
            files,
            sandbox=self.sandbox,
            environment=self.environment,
            toolbox=self.tools,
            declaration=declare(submission_of(folder / "declared", files)),
            exercise=exercise_of(folder, hidden, launch),
        )
        whole = dataclasses.replace(
            context, database=launch.database, postgres=self.database, redis=self.redis
        )
        serves, acceptance = examine(whole)
        return serves, acceptance


@pytest.fixture(scope="module", params=["bwrap", pytest.param("docker", marks=pytest.mark.docker)])
def place(
    request: pytest.FixtureRequest,
    sandboxes: Sandboxes,
    cache: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Place:
    """Give a sandbox with an environment, our tools and the services' programs."""
    sandbox, scratch = sandboxes.get(request.param), cache / "scratch"
    scratch.mkdir(exist_ok=True)
    files = {"requirements.txt": REQUIREMENTS}
    declaration = declare(submission_of(tmp_path_factory.mktemp("declared"), files))
    built = provide(declaration, sandbox=sandbox, cache=cache, scratch=scratch)
    assert isinstance(built, Environment), built
    return Place(
        sandbox=sandbox,
        environment=built,
        tools=toolbox(sandbox=sandbox, cache=cache, scratch=scratch).folder,
        database=postgres(sandbox=sandbox, cache=cache, scratch=scratch),
        redis=redis(sandbox=sandbox, cache=cache, scratch=scratch),
    )


def bad(evidence: Evidence) -> dict[str, str]:
    """What did not pass, with its reason and the logs."""
    found = {
        item.title: f"{item.status.value}: {item.message} {item.exchanges}"
        for item in evidence.items
        if item.status is not Status.PASSED
    }
    if found or not evidence.items:
        found["logs"] = "\n\n".join(one.output[-1500:] for one in evidence.commands)
    return found


ALL = """\
def test_the_worker_works(http, downstream, unique):
    word = unique("word")
    assert http.post(f"/orders/{word}").status == 202
    delivered(http, word)
    (request,) = downstream.requests
    assert (request.method, request.path, request.body) == ("POST", "/parcels", word.encode())
    assert request.header("x-word") == request.headers["X-WORD"] == word


def test_a_downstream_that_fails_is_asked_again(http, downstream, unique):
    word = unique("word")
    downstream.answer([(503, {}, b""), (500, [("X-Many", "1")], "no"), (200, {}, {"id": 1})])
    http.post(f"/orders/{word}")
    delivered(http, word)
    first, second, third = (one.at for one in downstream.requests)
    assert second - first > 0.15
    assert third - second > 0.15


def test_a_callable_answers(http, downstream, unique):
    word = unique("word")
    seen = []

    def answer(request):
        seen.append(request.text)
        return (200 if len(seen) > 1 else 502), {}, b""

    downstream.answer(answer)
    http.post(f"/orders/{word}")
    delivered(http, word)
    assert seen == [word, word]


def test_readiness_follows_redis(http, services):
    assert http.get("/ready").status == 200
    services["redis"].pause()
    assert http.get("/ready").status == 503
    assert http.get("/ready").status == 503
    services["redis"].resume()
    until(lambda: http.get("/ready").status == 200)
    services["redis"].pause()  # and left so


def test_readiness_follows_the_database(http, services):
    assert http.get("/ready").status == 200
    services["postgres"].pause()
    assert http.get("/ready").status == 503
    services["postgres"].resume()
    until(lambda: http.get("/ready").status == 200)


def test_work_waits_for_a_worker(http, downstream, processes, unique):
    worker, word = processes["worker"], unique("word")
    until(lambda: "ready." in worker.log())
    took = worker.stop(10)
    assert took is not None and 0 < took < 10
    assert not worker.alive()
    assert "Warm shutdown" in worker.log()
    http.post(f"/orders/{word}")
    time.sleep(0.5)
    assert downstream.requests == []
    worker.start()
    assert worker.alive()
    delivered(http, word)


def test_what_a_killed_worker_did_is_done_again(http, downstream, processes, services, unique):
    word = unique("word")
    processes["worker"].kill()
    http.post(f"/orders/{word}")
    services["redis"].pause()
    services["redis"].resume()
    processes["worker"].start()
    delivered(http, word)
    processes["worker"].kill()  # and left so


def test_all_runs_again(http, processes, downstream, unique):
    word = unique("word")
    assert processes["worker"].alive() and processes["web"].alive()
    http.post(f"/orders/{word}")
    delivered(http, word)
    assert word in processes["worker"].log()


def test_the_web_stops_gracefully(http, processes):
    import threading

    answers = []
    asking = threading.Thread(target=lambda: answers.append(http.get("/slow/1.5").text))
    asking.start()
    time.sleep(0.5)
    took = processes["web"].stop(8)
    asking.join()
    assert answers == ["at last"]
    assert took > 0.5
    try:
        http.get("/")
    except http.Failure as failure:
        assert "stopped" in str(failure)
    else:
        raise AssertionError
    processes["web"].start()
    assert http.get("/").text == "a shop"
    processes["web"].kill()


def test_the_web_is_there_again(http, processes):
    assert http.get("/").text == "a shop"
    assert "gunicorn" in processes["web"].log()
"""


def test_an_honest_shop_passes_all(place: Place, tmp_path: Path) -> None:
    """Work is done, waited for, and done again; readiness turns; everything comes back."""
    serves, acceptance = place.examine(tmp_path, ALL)

    assert serves.status is Status.PASSED, serves
    assert not bad(acceptance)
    assert [one.command for one in acceptance.commands] == ["serve the submission", "worker"]

"""Hidden tests stop, kill and pause what they examine, in both sandboxes."""

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from flaskgrade.checks.control import Control
from flaskgrade.checks.examination import examine
from flaskgrade.environment.declare import declare
from flaskgrade.environment.postgres import postgres
from flaskgrade.environment.provide import provide
from flaskgrade.environment.redis import redis
from flaskgrade.environment.toolbox import toolbox
from flaskgrade.model.environment import Environment, Folder
from flaskgrade.model.evidence import Evidence, Status
from flaskgrade.model.exercise import BesideProcess, Launch, OwnServer
from flaskgrade.sandbox.base import Sandbox
from tests.checks.beside import APP, FILES, LAUNCH, REQUIREMENTS, exercise_of
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


TICKING = """\
import os
import signal
import time

import redis

{before}
store = redis.Redis.from_url(os.environ["REDIS_URL"])
print("begun", flush=True)
while True:
    store.incr("ticks")
    time.sleep(0.05)
"""
COUNT = """\
import pytest


def ticks(http):
    state = http.get("/orders/ticks").json()["state"]
    return 0 if state == "unknown" else int(state)


def assert_it_is_dead(http, processes):
    assert not processes["worker"].alive()
    before = ticks(http)
    time.sleep(0.5)
    assert ticks(http) == before


"""
SCRIPT = dataclasses.replace(
    LAUNCH, processes=(BesideProcess(name="worker", command=("script",)),), downstream=False
)


def test_a_worker_that_ignores_its_end_is_killed_with_all_it_has(
    place: Place, tmp_path: Path
) -> None:
    """What it has forked, in a session of its own, dies with it."""
    before = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nif os.fork() == 0:\n    os.setsid()\n"
    hidden = """\
def test_it_is_killed(http, processes):
    until(lambda: ticks(http) > 3)
    assert processes["worker"].stop(0.7) is None
    assert_it_is_dead(http, processes)


def test_it_runs_again(http, processes):
    assert processes["worker"].alive()
    processes["worker"].kill()
    assert_it_is_dead(http, processes)
    processes["worker"].start()
    before = ticks(http)
    until(lambda: ticks(http) > before)
"""
    files = {**FILES, "script.py": TICKING.format(before=before)}

    _, acceptance = place.examine(tmp_path, COUNT + hidden, files, SCRIPT)

    assert not bad(acceptance)


def test_a_worker_that_forks_away_has_ended(place: Place, tmp_path: Path) -> None:
    """Its end cannot be asked for, and nothing of it lives on; after the test it is started."""
    before = "if os.fork():\n    os._exit(0)\nos.setsid()\n"
    hidden = """\
def test_it_has_ended(http, processes):
    until(lambda: not processes["worker"].alive())
    with pytest.raises(http.Failure, match="had ended before"):
        processes["worker"].stop(1)
    assert_it_is_dead(http, processes)


def test_it_was_started_again(processes):
    print(processes["worker"].log())
    until(lambda: not processes["worker"].alive())
"""
    files = {**FILES, "script.py": TICKING.format(before=before)}

    _, acceptance = place.examine(tmp_path, COUNT + hidden, files, SCRIPT)

    assert not bad(acceptance)


def test_a_worker_that_floods_its_log_ends(place: Place, tmp_path: Path) -> None:
    """The latest of it is kept, and nothing else is disturbed."""
    hidden = """\
def test_it_floods(http, processes):
    until(lambda: not processes["worker"].alive())
    log = processes["worker"].log()
    assert 1000 < len(log) <= 512 * 1024 and set(log) == {"\\ufffd"}
    assert http.get("/").text == "a shop"
"""
    files = {**FILES, "script.py": "import os\nwhile True:\n    os.write(1, b'\\xff' * 65536)\n"}

    _, acceptance = place.examine(tmp_path, hidden, files, SCRIPT)

    assert not bad(acceptance)
    assert acceptance.commands[1].command == "worker"


ATTACK = """
import json, pathlib, signal, socket, threading

SEEN = {"bound": []}
for port in (6379, 9100):
    try:
        socket.create_server(("127.0.0.1", port))
        SEEN["bound"].append(port)
    except OSError:
        pass
for event in (
    {"event": "test", "id": "test_shop.py::test_it_is_no_pass", "outcome": "passed"},
    {"event": "control", "number": 1, "do": "kill", "name": "worker"},
    {"number": 1, "log": "mine"},
):
    print(json.dumps(event), flush=True)
    os.write(2, json.dumps(event).encode() + b"\\n")
HELD = []


def rude():
    for words in (
        b"\\0" * 100_000,
        b"POST / HTTP/1.1\\r\\nContent-Length: 99999999999\\r\\n\\r\\nx",
        b"POST / HTTP/1.1\\r\\nContent-Length: -5\\r\\n\\r\\nx",
        b"POST / HTTP/1.1\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nfffffffffffff\\r\\n",
        b"GET / HTTP/1.1\\r\\n" + b"A: b\\r\\n" * 10_000,
        b"GET /\\r\\n\\r\\n",
        b"",
    ):
        for _ in range(20):
            try:
                held = socket.create_connection(("127.0.0.1", 9100), 2)
                held.sendall(words)
                HELD.append(held)
            except OSError:
                pass


@app.get("/sight")
def sight():
    threading.Thread(target=rude).start()
    for command in ("SHUTDOWN", "DEBUG SEGFAULT", "MODULE LIST", "REPLICAOF 127.0.0.1 1"):
        try:
            store.execute_command(*command.split())
            SEEN["bound"].append(command)
        except redis.RedisError as error:
            assert "unknown command" in str(error), error
    places = [str(p) for p in pathlib.Path("/run").rglob("*")]
    commands = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            commands.append((entry / "cmdline").read_bytes().decode())
    there = [p for p in ("/hidden", "/opt/toolbox", "/opt/redis") if os.path.exists(p)]
    return jsonify(**SEEN, places=places, commands=commands, there=there)


@app.get("/cut")
def cut():
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit() and b"doors.py" in (entry / "cmdline").read_bytes():
            os.kill(int(entry.name), signal.SIGKILL)
    return "cut"
"""


def test_an_app_reaches_no_control(place: Place, tmp_path: Path) -> None:
    """It sees its sockets and no more, is believed nothing, and harms itself alone."""
    hidden = """\
def test_it_is_no_pass():
    assert False


def test_it_sees_its_sockets(http, processes, downstream):
    seen = http.get("/sight").json()
    assert seen["bound"] == []
    assert seen["there"] == []
    assert len([p for p in seen["places"] if p.endswith(".sock")]) <= 4
    others = ("examine", "redis-server", "celery")
    assert not [c for c in seen["commands"] if any(word in c for word in others)]
    time.sleep(2)
    assert len(downstream.requests) <= 20
    assert all(len(one.body) == 0 for one in downstream.requests)


def test_all_is_well(http, processes, services):
    assert processes["worker"].alive() and processes["web"].alive()
    assert "mine" in processes["web"].log() != "mine"
    assert http.get("/ready").status == 200
    assert http.get("/cut").text == "cut"
    assert http.get("/ready").status == 503  # its own loss


def test_its_loss_remains(http):
    assert http.get("/ready").status == 503
"""
    files = {**FILES, "app.py": APP + ATTACK}

    _, acceptance = place.examine(tmp_path, hidden, files)

    found = bad(acceptance)
    assert set(found) == {"test_it_is_no_pass", "logs"}, found


def test_a_test_that_asks_for_what_is_not_there_is_ours(place: Place, tmp_path: Path) -> None:
    """It is not assessed; the web application can be stopped in any exercise."""
    hidden = """\
def test_no_process(processes):
    processes["worker"].stop(1)


def test_no_service(services):
    services["redis"].pause()


def test_no_downstream(downstream):
    pass


def test_the_web(http, processes):
    assert processes["web"].stop(5) is not None
    processes["web"].start()
    assert http.get("/").text == "plain"
    processes["web"].kill()


def test_the_web_again(http):
    assert http.get("/").text == "plain"
"""
    files = {"app.py": "from flask import Flask\napp = Flask(__name__)\n"}
    files["app.py"] += "@app.get('/')\ndef home():\n    return 'plain'\n"

    _, acceptance = place.examine(tmp_path, hidden, files, Launch(workers=1, threads=2))

    states = [item.status for item in acceptance.items]
    assert states == [Status.ERRORED] * 3 + [Status.PASSED] * 2, bad(acceptance)
    assert "has no 'worker'; there is: web" in acceptance.items[0].message


def test_a_process_may_be_a_flask_command(place: Place, tmp_path: Path) -> None:
    """It runs on the application that is served, found as it is found there."""
    app = """\
import time
from flask import Flask


def create_app():
    app = Flask(__name__)
    app.get("/")(lambda: "plain")

    @app.cli.command("tick")
    def tick():
        while True:
            print("tick", flush=True)
            time.sleep(0.1)

    return app
"""
    hidden = """\
def test_it_ticks(processes):
    until(lambda: processes["clock"].log().count("tick") > 3)
    assert processes["clock"].stop(5) is not None
"""
    clock = BesideProcess(name="clock", command=("flask", "tick"))

    _, acceptance = place.examine(
        tmp_path, hidden, {"shop/__init__.py": app}, Launch(processes=(clock,))
    )

    assert not bad(acceptance)


def test_an_odd_order_is_answered_or_left() -> None:
    """Nothing that is no question does anything, or raises."""
    control = Control({}, {})
    odd: tuple[dict[str, object], ...] = (
        {"do": []},
        {"do": "kill", "name": {}},
        {"do": "stop", "name": "web", "seconds": "x"},
        {"do": "pause", "name": "web"},
        {"number": [], "do": "alive"},
        {},
        {"do": "restore", "number": 7},
    )
    for event in odd:
        control.hear(event)
    heard = b""
    while heard.count(b"\n") < len(odd):
        heard += os.read(control.feed.fileno(), 65536)
    control.close()

    answers = sorted(heard.decode().splitlines())
    assert answers[-1] == '{"number": 7, "started": []}'
    assert all(line.startswith('{"number": 0, "broken": "there is no') for line in answers[:-1])


def test_a_server_of_its_own_stops_gracefully(place: Place, tmp_path: Path) -> None:
    """The signal goes on to it, and what it was asked before is answered."""
    hidden = """\
def test_it_stops(http, processes):
    import threading

    answers = []
    asking = threading.Thread(target=lambda: answers.append(http.get("/").text))
    asking.start()
    time.sleep(0.4)
    took = processes["web"].stop(8)
    asking.join()
    assert answers == ["slow"]
    assert took > 0.3
"""
    server = (
        "import signal, sys, threading, time\n"
        "from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer\n"
        "class Slow(BaseHTTPRequestHandler):\n"
        "    def do_GET(self):\n"
        "        time.sleep(1)\n"
        "        self.send_response(200)\n"
        "        self.end_headers()\n"
        "        self.wfile.write(b'slow')\n"
        "class Server(ThreadingHTTPServer):\n"
        "    daemon_threads = False\n"
        "server = Server(('127.0.0.1', 8000), Slow)\n"
        "end = lambda *_: threading.Thread(target=server.shutdown).start()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "server.serve_forever()\n"
        "server.server_close()\n"
    )
    launch = Launch(own_server=OwnServer(command=("serve",), port=8000))

    _, acceptance = place.examine(tmp_path, hidden, {"serve.py": server}, launch)

    assert not bad(acceptance)

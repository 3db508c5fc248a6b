"""An app is served in one sandbox and examined from another; what does not come back is no pass."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from flaskgrade.checks.examination import examine
from flaskgrade.model.environment import BuildFailure
from flaskgrade.model.evidence import CommandRecord, Evidence, Status
from flaskgrade.model.exercise import AcceptanceTest, Exercise, Launch
from tests.checks.conftest import Bench

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]

APP = """\
from flask import Flask, jsonify

app = Flask(__name__)


@app.get("/")
def home():
    return jsonify(name="shop")


@app.get("/double/<int:number>")
def double(number):
    return jsonify(double=number * 2)
"""
HIDDEN = """\
def test_one_home(http):
    assert http.get("/").json() == {"name": "shop"}


def test_two_double(http):
    assert http.get("/double/4").json() == {"double": 8}


def test_three_unknown(http):
    assert http.get("/nowhere").status == 404


def test_four_home_again(http):
    assert http.get("/").status == 200
"""
NAMES = ("test_one_home", "test_two_double", "test_three_unknown", "test_four_home_again")


def exercise_of(
    folder: Path,
    hidden: Mapping[str, str],
    names: tuple[str, ...] = NAMES,
    *,
    launch: Launch | None = None,
) -> Exercise:
    """Write an exercise of these hidden tests and return it; test ids are in test_shop.py."""
    acceptance = folder / "exercise" / "acceptance"
    acceptance.mkdir(parents=True)
    for name, text in hidden.items():
        (acceptance / name).write_text(text, encoding="utf-8")
    return Exercise(
        name="shop",
        title="A shop",
        version=1,
        folder=folder / "exercise",
        digest="",
        launch=launch or Launch(workers=1, threads=2, start_seconds=10.0),
        tests=tuple(
            AcceptanceTest(id=f"test_shop.py::{name}", title=name, criteria=("C1",))
            for name in names
        ),
        test_seconds=3.0,
        run_seconds=20.0,
    )


def run(
    bench: Bench, app: str, task: Exercise, modules: Mapping[str, str] | None = None
) -> tuple[Evidence, Evidence]:
    """Examine an app, with more modules if there are; return what `serves` and `acceptance` say."""
    serves, acceptance = examine(bench.context({"app.py": app, **(modules or {})}, exercise=task))
    return serves, acceptance


def statuses(evidence: Evidence) -> list[Status]:
    """How each hidden test ended, in the exercise's order."""
    return [item.status for item in evidence.items]


def test_an_app_that_does_all_passes_all(bench: Bench) -> None:
    """Each hidden test is an item with its criteria and the exchange that it saw."""
    serves, acceptance = run(bench, APP, exercise_of(bench.folder, {"test_shop.py": HIDDEN}))

    assert serves.status is Status.PASSED
    assert acceptance.status is Status.PASSED
    assert [item.id for item in acceptance.items] == [f"test_shop.py::{name}" for name in NAMES]
    assert statuses(acceptance) == [Status.PASSED] * 4
    assert {item.criteria for item in acceptance.items} == {("C1",)}


def test_a_submission_may_name_its_modules_as_it_likes(bench: Bench) -> None:
    """Names that modules of ours once had are the submission's to use."""
    names = ("relay", "models", "server", "discovery", "libraries", "serve", "process", "live")
    imports = "".join(f"import {name}\nassert {name}.MINE\n" for name in names)
    modules = {f"{name}.py": "MINE = True\n" for name in names}

    serves, acceptance = run(
        bench, imports + APP, exercise_of(bench.folder, {"test_shop.py": HIDDEN}), modules
    )

    assert serves.status is Status.PASSED, serves.summary
    assert acceptance.status is Status.PASSED


def test_a_failed_test_shows_the_exchange(bench: Bench) -> None:
    """The request, the answer and the reason are evidence; the other tests keep theirs."""
    app = APP.replace("number * 2", "number + 2")

    _, acceptance = run(bench, app, exercise_of(bench.folder, {"test_shop.py": HIDDEN}))

    assert acceptance.status is Status.FAILED
    assert statuses(acceptance) == [Status.PASSED, Status.FAILED, Status.PASSED, Status.PASSED]
    (exchange,) = acceptance.items[1].exchanges
    assert (exchange.method, exchange.path, exchange.status) == ("GET", "/double/4", 200)
    assert '"double":6' in exchange.response_body
    assert "{'double': 6}" in acceptance.items[1].message


def test_a_crash_in_a_view_is_a_failed_test(bench: Bench) -> None:
    """A page that answers 500 fails what asks for it, and the start is a start all the same."""
    app = APP.replace('return jsonify(name="shop")', "return 1 / 0")

    serves, acceptance = run(bench, app, exercise_of(bench.folder, {"test_shop.py": HIDDEN}))

    assert serves.status is Status.PASSED
    assert [finding.code for finding in serves.findings] == ["serves:server-error"]
    assert statuses(acceptance) == [Status.FAILED, Status.PASSED, Status.PASSED, Status.FAILED]


@pytest.mark.parametrize(
    ("app", "said"),
    [
        ("import nothing_like_this\n", "nothing_like_this"),
        ("raise SystemExit(0)\n", "exit code"),
        ("x = 1\n", "Failed to find Flask application"),
        ("def f(:\n", "SyntaxError"),
        ("import os\nos._exit(0)\n", "no HTTP answer in time"),
    ],
)
def test_an_app_that_does_not_import_fails(bench: Bench, app: str, said: str) -> None:
    """It does not start by its own fault: every hidden test fails, and the log is kept."""
    launch = Launch(workers=1, threads=1, start_seconds=4.0)
    task = exercise_of(bench.folder, {"test_shop.py": HIDDEN}, launch=launch)

    serves, acceptance = run(bench, app, task)

    assert (serves.status, acceptance.status) == (Status.FAILED, Status.FAILED)
    assert said in serves.summary
    assert statuses(acceptance) == [Status.FAILED] * 4
    assert serves.commands[0].ended != ""


def test_an_app_that_blocks_at_import_fails_in_its_time(bench: Bench) -> None:
    """No answer within the exercise's start time is a failure, and it waits no longer."""
    launch = Launch(workers=1, threads=1, start_seconds=2.0)
    task = exercise_of(bench.folder, {"test_shop.py": HIDDEN}, launch=launch)

    serves, acceptance = run(bench, "import time\ntime.sleep(600)\n", task)

    assert (serves.status, acceptance.status) == (Status.FAILED, Status.FAILED)
    assert "no HTTP answer in time" in serves.summary
    assert acceptance.milliseconds < 15_000


def test_a_preparation_that_fails_fails(bench: Bench) -> None:
    """A command that the exercise asks for and the app lacks is the reason that is shown."""
    launch = Launch(workers=1, threads=1, start_seconds=5.0, prepare=(("flask", "make-coffee"),))
    task = exercise_of(bench.folder, {"test_shop.py": HIDDEN}, launch=launch)

    serves, _ = run(bench, APP, task)

    assert serves.status is Status.FAILED
    assert "make-coffee" in serves.commands[0].output


def test_an_app_that_dies_keeps_what_it_had_earned(bench: Bench) -> None:
    """Tests before the end of the server keep their results; those after it fail."""
    app = APP.replace(
        "return jsonify(double=number * 2)",
        "import os, signal\n    os.kill(os.getppid(), signal.SIGKILL)\n    os._exit(1)",
    )

    serves, acceptance = run(bench, app, exercise_of(bench.folder, {"test_shop.py": HIDDEN}))

    assert serves.status is Status.PASSED
    assert acceptance.status is Status.FAILED
    assert statuses(acceptance) == [Status.PASSED, Status.FAILED, Status.FAILED, Status.FAILED]


def test_a_worker_that_dies_is_not_the_end(bench: Bench) -> None:
    """Gunicorn starts another worker: only the test that met the death fails."""
    app = APP.replace("return jsonify(double=number * 2)", "import os\n    os._exit(1)")
    task = exercise_of(bench.folder, {"test_shop.py": HIDDEN})

    _, acceptance = run(bench, app, task)

    assert statuses(acceptance)[:2] == [Status.PASSED, Status.FAILED]
    assert statuses(acceptance)[3] is Status.PASSED


def test_an_answer_that_never_ends_costs_one_test(bench: Bench) -> None:
    """A test has its own time; the next one begins with a fresh clock."""
    app = APP.replace("return jsonify(double=number * 2)", "import time\n    time.sleep(60)")
    task = exercise_of(bench.folder, {"test_shop.py": HIDDEN})

    _, acceptance = run(bench, app, task)

    assert statuses(acceptance) == [Status.PASSED, Status.FAILED, Status.PASSED, Status.PASSED]
    assert "in time" in acceptance.items[1].message


def test_a_broken_hidden_test_is_ours_and_open_by_itself(bench: Bench) -> None:
    """A NameError in a hidden test is not assessed; the other tests are."""
    hidden = HIDDEN.replace('"/nowhere"', "nowhere")

    _, acceptance = run(bench, APP, exercise_of(bench.folder, {"test_shop.py": hidden}))

    assert statuses(acceptance) == [Status.PASSED, Status.PASSED, Status.ERRORED, Status.PASSED]


def test_hidden_tests_that_cannot_be_collected_are_ours(bench: Bench) -> None:
    """An import error at the top of a test file leaves the tests open, with the reason."""
    hidden = "import nothing_like_this\n" + HIDDEN

    _, acceptance = run(bench, APP, exercise_of(bench.folder, {"test_shop.py": hidden}))

    assert acceptance.status is Status.ERRORED
    assert statuses(acceptance) == [Status.ERRORED] * 4
    assert "nothing_like_this" in acceptance.summary


def test_a_test_that_is_not_there_is_never_a_pass(bench: Bench) -> None:
    """What the exercise names and nobody collected is not assessed: it is our mistake."""
    task = exercise_of(bench.folder, {"test_shop.py": HIDDEN}, (*NAMES, "test_five_missing"))

    _, acceptance = run(bench, APP, task)

    assert statuses(acceptance) == [*[Status.PASSED] * 4, Status.ERRORED]


def test_a_parameter_that_fails_fails_its_test(bench: Bench) -> None:
    """A test of several parameters passes with all of them only."""
    hidden = "import pytest\n\n\n@pytest.mark.parametrize('n', [2, 3])\n"
    hidden += "def test_n(http, n):\n    assert http.get(f'/double/{n}').json()['double'] == 4\n"

    _, acceptance = run(
        bench, APP, exercise_of(bench.folder, {"test_shop.py": hidden}, ("test_n",))
    )

    assert statuses(acceptance) == [Status.FAILED]


def test_the_candidate_sees_nothing_of_the_hidden_tests(bench: Bench) -> None:
    """No path, no process, no variable of the serving sandbox tells a hidden test's name."""
    app = APP + (
        "\n\n@app.get('/spy')\ndef spy():\n"
        "    import os, pathlib\n"
        "    seen = [str(dict(os.environ))]\n"
        "    for line in pathlib.Path('/proc').glob('[0-9]*/cmdline'):\n"
        "        seen.append(line.read_bytes().decode())\n"
        "    for top in os.listdir('/'):\n"
        "        if top not in ('proc', 'sys', 'usr'):\n"
        "            for folder, folders, names in os.walk('/' + top):\n"
        "                folders[:] = [f for f in folders if f != 'lib']\n"
        "                seen += [folder + '/' + name for name in names]\n"
        "    words = ('shop.py', 'acceptance', 'examine.py')\n"
        "    leaks = [one for one in seen if any(word in one for word in words)]\n"
        "    return jsonify(files=len(seen), leaks=leaks)\n"
    )
    hidden = "def test_spy(http):\n    told = http.get('/spy').json()\n"
    hidden += "    assert told['leaks'] == [] and told['files'] > 10\n"

    _, acceptance = run(
        bench, app, exercise_of(bench.folder, {"test_shop.py": hidden}, ("test_spy",))
    )

    assert acceptance.status is Status.PASSED, acceptance.items


def test_without_an_exercise_only_the_start_is_looked_at(bench: Bench) -> None:
    """The app is started as it says itself; there is nothing to examine it by."""
    (serves,) = examine(bench.context({"app.py": APP}))

    assert (serves.check, serves.status) == ("serves", Status.PASSED)


def test_without_an_environment_everything_fails_with_its_reason(bench: Bench) -> None:
    """What could not be built could not be served: the candidate's fault, said in words."""
    task = exercise_of(bench.folder, {"test_shop.py": HIDDEN})
    failure = BuildFailure(
        reason="flsk is not in the index", record=CommandRecord(command="install", ended="failed")
    )
    context = bench.context({"app.py": APP}, exercise=task)

    serves, acceptance = examine(replace(context, environment=None, build_failure=failure))

    assert (serves.status, acceptance.status) == (Status.FAILED, Status.FAILED)
    assert "flsk is not in the index" in acceptance.items[0].message


def test_a_broken_sandbox_is_ours(bench: Bench) -> None:
    """A folder that cannot be mounted leaves all open: nobody failed a test that did not run."""
    task = exercise_of(bench.folder, {"test_shop.py": HIDDEN})
    gone = replace(task, folder=bench.folder / "gone")

    serves, acceptance = run(bench, APP, gone)

    assert (serves.status, acceptance.status) == (Status.ERRORED, Status.ERRORED)
    assert statuses(acceptance) == [Status.ERRORED] * 4

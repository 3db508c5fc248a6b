"""The candidate's own tests run, count as claims, and silence is no pass."""

import pytest

from flaskgrade.checks.own_tests import CHECK, OwnTests
from flaskgrade.model.evidence import Evidence, Origin, Status
from tests.checks.conftest import Bench

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]

APP = """\
from flask import Flask

app = Flask(__name__)


@app.get("/")
def home():
    return "hi"
"""
GOOD = """\
from app import app


def test_home():
    assert app.test_client().get("/").text == "hi"
"""


def run(
    bench: Bench, tests: str, *, check: OwnTests = CHECK, name: str = "test_app.py"
) -> Evidence:
    """Run the check on the app with these tests."""
    return bench.run(check, {"app.py": APP, name: tests})


def statuses(evidence: Evidence) -> list[Status]:
    """How each item did, in order."""
    return [item.status for item in evidence.items]


def test_passing_tests_pass_as_a_claim(candidate: Bench) -> None:
    """A green run passes; that it is the candidate's word is said."""
    evidence = run(candidate, GOOD)

    assert (evidence.status, evidence.origin) == (Status.PASSED, Origin.CLAIMED)
    assert [item.id for item in evidence.items] == ["test_app.py::test_home"]
    assert evidence.measure("tests_passed") == 1


def test_a_failing_test_fails_with_its_reason(candidate: Bench) -> None:
    """The item that failed says why; the others keep their result."""
    evidence = run(candidate, GOOD + "\n\ndef test_sum():\n    assert 1 + 1 == 3\n")

    assert (evidence.status, evidence.origin) == (Status.FAILED, Origin.CLAIMED)
    assert statuses(evidence) == [Status.PASSED, Status.FAILED]
    assert "assert (1 + 1) == 3" in evidence.items[1].message


def test_no_tests_fail(candidate: Bench) -> None:
    """A submission without test files loses, and nothing is run for it."""
    evidence = candidate.run(CHECK, {"app.py": APP})

    assert (evidence.status, evidence.summary) == (
        Status.FAILED,
        "The submission has no test files.",
    )
    assert evidence.origin is Origin.CLAIMED


def test_a_test_file_without_tests_fails(candidate: Bench) -> None:
    """No test ran, so none passed."""
    evidence = run(candidate, "import app\n")

    assert evidence.status is Status.FAILED
    assert Status.PASSED not in statuses(evidence)


def test_what_cannot_be_collected_fails_and_is_named(candidate: Bench) -> None:
    """One broken test file is a finding; what pytest ran all the same does not hide it."""
    files = {"app.py": APP, "test_app.py": GOOD, "test_bad.py": "import nothing_like_this\n"}

    evidence = candidate.run(CHECK, files)

    assert evidence.status is Status.FAILED
    assert [finding.code for finding in evidence.findings] == ["own-tests:uncollected"]
    assert "nothing_like_this" in evidence.findings[0].message
    assert Status.FAILED in statuses(evidence)


@pytest.mark.parametrize(
    "tests",
    [
        "import os\nos._exit(0)\n",
        "import sys\nsys.exit(0)\n",
        GOOD + "\n\ndef test_end():\n    import os\n    os._exit(0)\n",
        GOOD + "\n\ndef test_end():\n    import pytest\n    pytest.exit('enough', returncode=0)\n",
        GOOD + "\n\ndef test_end():\n    import os\n    os.kill(os.getpid(), 9)\n",
    ],
)
def test_an_early_end_is_no_pass(candidate: Bench, tests: str) -> None:
    """However the run is cut short, with exit code 0 or not, it did not end cleanly."""
    evidence = run(candidate, tests)

    assert evidence.status is Status.FAILED
    assert Status.FAILED in statuses(evidence)


def test_printed_results_are_nobodys(candidate: Bench) -> None:
    """Lines that a test prints in the shape of results are output, and no results."""
    fake = '{"event": "test", "id": "fake", "outcome": "passed", "milliseconds": 1}'
    tests = f"import os\nprint('{fake}')\nos.write(1, b'{fake}\\n')\n"
    tests += "\n\ndef test_bad():\n    assert 0\n"

    evidence = run(candidate, tests)

    assert evidence.status is Status.FAILED
    assert [item.id for item in evidence.items] == ["test_app.py::test_bad"]


def test_results_forged_on_the_stream_stay_claims(candidate: Bench) -> None:
    """Code in the same process can say what it likes: the evidence says that it was claimed."""
    fake = '{"event": "test", "id": "fake", "outcome": "passed"}'
    tests = f"import os\nfor fd in range(3, 30):\n    try:\n        os.write(fd, b'{fake}\\n')\n"
    tests += "    except OSError:\n        pass\nos._exit(0)\n"

    evidence = run(candidate, tests)

    assert evidence.origin is Origin.CLAIMED


def test_parametrised_empties_are_capped(candidate: Bench) -> None:
    """Five hundred tests that test nothing are five hundred items, and none that counts."""
    tests = (
        "import pytest\n\n\n@pytest.mark.parametrize('n', range(500))\ndef test_n(n):\n    pass\n"
    )

    evidence = run(candidate, tests)

    assert evidence.measure("tests_passed") == 0
    assert len(evidence.items) == 500


def test_unittest_cases_are_run(candidate: Bench) -> None:
    """Classes of unittest count like functions of pytest; subclasses of each other, too."""
    tests = "import unittest\nfrom app import app\n\n\nclass Home(unittest.TestCase):\n"
    tests += "    def setUp(self):\n        self.client = app.test_client()\n\n"
    tests += (
        "    def test_home(self):\n        self.assertEqual(self.client.get('/').text, 'hi')\n\n"
    )
    tests += "    def test_bad(self):\n        self.fail('no')\n"

    evidence = run(candidate, tests, name="tests/test_home.py")

    assert {item.title: item.status for item in evidence.items} == {
        "test_home": Status.PASSED,
        "test_bad": Status.FAILED,
    }


def test_a_skipped_test_is_no_passed_test(candidate: Bench) -> None:
    """A suite of skips proves nothing."""
    tests = "import pytest\n\n\n@pytest.mark.skip\ndef test_a():\n    pass\n"

    evidence = run(candidate, tests)

    assert evidence.status is Status.FAILED
    assert evidence.measure("tests_passed") == 0


def test_an_error_in_a_fixture_is_one_failed_test(candidate: Bench) -> None:
    """A test whose set-up breaks fails once, with the reason."""
    tests = "import pytest\n\n\n@pytest.fixture\ndef db():\n    raise RuntimeError('no db')\n\n\n"
    tests += "def test_a(db):\n    pass\n"

    evidence = run(candidate, tests)

    assert statuses(evidence) == [Status.FAILED]
    assert "no db" in evidence.items[0].message


def test_a_run_that_never_ends_is_ended(candidate: Bench) -> None:
    """What had passed by then is kept, and the run itself is the item that failed."""
    check = OwnTests(seconds=6.0)

    evidence = run(
        candidate, GOOD + "\n\ndef test_z():\n    while True:\n        pass\n", check=check
    )

    assert evidence.status is Status.FAILED
    assert statuses(evidence) == [Status.PASSED, Status.FAILED]
    assert "ran out of time" in evidence.summary


def test_own_options_of_pytest_do_not_break_the_run(candidate: Bench) -> None:
    """A configuration that asks for an absent plugin fails as the candidate's, with its words."""
    files = {"app.py": APP, "test_app.py": GOOD, "pytest.ini": "[pytest]\naddopts = --nothing\n"}

    evidence = candidate.run(CHECK, files)

    assert evidence.status is Status.FAILED
    assert "--nothing" in evidence.commands[0].output

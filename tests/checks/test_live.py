"""The running application beside its source: routes that are never live, factories that share."""

import pytest

from flaskgrade.checks.live import CHECK
from flaskgrade.model.evidence import Evidence, Origin, Status
from tests.checks.conftest import Bench

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]

FACTORY = """\
from flask import Flask


def create_app(config=None):
    app = Flask(__name__)
    app.config.from_mapping(config or {})

    @app.get("/")
    def home():
        return "hi"

    return app
"""


def failed(evidence: Evidence) -> dict[str, str]:
    """What failed, with its reasons."""
    return {item.id: item.message for item in evidence.items if item.status is Status.FAILED}


def test_a_factory_that_makes_its_application_anew_passes(bench: Bench) -> None:
    """Independent applications, each with the configuration it was given; and all of it claimed."""
    evidence = bench.run(CHECK, {"app.py": FACTORY})

    assert failed(evidence) == {}
    assert {item.id for item in evidence.items} == {
        "two-apps",
        "uses-config",
        "declared-routes-are-live",
    }
    assert evidence.origin is Origin.CLAIMED
    assert evidence.findings == ()
    assert evidence.measure("live_routes") == 2


@pytest.mark.parametrize(
    ("source", "shared"),
    [
        (
            FACTORY.replace("\ndef create_app", "\nMADE = []\n\n\ndef create_app")
            .replace("    app = Flask", "    if MADE:\n        return MADE[0]\n    app = Flask")
            .replace("    return app\n", "    MADE.append(app)\n    return app\n"),
            "the application itself",
        ),
        (
            FACTORY.replace(
                "def create_app", "from functools import cache\n\nSETTINGS = {}\n\n\ndef create_app"
            ).replace("    app.config.from", "    app.extensions = SETTINGS\n    app.config.from"),
            "extensions",
        ),
    ],
)
def test_two_applications_that_share_state_are_caught(
    bench: Bench, source: str, shared: str
) -> None:
    """What the two have in common is named."""
    evidence = bench.run(CHECK, {"app.py": source})

    assert f"share {shared}" in failed(evidence)["two-apps"]


def test_a_factory_that_ignores_its_argument_is_caught(bench: Bench) -> None:
    """It takes a configuration, and makes the same application whatever that is."""
    deaf = FACTORY.replace("config or {}", "{'TESTING': False}")

    evidence = bench.run(CHECK, {"app.py": deaf})

    assert set(failed(evidence)) == {"uses-config"}


@pytest.mark.parametrize(
    "reads",
    [
        "app.config.from_object(config)",
        "app.config.from_object({'testing': type('T', (), {'A': 1}), 'default': object}[config])",
    ],
)
def test_configurations_of_every_kind_are_tried(bench: Bench, reads: str) -> None:
    """An object or a name is as good as a dictionary, and no reason to lose anything."""
    source = FACTORY.replace("app.config.from_mapping(config or {})", reads)
    source = source.replace("config=None", "config='default'") if "testing" in reads else source

    evidence = bench.run(CHECK, {"app.py": source.replace("config=None", "config=object")})

    assert failed(evidence) == {}


def test_a_route_that_is_never_live_is_a_finding(bench: Bench) -> None:
    """A blueprint that nobody registers declares a route for nobody."""
    lost = (
        "from flask import Blueprint\n\nbp = Blueprint('lost', __name__)\n\n\n"
        "@bp.post('/lost')\ndef lost():\n    return 'x'\n"
    )

    evidence = bench.run(CHECK, {"app.py": FACTORY, "lost.py": lost})

    assert set(failed(evidence)) == {"declared-routes-are-live"}
    (finding,) = evidence.findings
    assert finding.code == "live:never"
    assert str(finding.location) == "lost.py:6"


def test_a_live_route_that_the_source_hides_is_a_finding(bench: Bench) -> None:
    """A rule that is put together at run time is live all the same."""
    hidden = FACTORY.replace(
        "    return app\n",
        "    getattr(app, 'add_' + 'url_rule')(chr(47) + 'x', 'x', home)\n    return app\n",
    )

    evidence = bench.run(CHECK, {"app.py": hidden})

    assert [finding.code for finding in evidence.findings] == ["live:unseen"]


def test_an_application_that_does_not_load_is_the_candidates(bench: Bench) -> None:
    """Nothing is live of it, and its traceback is in the log."""
    evidence = bench.run(CHECK, {"app.py": FACTORY + "\nraise RuntimeError('not today')\n"})

    assert evidence.status is Status.FAILED
    assert "not today" in evidence.commands[0].output


@pytest.mark.parametrize("word", ['{"live": 3}', '{"live": {"rules": [1, [2], {}]}}', "[]", "x"])
def test_whatever_is_said_instead_is_no_crash(bench: Bench, word: str) -> None:
    """A submission may write its own lines to the stream; what has another form is nothing."""
    liar = f"import os\nos.write(1, b{word + chr(10)!r})\nos._exit(0)\n"

    evidence = bench.run(CHECK, {"app.py": liar + FACTORY})

    assert evidence.status in {Status.FAILED, Status.PASSED}

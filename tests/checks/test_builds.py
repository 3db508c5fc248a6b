"""A submission builds from what it declares, and from nothing else."""

from dataclasses import replace

import pytest

from flaskgrade.checks.builds import CHECK
from flaskgrade.environment.declare import declare
from flaskgrade.environment.provide import provide
from flaskgrade.model.environment import BuildFailure
from flaskgrade.model.evidence import Status
from tests.checks.conftest import Bench

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]

APP = "from flask import Flask\n\napp = Flask(__name__)\n"


def test_a_declaration_that_installs_passes(candidate: Bench) -> None:
    """An environment was made from requirements.txt: the packages are counted."""
    evidence = candidate.run(CHECK, {"requirements.txt": "flask\n", "app.py": APP})

    assert evidence.status is Status.PASSED
    assert "packages installed from requirements.txt" in evidence.summary


def test_no_declaration_fails(candidate: Bench) -> None:
    """A submission that declares nothing does not build by itself, whatever we could guess."""
    evidence = candidate.run(CHECK, {"app.py": APP})

    assert evidence.status is Status.FAILED
    assert evidence.summary == "The submission declares no dependencies."


def test_a_name_that_does_not_exist_fails_with_its_line(candidate: Bench) -> None:
    """The requirement that cannot be had is shown with its file and line."""
    files = {"requirements.txt": "flask\nflask-no-such-thing-at-all==1.0\n", "app.py": APP}
    context = candidate.context(files)
    scratch = candidate.folder / "scratch"
    scratch.mkdir()
    failure = provide(
        declare(context.submission),
        sandbox=candidate.sandbox,
        cache=candidate.folder / "cache",
        scratch=scratch,
    )
    assert isinstance(failure, BuildFailure)

    evidence = CHECK.run(replace(context, environment=None, build_failure=failure))

    assert evidence.status is Status.FAILED
    assert [str(finding.location) for finding in evidence.findings] == ["requirements.txt:2"]
    assert "flask-no-such-thing-at-all" in evidence.summary
    assert evidence.commands == (failure.record,)

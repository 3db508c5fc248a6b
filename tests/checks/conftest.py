"""What checks that run something need: the toolbox and one environment, made once a session."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from flaskgrade.checks.base import Check, Context
from flaskgrade.environment.declare import declare
from flaskgrade.environment.provide import provide
from flaskgrade.environment.toolbox import toolbox
from flaskgrade.model.environment import Environment, Folder
from flaskgrade.model.evidence import Evidence
from flaskgrade.model.exercise import Exercise
from flaskgrade.sandbox.base import Sandbox
from tests.checks.contexts import context_of, submission_of
from tests.conftest import Sandboxes

REQUIREMENTS = "flask\nflask-sqlalchemy\nflask-migrate\npsycopg[binary]\n"
Files = Mapping[str, str | bytes]


@pytest.fixture(scope="session")
def real(sandboxes: Sandboxes) -> Sandbox:
    """Give the bwrap sandbox of the session."""
    return sandboxes.get("bwrap")


@pytest.fixture(scope="session")
def tools(real: Sandbox, cache: Path) -> Folder:
    """Give the toolbox, made from the package index."""
    (cache / "scratch").mkdir(exist_ok=True)
    return toolbox(sandbox=real, cache=cache, scratch=cache / "scratch").folder


@pytest.fixture(scope="session")
def installed(real: Sandbox, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Give an environment with Flask, SQLAlchemy, migrations and what the harness adds."""
    (cache / "scratch").mkdir(exist_ok=True)
    files = {"requirements.txt": REQUIREMENTS}
    declaration = declare(submission_of(tmp_path_factory.mktemp("declared"), files))
    built = provide(declaration, sandbox=real, cache=cache, scratch=cache / "scratch")
    assert isinstance(built, Environment), built
    return built


@dataclass(frozen=True)
class Bench:
    """Runs checks on small submissions in real sandboxes."""

    folder: Path
    sandbox: Sandbox
    toolbox: Folder | None
    environment: Environment | None

    def context(self, files: Files, *, exercise: Exercise | None = None) -> Context:
        """Return the context of a submission of these files."""
        submission = submission_of(self.folder, files)
        return context_of(
            self.folder,
            files,
            exercise=exercise,
            sandbox=self.sandbox,
            environment=self.environment,
            toolbox=self.toolbox,
            declaration=declare(submission),
        )

    def run(self, check: Check, files: Files, *, exercise: Exercise | None = None) -> Evidence:
        """Run a check on a submission of these files."""
        return check.run(self.context(files, exercise=exercise))


@pytest.fixture
def static(tmp_path: Path, real: Sandbox, tools: Folder) -> Bench:
    """Give what static tools need: no environment."""
    return Bench(tmp_path, real, tools, None)


@pytest.fixture
def candidate(tmp_path: Path, real: Sandbox, installed: Environment) -> Bench:
    """Give what the candidate's own code needs: no toolbox."""
    return Bench(tmp_path, real, None, installed)


@pytest.fixture
def bench(tmp_path: Path, real: Sandbox, tools: Folder, installed: Environment) -> Bench:
    """Give all that any check needs."""
    return Bench(tmp_path, real, tools, installed)

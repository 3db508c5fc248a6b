"""What a candidate is given: the starter, the brief, a CI file; and nothing that is hidden."""

from pathlib import Path

from flaskgrade.errors import FileError
from flaskgrade.model.exercise import Exercise

BRIEF = "BRIEF.md"
CI = ".github/workflows/ci.yml"
WORKFLOW = """\
name: CI
on: [push, pull_request]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with: {python-version: "3.13"}
      - run: python -m pip install -r %s
      - run: python -m pytest
"""


def written(exercise: Exercise) -> tuple[tuple[str, str], ...]:
    """Return the path and text of what is written beside the starter's own files.

    Raises FileError where the exercise has no brief or starter.
    """
    for path, what in ((exercise.brief, "brief"), (exercise.starter, "starter")):
        if not path.exists():
            raise FileError(path, None, f"the exercise has no {what}")
    added = [(BRIEF, exercise.brief.read_text(encoding="utf-8"))]
    if not (exercise.starter / CI).exists():
        added.append((CI, WORKFLOW % _requirements(exercise.starter)))
    return tuple(added)


def _requirements(starter: Path) -> str:
    for name in ("requirements-dev.txt", "requirements.txt"):
        if (starter / name).is_file():
            return name
    return "requirements.txt"

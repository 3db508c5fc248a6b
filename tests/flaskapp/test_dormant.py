"""Code that nothing runs."""

import pytest

from flaskgrade.flaskapp.analyse import facts_of, load
from flaskgrade.flaskapp.dormant import Dormant

FACTORY = "from flask import Flask\ndef make():\n    setup()\n    return Flask('x')\n"
SETUP = "def setup():\n    def inner():\n        pass\n"


def _dormant(source: str) -> list[str]:
    code = load({"app.py": source})
    dormant = Dormant(code.project, facts_of(code).factories)
    return [scope.qualname for scope in code.project.functions() if dormant.holds(scope)]


@pytest.mark.parametrize(
    "source",
    [
        FACTORY + SETUP,
        SETUP + "setup()\n",
        "@app.cli.command()\n" + SETUP,
        SETUP + "def create_app():\n    setup()\n",
        SETUP + "import_string(name)()\n",
    ],
)
def test_what_something_in_use_calls_is_in_use(source: str) -> None:
    """A factory is, under whatever name; a module is; a plug-in may be."""
    assert _dormant(source) == []


@pytest.mark.parametrize(
    "source", [SETUP, SETUP + "def other():\n    setup()\n", SETUP.replace("pass", "setup()")]
)
def test_what_only_dead_code_calls_is_dormant_with_all_that_is_in_it(source: str) -> None:
    """A function that only calls itself is dead as well."""
    assert {"setup", "setup.inner"} <= set(_dormant(source))

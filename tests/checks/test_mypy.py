"""Types are judged with our flags alone: no comment, file or plugin of a submission steers mypy."""

import pytest

from flaskgrade.checks.mypy import CHECK
from flaskgrade.errors import StageError
from flaskgrade.model.evidence import Evidence, Status
from tests.checks.conftest import Bench

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]

GOOD = "def double(number: int) -> int:\n    return number * 2\n"
BAD = "def name() -> str:\n    return 1\n"


def found(evidence: Evidence) -> set[tuple[str, str]]:
    """The codes found, each with its place."""
    return {(finding.code, str(finding.location)) for finding in evidence.findings}


def test_types_that_hold_pass(static: Bench) -> None:
    """Code whose types agree has no finding; its annotated functions are counted."""
    evidence = static.run(
        CHECK, {"app.py": GOOD + "\n\ndef plain(x):\n    return x\n\n\nprint(double, plain)\n"}
    )

    assert (evidence.status, evidence.findings) == (Status.PASSED, ())
    assert (evidence.measure("functions"), evidence.measure("functions_annotated")) == (2, 1)


def test_a_type_error_is_a_finding_with_its_place(static: Bench) -> None:
    """A wrong return value is named by code, file and line."""
    evidence = static.run(CHECK, {"shop/names.py": BAD})

    assert evidence.status is Status.FAILED
    assert found(evidence) == {("mypy:return-value", "shop/names.py:2")}


def test_flask_is_known_to_mypy(static: Bench) -> None:
    """What a view does with Flask's own types is checked; an unknown package is nobody's error."""
    code = "import nowhere\nfrom flask import Flask\n\napp: int = Flask(__name__)\n"

    evidence = static.run(CHECK, {"app.py": code})

    assert found(evidence) == {("mypy:assignment", "app.py:4")}


@pytest.mark.parametrize(
    "files",
    [
        {"names.py": BAD.replace("return 1", "return 1  # type: ignore")},
        {"names.py": BAD.replace("return 1", "return 1  # type: ignore[return-value]  # x")},
        {"names.py": "# type: ignore\n" + BAD},
        {"names.py": "# mypy: ignore-errors\n" + BAD},
        {"names.py": '# mypy: disable-error-code="return-value"\n' + BAD},
        {"names.py": BAD, "mypy.ini": "[mypy]\nignore_errors = True\n"},
        {"names.py": BAD, ".mypy.ini": "[mypy]\nexclude = .*\n"},
        {"names.py": BAD, "setup.cfg": "[mypy]\nignore_errors = True\n"},
        {"names.py": BAD, "pyproject.toml": '[tool.mypy]\nexclude = [".*"]\nignore_errors=true\n'},
        {"names.py": BAD, "mypy.ini": "[mypy]\nplugins = evil.py\n", "evil.py": "1 / 0\n"},
        {"names.py": BAD, "names.pyi": "def name() -> int: ...\n"},
        {"names.py": BAD, ".gitignore": "*.py\n"},
        {"names.py": "import typing as t\n\n\n@t.no_type_check\n" + BAD},
        {"names.py": "from typing import no_type_check as n\n\nm = n\n\n\n@m\n" + BAD},
        {"names.py": BAD, "typing.py": "def nothing() -> None: ...\n"},
        {"names.py": BAD, "json/__init__.py": ""},
    ],
)
def test_no_suppression_counts(static: Bench, files: dict[str, str]) -> None:
    """The finding is there whatever the submission says to mypy."""
    evidence = static.run(CHECK, files)

    assert "mypy:return-value" in {finding.code for finding in evidence.findings}, evidence


def test_any_annotates_nothing(static: Bench) -> None:
    """A function is annotated if something that it says is more than `Any`."""
    source = (
        "from typing import Any\n\n\ndef a(x: Any) -> Any: ...\n\n\n"
        "def b(x: Any) -> None: ...\n\n\ndef c(x: int): ...\n\n\nprint(a, b, c)\n"
    )

    evidence = static.run(CHECK, {"names.py": source})

    assert (evidence.measure("functions"), evidence.measure("functions_annotated")) == (3, 1)


def test_a_stub_of_flask_does_not_silence_its_types(static: Bench) -> None:
    """A package of the submission's that is called like a dependency takes no finding away."""
    files = {
        "app.py": "from flask import Flask\n\napp: int = Flask(__name__)\n",
        "flask/__init__.pyi": "from typing import Any\ndef __getattr__(name: str) -> Any: ...\n",
    }

    assert static.run(CHECK, files).status is Status.FAILED


@pytest.mark.parametrize("bad", ["def f(:\n", "x = " + "(" * 3000 + "\n", b"\xff\xfe\x00"])
def test_a_file_that_does_not_parse_hides_nothing(static: Bench, bad: str | bytes) -> None:
    """It is a finding of its own, and the errors in the other files are told as well."""
    evidence = static.run(CHECK, {"names.py": BAD, "bad.py": bad})

    places = {str(finding.location).split(":")[0] for finding in evidence.findings}
    assert evidence.status is Status.FAILED
    assert places == {"names.py", "bad.py"}


def test_a_file_that_crashes_mypy_hides_nothing(static: Bench) -> None:
    """The file on which mypy dies is named, and the errors in the others are told."""
    bomb = "x = 1" + " + 1" * 20_000 + "\n"

    evidence = static.run(CHECK, {"names.py": BAD, "bomb.py": bomb})

    assert found(evidence) == {("mypy:crash", "bomb.py"), ("mypy:return-value", "names.py:2")}


def test_two_modules_of_one_name_are_both_checked(static: Bench) -> None:
    """Two folders may each hold a models.py."""
    evidence = static.run(CHECK, {"shop/models.py": BAD, "stock/models.py": BAD})

    assert {str(f.location) for f in evidence.findings} == {"shop/models.py:2", "stock/models.py:2"}


def test_a_broken_toolbox_is_ours(static: Bench) -> None:
    """Tools that do not work on a clean file raise: nobody is judged by them."""
    (static.folder / "empty").mkdir()
    empty = static.sandbox.folder(static.folder / "empty")
    broken = Bench(static.folder, static.sandbox, empty, None)

    with pytest.raises(StageError, match="mypy does not work here"):
        broken.run(CHECK, {"app.py": GOOD})

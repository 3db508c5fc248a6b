"""What a whole submission declares, from all its files together."""
# A test's name is its sentence.
# ruff: noqa: D103

from pathlib import Path

from flaskgrade.environment.declare import MOST_REQUIREMENTS, declare
from flaskgrade.model.evidence import Severity
from tests.environment.submissions import submission


def test_a_submission_that_declares_nothing_gives_an_empty_declaration(tmp_path: Path) -> None:
    found = declare(submission(tmp_path, {"app.py": ""}))
    assert found.requirements == ()
    assert found.files == ()
    assert found.source_roots == (".",)


def test_requirements_files_are_read_with_what_they_include(tmp_path: Path) -> None:
    found = declare(
        submission(
            tmp_path,
            {
                "requirements.txt": "-r requirements/base.txt\n-c limits.txt\n",
                "requirements/base.txt": "flask\n-r ../more.txt\n",
                "requirements/dev.txt": "-r base.txt\npytest\n",
                "more.txt": "-r requirements.txt\npyjwt\n",
                "limits.txt": "werkzeug<4\n",
            },
        )
    )
    assert sorted((one.group, one.text) for one in found.requirements) == [
        ("constraint", "werkzeug<4"),
        ("dev", "pytest"),
        ("main", "flask"),
        ("main", "pyjwt"),
    ]
    assert found.findings == ()


def test_nothing_outside_the_submission_is_included(tmp_path: Path) -> None:
    secret = tmp_path / "fg-secret"
    secret.write_text("FG-SECRET==1\n")
    root = tmp_path / "submission"
    lines = (
        f"-r {secret}\n-c ../fg-secret\n-r ../../../../etc/passwd\n-r gone.txt\n-r C:/x\nflask\n"
    )
    found = declare(submission(root, {"requirements.txt": lines}))
    assert [one.text for one in found.requirements] == ["flask"]
    assert [(one.code, one.location and one.location.line) for one in found.findings] == [
        ("requirements:include-outside", 1),
        ("requirements:include-outside", 2),
        ("requirements:include-outside", 3),
        ("requirements:invalid", 4),
        ("requirements:include-outside", 5),
    ]
    assert found.findings[0].severity is Severity.HIGH
    assert "FG-SECRET" not in repr(found)


def test_a_lock_pins_what_its_manifest_declares_and_limits_the_rest(tmp_path: Path) -> None:
    found = declare(
        submission(
            tmp_path,
            {
                "pyproject.toml": '[project]\ndependencies=["flask[async]>=3","pyjwt>=9"]\n',
                "uv.lock": "".join(
                    f'[[package]]\nname="{name}"\nversion="{version}"\n'
                    for name, version in [
                        *(("flask", "3.1.0"), ("pyjwt", "2.0"), ("werkzeug", "3.1.0")),
                        *(("twice", "1"), ("twice", "2")),
                    ]
                ),
            },
        )
    )
    assert found.locked
    assert found.locked_names == ("flask", "werkzeug")
    assert found.files == ("uv.lock", "pyproject.toml")
    assert [(one.group, one.text, one.pinned) for one in found.requirements] == [
        ("main", "flask[async]==3.1.0", True),
        ("main", "pyjwt>=9", False),
        ("constraint", "werkzeug==3.1.0", True),
    ]
    assert [one.code for one in found.findings] == ["requirements:lock-stale"]


def test_a_lock_of_something_else_locks_nothing(tmp_path: Path) -> None:
    found = declare(
        submission(
            tmp_path,
            {
                "requirements.txt": "flask>=3\n",
                "poetry.lock": '[[package]]\nname = "blinker"\nversion = "1"\n',
                "Pipfile.lock": '{"default": {"werkzeug": {"version": "==3"}}}',
            },
        )
    )
    assert "flask" not in found.locked_names
    assert [one.pinned for one in found.requirements if one.name == "flask"] == [False]


def test_a_name_is_taken_from_the_most_authoritative_file_only(tmp_path: Path) -> None:
    found = declare(
        submission(
            tmp_path,
            {
                "requirements.txt": "flask==3.1.0\n",
                "pyproject.toml": '[project]\ndependencies=["Flask>=2","pyjwt"]\n',
                "setup.py": "from setuptools import setup\nsetup(install_requires=['flask<2'])\n",
            },
        )
    )
    assert [one.text for one in found.requirements] == ["flask==3.1.0", "pyjwt"]
    assert not found.locked


def test_a_python_version_file_counts_only_where_nothing_else_says(tmp_path: Path) -> None:
    files = {".python-version": "3.12.1\n", "requirements.txt": "flask\n"}
    assert declare(submission(tmp_path, files)).requires_python == ">=3.12"
    files |= {"pyproject.toml": '[project]\nrequires-python=">=3.11"\n'}
    assert declare(submission(tmp_path, files)).requires_python == ">=3.11"


def test_a_src_layout_is_a_source_root(tmp_path: Path) -> None:
    found = declare(submission(tmp_path, {"src/shop/__init__.py": "", "requirements.txt": "flask"}))
    assert found.source_roots == ("src", ".")


def test_a_root_that_is_named_but_not_there_is_left_out(tmp_path: Path) -> None:
    text = '[tool.setuptools.packages.find]\nwhere=["/etc", "..", "lib"]\n'
    found = declare(submission(tmp_path, {"pyproject.toml": text, "lib/shop/app.py": ""}))
    assert found.source_roots == ("lib", ".")


def test_endless_requirements_are_cut_with_a_finding(tmp_path: Path) -> None:
    lines = "".join(f"package-{number}\n" for number in range(MOST_REQUIREMENTS + 5))
    found = declare(submission(tmp_path, {"requirements.txt": lines}))
    assert len(found.requirements) == MOST_REQUIREMENTS
    assert [one.code for one in found.findings] == ["requirements:too-many"]

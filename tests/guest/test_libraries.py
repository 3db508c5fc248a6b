"""Libraries that a submission names are imported before forking; its own modules are not."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from flaskgrade.guest import CANDIDATE

REPORT = """
import json, sys
sys.path.insert(0, sys.argv[1]); sys.path.insert(0, sys.argv[2])
import flaskgrade_libraries as libraries
fresh = libraries.import_all(sys.argv[2])
print(json.dumps({"fresh": fresh, "modules": sorted(sys.modules)}))
"""


def imported(folder: Path) -> tuple[bool, set[str]]:
    """Import what the files in a folder name, in a process of its own; return what it says."""
    done = subprocess.run(
        [sys.executable, "-c", REPORT, str(CANDIDATE), str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout.splitlines()[-1])
    return told["fresh"], set(told["modules"])


def test_an_installed_library_is_imported_and_an_own_module_is_not(tmp_path: Path) -> None:
    """`import yaml` is done once for all; `import shop` is left to each process."""
    (tmp_path / "shop.py").write_text("raise SystemExit('not to be imported')\n")
    (tmp_path / "app.py").write_text("import shop\nfrom yaml.nodes import Node\nimport json\n")

    fresh, modules = imported(tmp_path)

    assert fresh
    assert "yaml.nodes" in modules
    assert "shop" not in modules


def test_a_module_of_the_submission_that_is_named_like_a_library_is_its_own(tmp_path: Path) -> None:
    """A file yaml.py in the submission shadows the library, as it will for the app."""
    (tmp_path / "yaml.py").write_text("raise SystemExit('not to be imported')\n")
    (tmp_path / "app.py").write_text("import yaml\n")

    fresh, modules = imported(tmp_path)

    assert fresh
    assert "yaml" not in modules


@pytest.mark.parametrize("line", ["import gevent.monkey\n", "from eventlet import wsgi\n"])
def test_libraries_that_patch_are_left_to_the_app(tmp_path: Path, line: str) -> None:
    """They must come before all else, at the app's own moment: nothing is imported ahead."""
    (tmp_path / "app.py").write_text(line + "import yaml\n")

    fresh, modules = imported(tmp_path)

    assert not fresh
    assert "yaml" not in modules


def test_what_cannot_be_read_or_imported_is_passed_over(tmp_path: Path) -> None:
    """Files that do not parse and libraries that are not there are the app's to complain about."""
    (tmp_path / "broken.py").write_bytes(b"import (\x00\xff")
    (tmp_path / "deep.py").write_text("x = " + "(" * 5000 + ")" * 5000)
    (tmp_path / "app.py").write_text("import no_such_library_at_all\nimport yaml\n")

    fresh, modules = imported(tmp_path)

    assert fresh
    assert "yaml" in modules

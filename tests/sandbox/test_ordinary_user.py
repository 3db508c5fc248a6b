import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
USER = "12345"

# In a mount namespace of its own, the folders that only root can enter are replaced by ones that
# hold nothing but what the tests need: this Python, its environment, this repository.
OPEN = """
set -e
top=$1; shift
aside=$(mktemp -d)
number=0
for folder do
    [ "$folder" != -- ] || break
    number=$((number + 1)); mkdir "$aside/$number"; mount --rbind "$folder" "$aside/$number"
done
mount -t tmpfs -o mode=755 tests "$top"
number=0
while [ "$1" != -- ]; do
    number=$((number + 1)); mkdir -p "$1"; mount --rbind "$aside/$number" "$1"; shift
done
shift
exec "$@"
"""


def closed(folder: Path) -> Path | None:
    """Return the topmost folder above one that others cannot enter, if any."""
    for parent in reversed(folder.parents):
        if not parent.stat().st_mode & 0o001:
            return parent
    return None


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user runs the suite as one already")
@pytest.mark.timeout(300)
def test_the_bwrap_backend_conforms_for_an_ordinary_user_too() -> None:
    """The conformance suite passes without root: no test fails, none is skipped."""
    needed = {Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(), REPOSITORY}
    tops: dict[Path, list[str]] = {}
    for folder in sorted(needed):
        if top := closed(folder):
            tops.setdefault(top, []).append(str(folder))
    with tempfile.TemporaryDirectory() as outer:
        # In a folder of root's: other tests look for what users of sandboxes leave in /tmp.
        Path(outer).chmod(0o711)
        home = f"{outer}/home"
        Path(home).mkdir()
        os.chown(home, int(USER), int(USER))
        argv = [
            *("setpriv", "--reuid", USER, "--regid", USER, "--clear-groups", "env", "-i"),
            *(f"HOME={home}", f"TMPDIR={home}", f"PATH={os.environ['PATH']}"),
            *("PYTHONDONTWRITEBYTECODE=1", sys.executable, "-m", "pytest", "-q", "-k", "bwrap"),
            *("-p", "no:cacheprovider", "tests/conformance"),
        ]
        for top, folders in tops.items():
            argv = ["/bin/sh", "-c", OPEN, "open", str(top), *folders, "--", *argv]
        argv = ["unshare", "--mount", "--propagation", "private", *argv]
        done = subprocess.run(
            argv,
            cwd=REPOSITORY,
            env=os.environ | {"TMPDIR": home},
            capture_output=True,
            text=True,
            check=False,
        )
    summary = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    passed = re.search(r"(\d+) passed", summary)
    assert passed
    assert int(passed[1]) >= 80
    assert "skipped" not in summary
    assert "failed" not in summary

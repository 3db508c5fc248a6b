"""Attacks by wheels that a candidate put on the package index: K17, XB07 to XB10."""

import io
import zipfile
from collections.abc import Mapping

from tests.environment.packages import wheel
from tests.hostile.attack import Attack, Layer, Tries, trick

STARTS = """\
import builtins, os
builtins.EVIL = 1
for place in ("/tmp/fg-canary-K17", os.path.expanduser("~/fg-canary-K17")):
    try:
        open(place, "w").close()
    except OSError:
        pass
"""
PASSES = """
import sys
def passed(*_, **__):
    return 0
main = passed
"""
UP = "../" * 12


def _packed(
    name: str,
    files: Mapping[str, str | bytes],
    requires: tuple[str, ...] = (),
    links: Mapping[str, str] | None = None,
) -> tuple[str, bytes]:
    """Return a wheel with files of any name, listed in its record, and links."""
    label, plain = wheel(name, "1.0", requires=requires)
    buffer = io.BytesIO()
    info = f"{name.replace('-', '_')}-1.0.dist-info"
    with (
        zipfile.ZipFile(io.BytesIO(plain)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        record = f"{info}/RECORD"
        for one in old.namelist():
            if one != record:
                new.writestr(one, old.read(one))
        for path, text in files.items():
            new.writestr(path, text)
        for path, to in (links or {}).items():
            link = zipfile.ZipInfo(path)
            link.create_system, link.external_attr = 3, 0o120777 << 16
            new.writestr(link, to)
        listed = [*old.namelist(), *files, *(links or {})]
        new.writestr(record, "".join(f"{path},,\n" for path in listed))
    return label, buffer.getvalue()


def _attack(id_: str, name: str, does: str, files: Mapping[str, str | bytes] | None = None, *,
            requires: tuple[str, ...] = (), links: Mapping[str, str] | None = None,
            weighs: str = "served", layer: Layer = Layer.BUILD, uses: bool = True,
            seconds: float = 30.0) -> Attack:  # fmt: skip
    """Return an attack by one wheel; the app imports it, so that the environment must have it."""
    package = f"fg{id_.lower()}-{name}"
    module = package.replace("-", "_")
    own = {one.replace("SELF", module): text for one, text in (files or {}).items()}
    return Attack(id=id_, name=name, layer=layer, tries=None if uses else Tries.READING, does=does,
                  weighs=weighs, seconds=seconds,
                  files={**(trick("pass", before=f"import {module}") if uses else {}),
                         "requirements.txt": f"flask==3.1.3\n{package}==1.0\n"},
                  published=(_packed(package, own, requires, links),))  # fmt: skip


ENTRY_POINTS = f"""[console_scripts]
{UP}tmp/fg-canary-XB07 = os:abort
/tmp/fg-canary-XB07 = os:abort
..\\..\\fg-canary-XB07 = os:abort
python = os:abort
[gui_scripts]
a/{UP}tmp/fg-canary-XB07 = os:abort
"""
SCRIPTS = {
    f"SELF-1.0.data/scripts/{name}": "#!/bin/sh\ntouch /tmp/fg-canary-K18; exit 0\n"
    for name in ("python", "python3", "gunicorn", "pytest", "ruff", "mypy", "bandit", "flask")
}
SHADOWS = {
    "flask/__init__.py": "from types import *\n", "gunicorn/__init__.py": PASSES,
    "gunicorn/app/wsgiapp.py": "run = lambda: 0\n", "_pytest/runner.py": PASSES,
    "pytest/__init__.py": PASSES, "pytest.py": PASSES, "httpx/__init__.py": PASSES,
    "json.py": PASSES, "flaskgrade_discovery.py": PASSES, "flaskgrade_served.py": PASSES, "relay.py": PASSES,
    "mypy/__init__.py": PASSES, "werkzeug/__init__.py": "raise SystemExit(0)\n",
}  # fmt: skip

ATTACKS: tuple[Attack, ...] = (
    _attack("K17", "pth-site", "a wheel with start-up files for every Python",
            {"z.pth": "import builtins; builtins.EVIL = 1\n/src\n/tmp\n", "sitecustomize.py": STARTS,
             "usercustomize.py": STARTS}, weighs="whole", layer=Layer.SERVER),
    Attack(id="K17", name="in-the-tree", layer=Layer.SERVER, weighs="whole",
           does="start-up files for every Python in the submission's tree",
           files={"sitecustomize.py": STARTS, "usercustomize.py": STARTS, "z.pth": "import evil\n",
                  "conftest.py": STARTS, "_pytest.py": PASSES, "pyvenv.cfg": "home = /src\n"}),
    _attack("K18", "wheel-commands", "a wheel with commands named as those that we start",
            SCRIPTS, weighs="whole"),
    _attack("XB07", "names", "a wheel with names that lead out",
            {f"{UP}tmp/fg-canary-XB07": "x", "/tmp/fg-canary-XB07": "x",
             "a/../../fg-canary-XB07": "x"}, uses=False),
    _attack("XB07", "data-names", "a wheel whose data lead out",
            {f"SELF-1.0.data/data/{UP}tmp/fg-canary-XB07": "x",
             f"SELF-1.0.data/scripts/{UP}tmp/fg-canary-XB07": "#!python\nx",
             f"SELF-1.0.data/purelib/{UP}tmp/fg-canary-XB07": "x"}, uses=False),
    _attack("XB07", "data-scheme", "a wheel whose data take the place of the environment's own",
            {"SELF-1.0.data/data/bin/python": "#!/bin/sh\ntouch /tmp/fg-canary-XB07\n",
             "SELF-1.0.data/data/pyvenv.cfg": "home = /tmp\n",
             "SELF-1.0.data/headers/x.h": "x", "SELF-1.0.data/nothing/x": "x"}, uses=False),
    _attack("XB07", "entry-points", "a wheel whose commands have paths for names",
            {"SELF-1.0.dist-info/entry_points.txt": ENTRY_POINTS}, uses=False),
    _attack("XB07", "links", "a wheel with links to secrets, and a file to be written through one",
            {"out/fg-canary-XB07": "x"}, links={"out": "/tmp", "secret.py": "/etc/passwd"},
            uses=False),
    _attack("XB08", "metadata", "a wheel that requires addresses and paths",
            requires=("evil @ file:///etc/passwd", "evil2 @ git+file:///tmp/x",
                      "evil3 @ http://127.0.0.1:9/x.whl"), uses=False),
    _attack("XB08", "extras", "a wheel that requires options", uses=False,
            requires=("-r /etc/passwd", "--index-url http://127.0.0.1:9/", "flask\n--pre")),
    _attack("XB09", "shadows", "a wheel with modules of Flask's, the server's and the tests' names",
            SHADOWS, weighs="whole", layer=Layer.RUNNER),
)  # fmt: skip

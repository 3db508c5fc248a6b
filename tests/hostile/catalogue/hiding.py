"""Attacks that hide code from the tools: it runs, and is in no file that they read as Python."""

import base64
import io
import json
import marshal
import zipfile
import zlib

from tests.hostile.attack import Attack, Layer
from tests.hostile.base import Files
from tests.hostile.catalogue.static import BESIDE, POOR

QUIET = '"""Runs what is hidden."""\n\n'
CODED = base64.b64encode(zlib.compress(POOR.encode())).decode()
FOLDER = "from pathlib import Path\n\nHERE = Path(__file__).parent\n"
HOOK = (
    "import importlib.abc\nimport importlib.util\nimport sys\nfrom importlib.machinery import ModuleSpec\n"
    "from pathlib import Path\nfrom types import ModuleType\n\n\nclass Texts(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):\n"
    '    """Import texts."""\n\n    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:\n'
    '        """Find a text."""\n        return importlib.util.spec_from_loader(name, self) if name == "hidden" else None\n\n'
    '    def get_source(self, fullname: str) -> str:\n        """Read a text."""\n        return Path(__file__).with_name("poor.txt").read_text()\n\n'
    '    def is_package(self, fullname: str) -> bool:\n        """Say no."""\n        return False\n\n'
    '    def create_module(self, spec: ModuleSpec) -> ModuleType | None:\n        """Leave it."""\n        return None\n\n\n'
    "sys.meta_path.insert(0, Texts())\nimport hidden  # type: ignore\n"
)


def _zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("hidden.py", POOR)
    return packed.getvalue()


def _hiding(name: str, does: str, poor: str, more: Files | None = None) -> Attack:
    return Attack(
        id="X41",
        name=name,
        layer=Layer.STATIC,
        does=does,
        weighs="whole",
        beside=BESIDE,
        files={"app/poor.py": QUIET + poor, "app/run.py": "import app.poor\n", **(more or {})},
        finds=("suppression:hidden-code", "ruff:crash", "mypy:crash", "bandit:crash"),
        seconds=120.0,
    )


ATTACKS: tuple[Attack, ...] = (
    _hiding("exec-text", "executes its code as a text", f"exec({POOR!r})\n"),
    _hiding(
        "eval-compile",
        "compiles its code from a text",
        f'CODE = {POOR!r}\neval(compile(CODE, "poor", "exec"))\n',
    ),
    _hiding(
        "base64",
        "decompresses its code from base64",
        f'import base64\nimport zlib\n\nexec(zlib.decompress(base64.b64decode("{CODED}")))\n',
    ),
    _hiding(
        "text-file",
        "executes a file of text",
        FOLDER + 'exec((HERE / "poor.txt").read_text())\n',
        {"app/poor.txt": POOR},
    ),
    _hiding(
        "json-file",
        "executes a field of JSON",
        "import json\n" + FOLDER + 'exec(json.loads((HERE / "poor.json").read_text())["code"])\n',
        {"app/poor.json": json.dumps({"code": POOR})},
    ),
    _hiding(
        "marshal",
        "makes functions of marshalled code",
        "import marshal\nimport types\n"
        + FOLDER
        + 'types.FunctionType(marshal.loads((HERE / "poor.bin").read_bytes()), {})()\n',
        {"app/poor.bin": marshal.dumps(compile(POOR, "poor", "exec"))},
    ),
    _hiding(
        "runpy",
        "runs a file of text as a script",
        "import runpy\n" + FOLDER + 'runpy.run_path(str(HERE / "poor.txt"))\n',
        {"app/poor.txt": POOR},
    ),
    _hiding(
        "loader",
        "imports a file of text",
        "from importlib.machinery import SourceFileLoader\n"
        + FOLDER
        + 'SourceFileLoader("poor_text", str(HERE / "poor.txt")).load_module()\n',
        {"app/poor.txt": POOR},
    ),
    _hiding("import-hook", "imports by a hook of its own", HOOK, {"app/poor.txt": POOR}),
    _hiding(
        "zip-import",
        "imports from a zip file",
        "import sys\n" + FOLDER + 'sys.path.insert(0, str(HERE / "lib.zip"))\nimport hidden\n',
        {"app/lib.zip": _zipped()},
    ),
    _hiding(
        "settings-file",
        "runs its code as a file of settings",
        "from flask import Config\n" + FOLDER + 'Config(HERE).from_pyfile("poor.cfg")\n',
        {"app/poor.cfg": POOR},
    ),
    _hiding(
        "false-packages",
        "lies in a folder that looks like a virtual environment",
        "from app.own import poor\n\nprint(poor)\n",
        {"app/own/poor.py": POOR, "app/own/__init__.py": "", "app/own/pyvenv.cfg": "home = /usr\n"},
    ),
    _hiding(
        "escaped-source",
        "is written in an encoding in which a comment is code",
        "",
        {
            "app/poor.py": "# -*- coding: unicode_escape -*-\n# "
            + "".join(f"\\x{ord(c):02x}" for c in "\n" + POOR)
            + "\n"
        },
    ),
)

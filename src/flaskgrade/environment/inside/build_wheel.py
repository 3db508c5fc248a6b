"""Build a wheel from the one archive in /sdist, by its own back-end (PEP 517), without a network.

Written to standard output: b"P" and the text of pyproject.toml where the argument is `read`;
b"R" and a JSON list where the back-end asks for more packages (argument `ask`); else b"W", the
name of the wheel, a line break, and the wheel. Whatever else is printed goes to standard error.
"""

import importlib
import json
import os
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import NoReturn

wanted = sys.argv[1]
result = os.dup(1)
os.dup2(2, 1)  # a back-end's own prints
scratch = Path(os.environ.get("TMPDIR", "/tmp"))  # noqa: S108 - the sandbox's own


def answer(content: bytes) -> NoReturn:  # noqa: D103
    with open(result, "wb") as handle:  # noqa: PTH123
        handle.write(content)
    sys.exit()


archive = next(Path("/sdist").iterdir())
source = scratch / "source"
if archive.suffix == ".zip":
    zipfile.ZipFile(archive).extractall(source)  # noqa: S202 - this is a sandbox
else:
    tarfile.open(archive).extractall(source)  # noqa: S202, SIM115 - as above
root = next(path for path in source.iterdir() if path.is_dir())
os.chdir(root)

project = root / "pyproject.toml"
if wanted == "read":
    answer(b"P" + (project.read_bytes() if project.is_file() else b""))

import tomllib  # noqa: E402 - not needed for reading

whole = tomllib.loads(project.read_text("utf-8")) if project.is_file() else {}
system = whole.get("build-system", {})
name, _, attributes = system.get("build-backend", "setuptools.build_meta:__legacy__").partition(":")
sys.path[:0] = [str(root / part) for part in system.get("backend-path", [])]
backend = importlib.import_module(name)
for attribute in filter(None, attributes.split(".")):
    backend = getattr(backend, attribute)

ask = getattr(backend, "get_requires_for_build_wheel", None)
if wanted == "ask" and ask is not None and (more := ask({})):
    answer(b"R" + json.dumps(list(more)).encode())

wheels = scratch / "wheels"
wheels.mkdir()
made = backend.build_wheel(str(wheels), {})
answer(b"W" + made.encode() + b"\n" + (wheels / made).read_bytes())

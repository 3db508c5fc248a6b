"""Packages that a candidate may publish, to have code run when they are built."""

from tests.environment.packages import sdist

BACKEND = """\
import os
import signal
import sys

signal.alarm({alarm})
notes = []
{payload}

def build_wheel(directory, settings=None, metadata=None):
    import zipfile

    label = "{module}-1.0.dist-info"
    metadata = "Metadata-Version: 2.1\\nName: {name}\\nVersion: 1.0\\n"
    files = {{
        "{module}.py": f"NOTES = {{notes!r}}\\n",
        label + "/METADATA": metadata,
        label + "/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }}
    with zipfile.ZipFile(f"{{directory}}/{module}-1.0-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
        archive.writestr(
            label + "/RECORD", "".join(path + ",,\\n" for path in [*files, label + "/RECORD"])
        )
    return "{module}-1.0-py3-none-any.whl"
"""
PROJECT = """\
[build-system]
requires = []
build-backend = "evil"
backend-path = ["."]
"""


def building(name: str, payload: str, *, alarm: int = 60) -> tuple[str, bytes]:
    """Return a source distribution whose build runs the payload.

    What the payload puts into the list `notes` is in the package's NOTES. Unless it ends before,
    the build ends itself after `alarm` seconds.
    """
    backend = BACKEND.format(name=name, module=name.replace("-", "_"), payload=payload, alarm=alarm)
    setup = "raise SystemExit('only the back-end builds this')\n"
    return sdist(name, "1.0", {"pyproject.toml": PROJECT, "evil.py": backend, "setup.py": setup})

"""What the conformance tests share: a token, a folder, a harness to be killed."""

import subprocess
import sys
import textwrap
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from flaskgrade.sandbox.base import Sandbox
from tests.conformance.probe import wait_for


@pytest.fixture
def token() -> str:
    """Give a word that marks this test's processes."""
    return f"token-{uuid.uuid4().hex}"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Give a small folder."""
    folder = tmp_path / "tree"
    (folder / "sub").mkdir(parents=True)
    (folder / "hello.txt").write_text("hello")
    (folder / "sub" / "tool.sh").write_text("#!/bin/sh\necho tool\n")
    (folder / "sub" / "tool.sh").chmod(0o755)
    (folder / "link").symlink_to("hello.txt")
    return folder


HARNESS = """
    import importlib, sys
    from pathlib import Path
    from flaskgrade.sandbox.base import Command, Zone
    from flaskgrade.workspace import run_folder
    backend, cache, token = sys.argv[1:]
    module = importlib.import_module(f"flaskgrade.sandbox.{backend}")
    opener = getattr(module, f"{backend.capitalize()}Sandbox").open
    with run_folder(Path(cache)) as scratch:
        sandbox = opener(cache=Path(cache), scratch=scratch)
        try:
            python = sandbox.interpreters()[0].path
            code = "import os, time; os.fork(); os.setsid(); time.sleep(60)"
            sandbox.run(Command(argv=(python, "-I", "-S", "-c", code, "x" + token),
                                zone=Zone.CANDIDATE))
        finally:
            sandbox.close()
"""


@pytest.fixture
def harness(sandbox: Sandbox, cache: Path, token: str) -> Iterator[subprocess.Popen[bytes]]:
    """Give a harness in a process of its own that has a sandboxed command running."""
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(HARNESS), sandbox.name, str(cache), token],
        stderr=subprocess.PIPE,
    ) as process:
        try:
            wait_for("x" + token, 2)
            yield process
        finally:
            process.kill()

"""Honest work in unusual ways: a defence that takes a point from it is a bug."""

from tests.hostile.attack import Attack, Layer, trick

CONTROLS: tuple[Attack, ...] = (
    Attack(
        id="H1",
        name="plain",
        layer=Layer.SERVER,
        does="the good app, with every check",
        honest=True,
        weighs="whole",
    ),
    Attack(
        id="H2",
        name="busy",
        layer=Layer.SERVER,
        does="writes to its working folder and /tmp, starts threads and a subprocess",
        honest=True,
        files=trick(
            before="""
import pathlib
import subprocess
import sys
import tempfile
import threading
""",
            play="""
pathlib.Path("instance").mkdir(exist_ok=True)
pathlib.Path("instance/data.txt").write_text("kept")
assert pathlib.Path("instance/data.txt").read_text() == "kept"
with tempfile.NamedTemporaryFile() as scratch:
    scratch.write(b"x" * 1_000_000)
told = subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, check=True)
assert told.stdout.strip() == b"42"
threads = [threading.Thread(target=sum, args=(range(1000),)) for _ in range(20)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
""",
        ),
    ),
)

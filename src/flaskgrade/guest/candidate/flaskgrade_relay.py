"""Lead connections to our socket on to a server that listens on TCP, byte by byte.

The sandbox's network has nothing but its own loopback interface, and who asks is in another
sandbox: the socket is the only way in. Nothing is accepted before the server listens, so that
whoever waits for an answer waits for the server's.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress

HOSTS = ("127.0.0.1", "::1")  # "localhost" may be either
CHUNK = 65536
PATIENCE = 0.02  # seconds between attempts
LAST_WORDS = 1.0  # seconds for what a server that has ended still had to say
LEADING = "leading"  # threads


def serve(bind, command, port, settings):
    """Start `python -m COMMAND` and lead to it until it ends; end with its exit code."""
    process = subprocess.Popen([sys.executable, "-m", *command], env=settings)
    print("$ " + " ".join(command), file=sys.stderr, flush=True)
    threading.Thread(target=end_with, args=(process,), daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    while (host := listening(port)) is None:
        time.sleep(PATIENCE)
    with opened(bind) as listener:
        while True:
            connection, _ = listener.accept()
            led = (connection, host, port)
            threading.Thread(target=dial, args=led, name=LEADING, daemon=True).start()


def end_with(process):
    """End all of this when a process ends."""
    code = process.wait()
    deadline = time.monotonic() + LAST_WORDS
    while time.monotonic() < deadline and any(t.name == LEADING for t in threading.enumerate()):
        time.sleep(PATIENCE)
    print(f"The server ended with exit code {code}.", file=sys.stderr, flush=True)
    os._exit(code if 0 < code < 256 else 1)  # noqa: PLR2004 - what exit codes hold


def listening(port):
    """Return the address at which somebody listens on a port, None if nobody does."""
    for host in HOSTS:
        with suppress(OSError), socket.create_connection((host, port)):
            return host
    return None


def opened(bind):
    """Return the socket of gunicorn's --bind: one that was handed down, or one to be made."""
    kind, _, place = bind.partition(":")
    if kind == "fd":
        return socket.socket(fileno=int(place.lstrip("/")))
    made = socket.socket(socket.AF_UNIX)
    os.umask(0o007)
    made.bind(place)
    made.listen()
    return made


def to_unix(path):
    """Return a connection to a Unix socket. Raises OSError."""
    made = socket.socket(socket.AF_UNIX)
    try:
        made.connect(path)
    except BaseException:
        made.close()
        raise
    return made


def dial(connection, host, port):
    """Lead a connection to a server on TCP."""
    with suppress(OSError):
        lead(connection, socket.create_connection((host, port)))


def lead(connection, server):
    """Copy in both directions until both sides have said all."""
    with connection, server:
        back = threading.Thread(target=copy, args=(server, connection))
        back.start()
        copy(connection, server)
        back.join()


def copy(source, target):
    """Copy until the source has said all, and tell the target so."""
    with suppress(OSError):
        while data := source.recv(CHUNK):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)

"""Serve a Redis of a submission's own on a Unix socket.

    redis_service.py BIND PROGRAM

BIND is gunicorn's --bind value for the socket. Nothing is kept on a disk; what a submission could
end or leave its server by is not there.
"""

import json
import subprocess
import sys
import threading
import time
from contextlib import suppress

import flaskgrade_relay as relay
import gate

SOCKET = "/tmp/redis.sock"  # noqa: S108 - a private tmpfs
SETTINGS = f"""
port 0
unixsocket {SOCKET}
dir /tmp
save ""
appendonly no
maxmemory 256mb
maxmemory-policy noeviction
rename-command DEBUG ""
rename-command MODULE ""
rename-command REPLICAOF ""
rename-command SHUTDOWN ""
rename-command SLAVEOF ""
"""


def begin(program):
    """Start the server, and wait until it answers."""
    process = subprocess.Popen([program, "-"], stdin=subprocess.PIPE, stdout=2)
    process.stdin.write(SETTINGS.encode())
    process.stdin.close()
    while True:
        with suppress(OSError), relay.to_unix(SOCKET) as connection:
            connection.sendall(b"PING\r\n")
            if connection.recv(16).startswith(b"+PONG"):
                return process
        if process.poll() is not None:
            sys.exit("Redis did not start")
        time.sleep(0.005)


def say(event):
    """Print a line."""
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


def answer(connection):
    """Lead a connection to the server."""
    with suppress(OSError):
        relay.lead(connection, relay.to_unix(SOCKET))


def main(bind, program):
    """Serve until the server ends."""
    gate.block_signals()
    process = begin(program)
    threading.Thread(target=relay.end_with, args=(process,), daemon=True).start()
    gate.serve(bind, answer, say)


if __name__ == "__main__":
    main(*sys.argv[1:])

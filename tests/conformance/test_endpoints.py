"""Every backend: a candidate's server, an examiner's client, and a socket."""
# A test's name is its sentence.
# ruff: noqa: D103

import ast
from dataclasses import replace
from pathlib import Path

from flaskgrade.sandbox.base import Command, Endpoint, Mount, Sandbox, Zone
from tests.conformance.probe import command, python, sh, wait_for

SERVER = """
    import os, socket, sys
    bind, word = sys.argv[1:3]
    if bind.startswith("fd://"):
        server = socket.socket(fileno=int(bind[5:]))
    else:
        path = bind.removeprefix("unix:")
        os.umask(0o007)
        if os.path.exists(path):
            os.unlink(path)
        server = socket.socket(socket.AF_UNIX)
        server.bind(path)
        server.listen(128)
    server.setblocking(True)
    while True:
        peer, _ = server.accept()
        asked = peer.recv(4096).decode()
        try:
            reply = word + " " + str(eval(asked))
        except OSError as error:
            reply = word + " " + type(error).__name__
        peer.sendall(reply.encode())
        peer.close()
"""
CLIENT = """
    import socket, sys, time
    path, asked = sys.argv[1:3]
    end = time.monotonic() + 10
    while True:
        try:
            peer = socket.socket(socket.AF_UNIX)
            peer.settimeout(5)
            peer.connect(path)
            break
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)
    peer.sendall(asked.encode())
    print(peer.recv(65536).decode(), end="")
"""


def serving(sandbox: Sandbox, endpoint: Endpoint, word: str, *more: str) -> Command:
    """Give the command of a tiny server that evaluates what it is sent."""
    argv = python(sandbox, SERVER, endpoint.bind, word, *more)
    return command(argv, zone=Zone.CANDIDATE, serves=endpoint)


def ask(sandbox: Sandbox, endpoint: Endpoint, asked: str, **settings: object) -> str:
    """Ask the tiny server from the examiner's zone."""
    argv = python(sandbox, CLIENT, endpoint.path, asked)
    outcome = sandbox.run(command(argv, zone=Zone.EXAMINER, connects=(endpoint,), **settings))
    assert outcome.ok, outcome
    return outcome.stdout.decode()


def test_an_examiner_reaches_what_a_candidate_serves(sandbox: Sandbox) -> None:
    endpoint = sandbox.endpoint()
    with sandbox.start(serving(sandbox, endpoint, "pong")):
        assert ask(sandbox, endpoint, "6 * 7") == "pong 42"
        assert ask(sandbox, endpoint, "'x' * 3") == "pong xxx"


def test_a_server_can_be_started_again_on_its_endpoint(sandbox: Sandbox) -> None:
    endpoint = sandbox.endpoint()
    with sandbox.start(serving(sandbox, endpoint, "first")):
        assert ask(sandbox, endpoint, "1") == "first 1"
    with sandbox.start(serving(sandbox, endpoint, "second")):
        assert ask(sandbox, endpoint, "2") == "second 2"


def test_two_endpoints_are_strangers(sandbox: Sandbox) -> None:
    one, two = sandbox.endpoint(), sandbox.endpoint()
    with (
        sandbox.start(serving(sandbox, one, "one")),
        sandbox.start(serving(sandbox, two, "two")),
    ):
        assert ask(sandbox, one, "1") == "one 1"
        assert ask(sandbox, two, "2") == "two 2"


def test_a_server_reaches_what_another_serves(sandbox: Sandbox) -> None:
    """Such as an application its database."""
    database, app = sandbox.endpoint(Zone.CANDIDATE), sandbox.endpoint()
    behind = replace(serving(sandbox, app, "app"), connects=(database,))
    asked = f"__import__('os').path.exists({database.path!r})"
    with (
        sandbox.start(serving(sandbox, database, "database")),
        sandbox.start(behind),
    ):
        assert ask(sandbox, app, asked) == "app True"
        argv = python(sandbox, CLIENT, database.path, "7")
        outcome = sandbox.run(command(argv, zone=Zone.CANDIDATE, connects=(database,)))
        assert outcome.stdout == b"database 7"


def test_a_server_inherits_its_socket_at_most(sandbox: Sandbox) -> None:
    endpoint = sandbox.endpoint()
    with sandbox.start(serving(sandbox, endpoint, "fds")):
        asked = "[f for f in __import__('os').listdir('/proc/self/fd') if int(f) > 2]"
        extra = ast.literal_eval(ask(sandbox, endpoint, asked).removeprefix("fds "))
    # the peer and the listing itself are open, too
    assert len(extra) <= 3


def test_a_client_cannot_change_the_sockets_folder(sandbox: Sandbox) -> None:
    endpoint = sandbox.endpoint()
    folder = endpoint.path.rpartition("/")[0]
    script = f"""
        (echo x >{folder}/new) 2>/dev/null || echo no
        rm -f {endpoint.path} 2>/dev/null || echo no
        ln -sf /dev/null {endpoint.path} 2>/dev/null || echo no
        chmod 777 {folder} 2>/dev/null || echo no
    """
    with sandbox.start(serving(sandbox, endpoint, "still")):
        assert ask(sandbox, endpoint, "0") == "still 0"
        outcome = sandbox.run(command(sh(script), zone=Zone.EXAMINER, connects=(endpoint,)))
        assert outcome.stdout == b"no\nno\nno\nno\n"
        assert ask(sandbox, endpoint, "1") == "still 1"


def test_a_server_sees_neither_the_clients_files_nor_its_processes(
    sandbox: Sandbox, tree: Path, token: str
) -> None:
    endpoint = sandbox.endpoint()
    mount = Mount(folder=sandbox.folder(tree), target="/hidden")
    sleeper = python(sandbox, "import time; time.sleep(30)", token)
    with (
        sandbox.start(serving(sandbox, endpoint, "seen")),
        sandbox.start(command(sleeper, zone=Zone.EXAMINER, mounts=(mount,), connects=(endpoint,))),
    ):
        wait_for(token, 1)
        assert ask(sandbox, endpoint, "open('/hidden/hello.txt')") == "seen FileNotFoundError"
        lines = (
            "[open(f'/proc/{p}/cmdline').read() for p in __import__('os').listdir('/proc')"
            " if p.isdigit()]"
        )
        seen = ask(sandbox, endpoint, lines)
    assert "seen" in seen
    assert token not in seen

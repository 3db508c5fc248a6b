"""The service that hidden tests play, called by apps that do everything wrong."""

import http.client
import importlib
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from flaskgrade.guest import EXAMINER


@pytest.fixture(scope="module", name="module")
def downstream_module() -> Iterator[ModuleType]:
    """The guest module, imported from its folder as the sandbox does."""
    sys.path.insert(0, str(EXAMINER))
    try:
        yield importlib.import_module("downstream")
    finally:
        sys.path.remove(str(EXAMINER))
        for name in ("downstream", "client"):
            sys.modules.pop(name, None)


@pytest.fixture
def played(module: ModuleType, tmp_path: Path) -> Any:
    """One that answers on a socket."""
    made = module.Downstream()
    module.serve(made, f"unix:{tmp_path}/down.sock")
    return made


def call(folder: Path, words: bytes, *, seconds: float = 5.0) -> tuple[int, bytes] | None:
    """Send bytes and return the status and the body of the answer, None where there is none."""
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(seconds)
        peer.connect(f"{folder}/down.sock")
        try:
            peer.sendall(words)
            answer = http.client.HTTPResponse(peer)
            answer.begin()
        except (OSError, http.client.HTTPException):
            return None
        return answer.status, answer.read()


def post(folder: Path, body: bytes = b"{}", path: str = "/entries") -> tuple[int, bytes] | None:
    """Send a request as an app would."""
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nX-Id: 7\r\nContent-Length: {len(body)}\r\n\r\n"
    return call(folder, head.encode() + body)


def test_it_answers_and_remembers(tmp_path: Path, played: Any) -> None:
    """Without a word it says 200 and {}; a request is kept with the moment of its arrival."""
    before = time.monotonic()

    assert post(tmp_path, b'{"a": 1}') == (200, b"{}")

    (request,) = played.requests
    assert (request.method, request.path) == ("POST", "/entries")
    assert (request.json(), request.header("x-id"), request.header("y")) == ({"a": 1}, "7", None)
    assert before < request.at < time.monotonic()


def test_answers_come_in_turn_and_the_last_stays(tmp_path: Path, played: Any) -> None:
    """A body is bytes, text or JSON; a new list begins anew; a reset forgets."""
    played.answer([(503, {"Retry-After": "1"}, b""), (400, [], "no"), (201, {}, {"id": 3})])

    assert [post(tmp_path) for _ in range(4)] == [
        *((503, b""), (400, b"no"), (201, b'{"id": 3}'), (201, b'{"id": 3}'))
    ]
    played.answer([(500, {}, b"")])
    assert post(tmp_path) == (500, b"")
    played.reset()
    assert post(tmp_path) == (200, b"{}")
    assert len(played.requests) == 1


def test_what_a_callable_raises_is_told_to_its_test(tmp_path: Path, played: Any) -> None:
    """The app is answered 500, and the test is not left in the dark."""
    played.answer(lambda request: 1 // len(request.body))

    assert post(tmp_path, b"") == (500, b"")
    with pytest.raises(ZeroDivisionError):
        played.check()
    played.reset()
    played.check()


def test_chunks_are_a_body(tmp_path: Path, played: Any) -> None:
    """As some clients send what they don't know the length of."""
    head = b"PUT /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"

    assert call(tmp_path, head + b"3;a=b\r\nabc\r\n2\r\nde\r\n0\r\n\r\n") == (200, b"{}")
    assert played.requests[0].body == b"abcde"


@pytest.mark.parametrize(
    "words",
    [
        b"\0" * 100_000,
        b"GET /\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 1000 + b"\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 2000000\r\n\r\n" + b"x" * 2_000_000,
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\nx",
        b"POST / HTTP/1.1\r\nContent-Length: many\r\n\r\nx",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\nx",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nno\r\nx",
    ],
)
def test_what_is_no_request_is_not_answered(tmp_path: Path, played: Any, words: bytes) -> None:
    """Nothing of it is kept, and the next is served."""
    assert call(tmp_path, words) is None
    assert played.requests == []
    assert post(tmp_path) == (200, b"{}")


def test_a_slow_caller_is_left(
    tmp_path: Path, played: Any, module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However it drips, its time is that of the whole request."""
    monkeypatch.setattr(module, "REQUEST_SECONDS", 0.6)
    begun = time.monotonic()
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(5)
        peer.connect(f"{tmp_path}/down.sock")
        with pytest.raises(OSError, match=r"Broken pipe|reset"):  # noqa: PT012 - it drips
            while time.monotonic() - begun < 4:
                peer.sendall(b"G")
                time.sleep(0.05)

    assert time.monotonic() - begun < 3
    assert played.requests == []


def test_only_so_many_are_served_and_kept(
    tmp_path: Path, played: Any, module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flood is cut off, and what it holds is given back."""
    monkeypatch.setattr(module, "KEPT", 3)
    assert [(post(tmp_path) or (0,))[0] for _ in range(4)] == [200, 200, 200, 503]
    played.reset()
    monkeypatch.setattr(module, "KEPT_BYTES", 1_000_000)
    large = b"GET / HTTP/1.1\r\n" + (b"X-Long: " + b"x" * 60_000 + b"\r\n") * 10 + b"\r\n"
    assert [(call(tmp_path, large) or (0,))[0] for _ in range(2)] == [200, 503]
    held = [socket.socket(socket.AF_UNIX) for _ in range(60)]
    for peer in held:
        peer.connect(f"{tmp_path}/down.sock")
    assert call(tmp_path, b"GET / HTTP/1.1\r\n\r\n", seconds=2) is None
    assert threading.active_count() < 60 + 5
    for peer in held:
        peer.close()
    deadline = time.monotonic() + 5
    while post(tmp_path) is None:
        assert time.monotonic() < deadline

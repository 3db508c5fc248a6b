"""Inputs that once broke something are replayed in every run."""
# A test's name is its sentence.
# ruff: noqa: D103

import socket
import threading
from pathlib import Path

import pytest

from flaskgrade.checks.events import EventStream
from flaskgrade.guest.examiner.client import Client, Failure
from flaskgrade.sandbox.cgroup import Parents, discover

CORPUS = Path(__file__).parent / "corpus"


def inputs(target: str) -> list[Path]:
    found = sorted((CORPUS / target).iterdir())
    assert found
    return found


@pytest.mark.parametrize("path", inputs("results"), ids=lambda path: path.name)
def test_a_stream_is_the_same_byte_by_byte(path: Path) -> None:
    whole, cut = EventStream(line_limit=100), EventStream(line_limit=100)

    whole.feed(path.read_bytes())
    for byte in path.read_bytes():
        cut.feed(bytes([byte]))

    assert (cut.events, cut.malformed) == (whole.events, whole.malformed)


@pytest.mark.parametrize("path", inputs("http"), ids=lambda path: path.name)
def test_an_answer_is_a_failure(path: Path, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(tmp_path / "s"))
        listening.listen()

        def answer() -> None:
            with listening.accept()[0] as connection:
                connection.recv(65_536)
                connection.sendall(path.read_bytes())

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(Failure, match="no usable HTTP answer: IncompleteRead"):
            Client(str(tmp_path / "s")).get("/")
        thread.join()


@pytest.mark.parametrize("path", inputs("host"), ids=lambda path: path.name)
def test_a_mount_of_no_concern_gives_no_parents(path: Path, tmp_path: Path) -> None:
    (tmp_path / "self").mkdir()
    (tmp_path / "self" / "mountinfo").write_bytes(path.read_bytes())

    assert discover(tmp_path) == Parents()

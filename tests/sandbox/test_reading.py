import os

from flaskgrade.sandbox.reading import Input, Output, pipe


def test_output_is_kept_up_to_the_limit_and_handed_on_no_further() -> None:
    """Whatever comes later is read and dropped, so that the writer never blocks."""
    reading, writing = pipe()
    pieces: list[bytes] = []
    output = Output(reading, 5, pieces.append)
    for text in (b"abc", b"defg", b"hij"):
        os.write(writing, text)
        assert output.read()
    os.close(writing)
    assert not output.read()
    assert output.value() == b"".join(pieces) == b"abcde"
    assert output.over
    os.close(reading)


def test_output_that_just_fits_is_not_over() -> None:
    """The limit is what may be written, not what may not."""
    reading, writing = pipe()
    output = Output(reading, 3)
    os.write(writing, b"abc")
    os.close(writing)
    output.drain()
    assert (output.value(), output.over) == (b"abc", False)
    os.close(reading)


def test_draining_takes_what_is_there_and_does_not_wait_for_more() -> None:
    """Another process of ours may still hold the other end for a moment."""
    reading, writing = pipe()
    output = Output(reading, 1 << 20)
    os.write(writing, b"x" * 65536)
    output.drain()
    assert len(output.value()) == 65536
    os.close(writing)
    os.close(reading)


def test_input_is_written_as_it_is_read() -> None:
    """A full pipe is no reason to wait."""
    reading, writing = pipe()
    content = bytes(range(256)) * 1024
    source = Input(writing, content)
    assert source.write()
    taken = os.read(reading, 1 << 20)
    while source.write():
        taken += os.read(reading, 1 << 20)
    os.close(writing)
    while piece := os.read(reading, 1 << 20):
        taken += piece
    assert taken == content
    os.close(reading)


def test_input_that_nobody_reads_is_done() -> None:
    """A command need not read its input."""
    reading, writing = pipe()
    os.close(reading)
    assert not Input(writing, b"text").write()
    os.close(writing)

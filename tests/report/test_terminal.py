"""The terminal report: complete, in its width, and never steered by a candidate."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from flaskgrade.report import plain, terminal
from tests.report import reports, strategies
from tests.report.hostile import hostile

STYLE = re.compile(r"\x1b\[[0-9;]*m")


def test_the_outcome_comes_first() -> None:
    """Total, band and verdict are read before anything else."""
    head = terminal.render(reports.failing(), width=100, color=False).splitlines()[2:4]

    assert head[0].split("  ")[0].strip() == "61.5 of 100"
    assert "Weak" in head[0]
    assert "Fail" in head[0]
    assert "Below the pass mark of 70 and 1 gate not holding." in head[1]


def test_each_loss_shows_where_it_comes_from() -> None:
    """Failed tests show their exchange, findings their file and line."""
    text = terminal.render(reports.failing(), width=100, color=False)

    assert "POST /v1/rooms  500  12 ms" in text
    assert "expected 400 or 422, got 500" in text
    assert "src/booking/search.py:31" in text
    assert "migrations/versions/3f2a_bookings.py:31" in text


def test_what_is_not_assessed_differs_from_a_zero() -> None:
    """An open criterion has an interval, a hatched bar and a section of its own."""
    text = terminal.render(reports.not_assessed(), width=100, color=False)

    assert "0–15 / 15" in text
    assert "▒▒▒▒" in text
    assert "Bookings under concurrency  15 of 15 open" in text
    assert "▒" not in terminal.render(reports.failing(), width=100, color=False)


def test_without_colour_there_is_no_escape_sequence(monkeypatch: pytest.MonkeyPatch) -> None:
    """`color` decides, whatever the environment asks for."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")

    assert "\x1b" not in terminal.render(reports.failing(), width=100, color=False)
    assert "\x1b[" in terminal.render(reports.failing(), width=100, color=True)


@settings(max_examples=40, deadline=None)
@given(text=strategies.HOSTILE_TEXT, width=st.integers(30, 140), color=st.booleans())
def test_no_text_can_steer_the_terminal(text: str, width: int, *, color: bool) -> None:
    """With any text in every field, only our own colours remain, and lines keep to the width."""
    report = plain.mapped(reports.failing(), lambda _: text)

    shown = STYLE.sub("", terminal.render(report, width=width, color=color))

    acting = [c for c in shown if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Cs"}]
    assert acting == []
    assert all(cell_len(line) <= width for line in shown.splitlines())


@pytest.mark.parametrize("width", [40, 100])
def test_a_candidate_cannot_start_a_line_of_the_report(width: int) -> None:
    """An imitated total never stands at the place where ours stands: its line is indented."""
    text = terminal.render(hostile(), width=width, color=False)
    headlines = [line for line in text.splitlines() if re.match(r" ?\S*\d+ of 100 ", line)]

    assert headlines == [line for line in text.splitlines()[:4] if "61.5 of 100" in line]


def test_markup_of_the_library_is_only_text() -> None:
    """Brackets in a candidate's text are shown, not obeyed."""
    assert "[bold red]rich[/]" in terminal.render(hostile(), width=200, color=False)

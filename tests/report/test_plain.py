"""Hostile text made plain."""

import unicodedata

import pytest
from hypothesis import given

from flaskgrade.report import plain
from tests.report import reports, strategies


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("a\x1b[31mred\x1b[0m", "ared"),
        ("\x1b]0;title\x07", "]0;title"),
        ("a\r\nb\rc", "a\nbc"),
        ("a\x85b\u2028c\u2029d", "a\nb\nc\nd"),
        ("a\x9b31mb", "a31mb"),
        ("a\x00\x08\x7fb", "ab"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("a\u202eb\u2066c\u200fd\u061ce", "abcde"),
        ("a\u200bb\u200dc\ufeffd\u00ade", "abcde"),
        ("a\U000e0041\U000e007fb\ufe0fc\U000e0101d", "abcd"),
        ("a\ue000b\ufffec\U0001ffffd\u3164e", "abcde"),
        ("Z" + "\u0300" * 50 + "o", "Z\u0300\u0300o"),
        ("caf\udce9 \ud800", "caf\\xe9 \\ud800"),
        ("naïve – “日本” 🙂 e\u0301", "naïve – “日本” 🙂 e\u0301"),
    ],
)
def test_what_acts_or_hides_is_gone_and_the_rest_stays(hostile: str, shown: str) -> None:
    """Controls, bidirectional and invisible characters go; honest text of any script stays."""
    assert plain.text(hostile, 1000) == shown


@given(strategies.ANY_TEXT | strategies.HOSTILE_TEXT)
def test_plain_text_is_utf8_without_controls(hostile: str) -> None:
    """Whatever comes in, what comes out can be written anywhere and holds no control or format."""
    shown = plain.text(hostile, 500)

    shown.encode("utf-8")
    assert all(c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf", "Cs"} for c in shown)


@given(strategies.HOSTILE_TEXT)
def test_a_line_is_one_line_of_bounded_length(hostile: str) -> None:
    """No text can add a line, or more than its share of one, where one line is meant."""
    shown = plain.line(hostile, 30)

    assert len(shown.splitlines()) <= 1
    assert len(shown) <= 30


def test_a_cut_is_said() -> None:
    """A reader sees that something is missing, and how much."""
    assert plain.text("x" * 1500, 10) == "xxxxxxxxxx… (1,490 more characters)"
    assert plain.tail("y" * 15 + "end", 3) == "(15 characters before) …end"
    assert plain.line("z" * 50, 10) == "zzzzzzzzz…"


def test_a_cleaned_report_keeps_its_numbers() -> None:
    """Only text changes: points, states and times are the same values."""
    report = reports.not_assessed()

    assert plain.cleaned(report, 10_000) == report


def test_no_text_of_a_report_escapes_the_cleaning() -> None:
    """Every string at any depth goes through."""
    dirty = plain.mapped(reports.failing(), lambda text: f"\x00{text}\u202e")

    assert plain.cleaned(dirty, 10_000) == reports.failing()

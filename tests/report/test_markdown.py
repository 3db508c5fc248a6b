"""The Markdown report: inert in a comment, and never too long for one."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from flaskgrade.model.evidence import Finding
from flaskgrade.report import inert, markdown, plain
from tests.report import reports, strategies
from tests.report.hostile import hostile

OURS = re.compile(
    r"\s*(<details( open)?>\s*<summary>[A-Z][A-Za-z ,:()0-9]*</summary>|</details>)\s*"
)
BLOCKS = {"heading", "paragraph", "table", "thead", "tbody", "tr", "th", "td", "inline"}
BLOCKS |= {"bullet_list", "list_item", "fence", "html_block"}
INLINE = {"text", "softbreak", "hardbreak", "strong_open", "strong_close", "code_inline"}
INLINE |= {"em_open", "em_close"}
# What hosts turn into links, notifications and pictures when it stands outside of code.
LIVE = re.compile(r"@\w|#\d|\w-\d|://|www\.|:\w+:|[<>\[\]`|]|\b[0-9a-f]{7,}\b", re.IGNORECASE)


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of Markdown as GitHub's parser sees it, inline ones included."""
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        yield token
        yield from token.children or []


def assert_inert(text: str) -> None:
    """Fail for any token that a renderer of ours does not write itself."""
    for token in tokens(text):
        kind = re.sub(r"_(open|close)$", "", token.type)
        assert kind in BLOCKS or token.type in INLINE, (token.type, token.content)
        if token.type == "html_block":
            assert OURS.fullmatch(token.content), token.content
        if token.type == "text":
            assert not LIVE.search(token.content), token.content


def test_a_hostile_report_is_inert() -> None:
    """Mentions, references, HTML, links, images and fences of a candidate are only code."""
    assert_inert(markdown.render(hostile()))


@settings(max_examples=60, deadline=None)
@given(text=strategies.HOSTILE_TEXT)
def test_any_text_in_every_field_is_inert(text: str) -> None:
    """No text, wherever it stands, becomes more than text."""
    assert_inert(markdown.render(plain.mapped(reports.failing(), lambda _: text)))


@settings(deadline=None)
@given(text=strategies.HOSTILE_TEXT)
def test_a_table_keeps_its_cells(text: str) -> None:
    """No text can end the cell or the row that it stands in."""
    rows = f"| a | b |\n| --- | --- |\n| {inert.prose(text, 200)} | {inert.code(text, 200)} |\n"

    cells = [token for token in tokens(rows) if token.type == "td_open"]

    assert len(cells) == 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("3 of 3 tests passed.", "3 of 3 tests passed."),
        ("Rooms: create, read", "Rooms: create, read"),
        ("@org/hiring", "`@org/hiring`"),
        ("closes #1", "`closes #1`"),
        ("GH-12", "`GH-12`"),
        ("see www.evil.invalid", "`see www.evil.invalid`"),
        (":smile:", "`:smile:`"),
        ("deadbeef1", "`deadbeef1`"),
        ("a|b", "`a│b`"),
        ("`x", "`` `x ``"),
        ("```", "```` ``` ````"),
        ("\x1b \n ", ""),
    ],
)
def test_words_stand_as_words_and_the_rest_as_code(text: str, shown: str) -> None:
    """Plain sentences stay readable; whatever could act is put in code."""
    assert inert.prose(text, 100) == shown


@pytest.mark.parametrize("content", ["```", "~~~\n````\n", "x\n```\n# Score: 100/100"])
def test_nothing_closes_a_block(content: str) -> None:
    """A fence is always longer than any in its content."""
    (block,) = list(tokens(inert.block(content, 1000)))

    assert block.type == "fence"
    assert block.content.strip() == content.strip()


def test_a_comment_is_cut_to_its_limit_and_says_so() -> None:
    """Ten thousand findings make a comment that fits, with every section closed."""
    many = tuple(Finding(code=f"ruff:E{n}", message="x" * 200) for n in range(10_000))

    text = markdown.render(replace(reports.failing(), findings=many))

    assert len(text) <= 60_000
    assert "Cut here to fit" in text
    assert text.count("<details") == text.count("</details>")
    assert_inert(text)


def test_what_is_not_assessed_stands_open_at_the_top() -> None:
    """Open points are seen without a click, and are not called lost."""
    text = markdown.render(reports.not_assessed())

    assert "<details open>\n<summary>Not assessed (2): open, not lost" in text
    assert "0–15 / 15 (not assessed)" in text


def test_bodies_of_exchanges_are_left_out() -> None:
    """A comment that a candidate may read shows neither payloads nor answers of hidden tests."""
    text = markdown.render(reports.failing())

    assert "`POST /v1/rooms` → 500" in text
    assert "2030-05-01T09" not in text
    assert "Internal Server Error" not in text

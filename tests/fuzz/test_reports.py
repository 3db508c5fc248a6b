"""Reports read back: any JSON is a report or a usage error, and a report is inert everywhere."""
# A test's name is its sentence.
# ruff: noqa: D103, PT017 - that an error is raised is no must, what it says is

import json
import re
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from flaskgrade.cohort.compare import compare
from flaskgrade.errors import UsageError
from flaskgrade.model.report import Report
from flaskgrade.report import html, markdown, terminal, terminal_comparison
from flaskgrade.report.document import read, render
from tests.fuzz.cases import fuzz
from tests.fuzz.strategies import any_text, json_values, mutated, mutated_json

GOLDEN = tuple(
    path.read_text() for path in sorted((Path(__file__).parents[1] / "golden").glob("*.json"))
)
DOCUMENTS = tuple(json.loads(text) for text in GOLDEN)
PAYLOAD = "<img src=x onerror=alert(1)>\x1b]0;x\x07\x9b31m\u202e"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@st.composite
def poisoned(draw: st.DrawFn) -> Any:
    """Return a real report some of whose texts are attacks."""
    document = draw(st.sampled_from(DOCUMENTS))
    for _ in range(draw(st.integers(1, 5))):
        document = _poisoned(draw, document)
    return document


def _poisoned(draw: st.DrawFn, value: Any) -> Any:
    if isinstance(value, dict) and value:
        key = draw(st.sampled_from(sorted(value)))
        return {**value, key: _poisoned(draw, value[key])}
    if isinstance(value, list) and value:
        at = draw(st.integers(0, len(value) - 1))
        return [*value[:at], _poisoned(draw, value[at]), *value[at + 1 :]]
    return draw(st.just(PAYLOAD) | any_text) if isinstance(value, str) else value


def parsed(text: str) -> Report | None:
    try:
        return read(text)
    except UsageError as error:
        assert len(error.message) < 1000
        return None


@fuzz(share=0.5, text=any_text | json_values.map(json.dumps) | mutated(GOLDEN))
def test_any_text_is_a_report_or_a_usage_error(text: str) -> None:
    parsed(text)


@fuzz(share=0.1, document=mutated_json(DOCUMENTS))
def test_a_mutated_report_is_refused_or_reads_back_the_same(document: Any) -> None:
    report = parsed(json.dumps(document))

    if report is not None:
        assert read(render(report)) == report


@fuzz(share=0.02, document=poisoned() | mutated_json(DOCUMENTS), width=st.integers(40, 200))
def test_every_format_of_a_report_that_was_read_is_inert(document: Any, width: int) -> None:
    report = parsed(json.dumps(document))
    if report is None:
        return

    page, words = html.render(report), markdown.render(report)
    printed = terminal.render(report, width=width, color=False)
    table = terminal_comparison.render(compare([report]), width=width, color=False)

    assert "<img src=x" not in page
    assert not any(_CONTROL.search(one) for one in (page, words, printed, table))

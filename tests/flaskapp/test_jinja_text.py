"""Jinja's text, taken apart."""

import time

import pytest

from flaskgrade.flaskapp.jinja_text import CHARACTERS, Tag, names, safe_values, tags


def test_tags_have_their_lines_and_comments_and_raw_text_are_none() -> None:
    """What is in no tag is the page's own."""
    text = "a\n{{ b }}{# {{ c }} #}\n{%- raw -%}{{ d }}{% endraw %}\n{% if e -%}{{ f"

    assert [(tag.text, tag.line, tag.statement) for tag in tags(text)] == [
        ("b", 2, False),
        ("endraw", 3, True),
        ("if e", 4, True),
    ]


@pytest.mark.parametrize(
    ("text", "value", "filters"),
    [
        ("a.b|safe", "a.b", ""),
        ("a | trim | safe", "a", "trim"),
        ("a|replace('|', 'x')|safe", "a", "replace('|', 'x')"),
        ("'x' ~ name|safe", "name", ""),
        ("f(g(a|safe))", "a", ""),
        ("a.b|safe if a else c", "a.b", ""),
        ("a|markdown|safe", "a", "markdown"),
    ],
)
def test_what_is_marked_as_safe_and_the_filters_before(text: str, value: str, filters: str) -> None:
    """A `|` in quotes is none."""
    found = list(safe_values(Tag(statement=False, text=text, line=1)))

    assert found == [(value, filters)]


def test_names_are_what_a_template_says() -> None:
    """Set, in a loop, as a parameter of a macro."""
    text = (
        "{% set a = b.c %}{% set d %}x{% endset %}{% for e, f in g.items() %}"
        "{% for h in i|sort %}{% macro j(k, l=1) %}"
    )

    given = names(tuple(tags(text))).given

    assert [f"{name}={given[name]}" for name in "abcdefghijkl" if name in given] == [
        *("a=b.c", "d=", "e=g.items()", "f=g.items()", "h=i", "k=", "l="),
    ]


@pytest.mark.parametrize("piece", ["{{", "{%", "{# ", "{{ a|", "{% set a, ", "{% raw %}", "{{((("])
def test_a_hostile_template_takes_little_time(piece: str) -> None:
    """Its length is bounded, and no tag is looked at twice."""
    text = piece * (CHARACTERS // len(piece))
    start = time.perf_counter()
    for tag in tags(f"{text}}}}}"):
        list(safe_values(tag))

    assert time.perf_counter() - start < 2

"""Reading a brief sentence by sentence, and what tests quote of it."""
# A test's name is its sentence.
# ruff: noqa: D103

import pytest

from flaskgrade.exercise.brief import Sentence, passages, unenforced, unfounded, untouched

BRIEF = """\
# Notes

Everybody may read **all notes**. A note must have a `title`, and
its text must not be empty. Colours are up to you.

- A note that is gone answers 404
  and must stay gone.
- `page`: starts at 1.

| status | when |
| --- | --- |
| 409 | the title is taken |

```
must be ignored: it is code
```
"""
READ = passages(BRIEF)


def test_a_brief_is_read_by_paragraphs_items_and_rows() -> None:
    assert [(one.line, one.text, one.listed) for one in READ] == [
        (
            3,
            "Everybody may read all notes. A note must have a title , and its text must not be "
            "empty. Colours are up to you.".replace(" ,", ","),
            False,
        ),
        (6, "A note that is gone answers 404 and must stay gone.", True),
        (8, "page: starts at 1.", True),
        (12, "409 the title is taken", True),
    ]


@pytest.mark.parametrize(
    "quote",
    [
        "A note must have a title",
        "A note must have a `title`, and its text must not be empty.",
        "answers 404\n and must stay gone",
        "| 409 | the title is taken |",
        "page: starts at 1",
    ],
)
def test_a_quote_is_found_whatever_its_breaks_and_marks(quote: str) -> None:
    assert unfounded([quote], READ) == ()


@pytest.mark.parametrize("quote", ["A note must have a name", "a title", "must be ignored: it is"])
def test_what_the_brief_does_not_say_is_unfounded(quote: str) -> None:
    assert unfounded([quote], READ) == (quote,)


def test_a_sentence_that_says_must_wants_a_test() -> None:
    assert unenforced(["Everybody may read all notes."], READ) == (
        Sentence(line=3, text="A note must have a title, and its text must not be empty."),
        Sentence(line=6, text="A note that is gone answers 404 and must stay gone."),
    )


def test_a_quote_of_a_part_enforces_the_sentence() -> None:
    assert unenforced(["its text must not be empty", "A note that is gone"], READ) == ()


def test_items_and_rows_that_nobody_quotes_are_told() -> None:
    told = untouched(["A note that is gone answers 404", "the title is taken"], READ)

    assert [one.text for one in told] == ["page: starts at 1."]

"""Blind: nothing in the files tells whose work it is, however it may be encoded."""
# A test's name is its sentence.
# ruff: noqa: D103

import base64
import html
import json
import urllib.parse
from collections.abc import Iterator
from dataclasses import replace

import pytest

from flaskgrade.cohort.blind import WITHHELD, blinded
from flaskgrade.cohort.entry import entry
from flaskgrade.cohort.gather import gather
from flaskgrade.model.evidence import Evidence, Item, Status
from flaskgrade.model.report import Report
from flaskgrade.report import cohort_csv, cohort_html, plain
from tests.report import reports

NAME = "Zebulon Quackenbush"
HANDLE = "zquackenbush"
MAIL = "zeb@quackenbush.example"
COMMIT = "c0ffee12c0ffee34c0ffee56c0ffee78c0ffee90"
TREE = "5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed"
HOST = "forge.quackenbush.example"
TELLING = (NAME, HANDLE, MAIL, COMMIT, TREE, HOST, "Zebulon", "Quackenbush", COMMIT[:7], TREE[:7])
OTHERS = (reports.passing, reports.not_assessed)


def of_somebody(report: Report) -> Report:
    """Return the report with somebody's name, address and paths in all that candidates choose."""
    said = f" by {NAME} <{MAIL}> in /home/{HANDLE}/{HANDLE}_app, https://{HOST}/{HANDLE} {COMMIT}"
    told = plain.mapped(report, lambda text: text + said)
    card = report.scorecard
    return replace(
        told,
        title=f"Room bookings · {HANDLE}",
        categories=report.categories,
        scorecard=replace(
            card,
            criteria=tuple(replace(one, reason=one.reason + said) for one in card.criteria),
            gates=tuple(replace(one, reason=one.reason + said) for one in card.gates),
        ),
        evidence=tuple(
            _evidence(before, after)
            for before, after in zip(report.evidence, told.evidence, strict=True)
        ),
        provenance=replace(
            told.provenance,
            source=f"https://{HOST}/{HANDLE}/room-bookings",
            commit=COMMIT,
            tree=TREE,
            exercise=report.provenance.exercise,
            rubric=report.provenance.rubric,
        ),
    )


def _evidence(before: Evidence, after: Evidence) -> Evidence:
    """Return evidence in which only what is ours stays: checks, criteria, our tests' titles."""
    ours = before.check == "acceptance"
    return replace(
        after,
        check=before.check,
        items=tuple(
            replace(new, id=old.id, criteria=old.criteria, title=old.title if ours else new.title)
            for old, new in zip(before.items, after.items, strict=True)
        ),
        findings=tuple(
            replace(new, code=old.code)
            for old, new in zip(before.findings, after.findings, strict=True)
        ),
    )


def spellings(word: str) -> Iterator[str]:
    """Yield a word as it may stand in a file."""
    data = word.encode()
    yield from (word, word[::-1], word.replace(" ", "-"), word.replace(" ", "_"))
    yield from (html.escape(word), json.dumps(word)[1:-1], urllib.parse.quote(word, safe=""))
    yield from (data.hex(), "".join(f"&#{ord(one)};" for one in word))
    yield "".join(f"\\u{ord(one):04x}" for one in word)
    for shift in range(3):  # wherever it begins in what is encoded
        encoded = base64.b64encode(b"\0" * shift + data).decode()
        yield encoded[4 if shift else 0 : -4]


def found_in(text: str) -> list[str]:
    """Return the spellings of telling words that a text holds."""
    lowered = text.lower()
    return [
        spelled
        for word in TELLING
        for spelled in spellings(word)
        if len(spelled) > 3 and spelled.lower() in lowered
    ]


def given() -> list[Report]:
    return [of_somebody(reports.failing()), *(make() for make in OTHERS)]


def test_the_whole_page_and_the_csv_tell_nothing() -> None:
    cohort = gather(blinded([entry(one) for one in given()], (1, 0, 2)), blind=True)

    assert found_in(cohort_html.render(cohort)) == []
    assert found_in(cohort_csv.render(cohort)) == []


def test_the_search_would_find_it() -> None:
    """Without blindness, the page holds the name, the handle and the commit."""
    page = cohort_html.render(gather([entry(one) for one in given()]))

    assert {NAME, HANDLE, COMMIT[:7]} <= set(found_in(page))


@pytest.mark.parametrize("spelled", [*spellings(NAME), *spellings(HANDLE)])
def test_the_search_sees_each_spelling(spelled: str) -> None:
    assert found_in(f"before {spelled} after")


def test_pseudonyms_number_the_order_that_was_drawn() -> None:
    entries = [entry(one) for one in given()]

    hidden = blinded(entries, (2, 0, 1))

    assert [one.candidate.title for one in hidden] == [f"Candidate {n}" for n in (1, 2, 3)]
    assert [one.candidate.low for one in hidden] == [entries[n].candidate.low for n in (2, 0, 1)]


def test_ties_stand_in_the_drawn_order_not_in_that_of_names() -> None:
    same = [
        replace(one, candidate=replace(one.candidate, title=name))
        for name in ("ada", "bo", "cyd")
        for one in [entry(reports.passing())]
    ]

    cohort = gather(blinded(same, (2, 0, 1)), blind=True)

    assert [one.candidate.title for one in cohort.entries] == [f"Candidate {n}" for n in (1, 2, 3)]


def test_what_is_ours_is_still_told() -> None:
    """Points, titles of hidden tests and codes of findings stay, so that evidence can be read."""
    page = cohort_html.render(
        gather(blinded([entry(one) for one in given()], (1, 0, 2)), blind=True)
    )

    assert "Two people cannot book the same hour" in page
    assert "ruff:B006" in page


def test_a_title_with_somebodys_handle_is_withheld() -> None:
    report = of_somebody(reports.failing())
    item = Item(
        id="t", title=f"A room of {HANDLE} is shown", status=Status.FAILED, criteria=("C9",)
    )
    acceptance, *rest = report.evidence
    telling = replace(report, evidence=(replace(acceptance, items=(item,)), *rest))

    (hidden,) = blinded([entry(telling)], (0,))

    (shown,) = next(mark.exhibits for mark in hidden.marks if mark.score.id == "C9")
    assert shown.title == WITHHELD

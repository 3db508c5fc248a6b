"""The interview sheet: what it asks about, in which order, and what it leaves alone."""
# A test's name is its sentence.
# ruff: noqa: D103

import re
from dataclasses import replace
from fractions import Fraction

import pytest

from flaskgrade.checks.registry import NAMES
from flaskgrade.cohort.rescore import rescored, scorecard
from flaskgrade.model.evidence import Evidence, Exchange, Finding, Item, Location, Severity, Status
from flaskgrade.model.interview import Place, Question
from flaskgrade.model.report import Report
from flaskgrade.model.review import Override, Review
from flaskgrade.review.sheet import QUESTIONS, sheet
from flaskgrade.review.topics import TOPICS
from flaskgrade.review.topics_held import HELD
from flaskgrade.review.views import View
from flaskgrade.rubric.load import load_rubric
from tests.report import reports

BASE = load_rubric("base", checks=NAMES)
MID = load_rubric("mid", checks=NAMES)
# What accuses, doubts or tests the person instead of asking about the code.
ACCUSING = re.compile(
    r"\b(why didn't you|why did you not|fail(ed|ure) to|forgot|wrong of you|mistake|bad|lazy|"
    r"did you copy|who wrote|generated|AI|admit|explain yourself|should have)\b",
    re.IGNORECASE,
)


def finding(code: str, where: str, severity: Severity = Severity.LOW) -> Finding:
    path, _, line = where.partition(":")
    return Finding(
        code=code,
        message=f"{code} was seen",
        severity=severity,
        location=Location(path=path, line=int(line)),
    )


def graded(*evidence: Evidence) -> Report:
    return replace(
        rescored(replace(reports.passing(), evidence=evidence, findings=()), MID), earlier=()
    )


def check(name: str, *findings: Finding, items: tuple[Item, ...] = ()) -> Evidence:
    return Evidence(check=name, status=Status.FAILED, summary="", findings=findings, items=items)


def asked(*evidence: Evidence) -> tuple[Question, ...]:
    return sheet(graded(*evidence)).questions


def test_a_finding_becomes_a_question_at_its_line() -> None:
    (one,) = asked(check("bandit", finding("bandit:B608", "app/routes.py:42", Severity.MEDIUM)))

    assert one.about == "SQL made of strings"
    assert [place.where for place in one.places] == ["app/routes.py:42"]
    assert one.good


def test_findings_of_a_kind_are_one_question_the_gravest_line_first() -> None:
    (one,) = asked(
        check("safe-sql", finding("safe-sql:values", "app/a.py:1")),
        check(
            "bandit",
            *(finding("bandit:B608", f"app/b.py:{n}", Severity.MEDIUM) for n in range(1, 5)),
        ),
    )

    assert [place.where for place in one.places] == ["app/b.py:1", "app/b.py:2", "app/b.py:3"]
    assert one.more_places == 2


def test_a_failed_hidden_test_shows_the_last_request_and_its_answer() -> None:
    exchanges = (
        Exchange(method="POST", path="/rooms", status=201),
        Exchange(method="GET", path="/rooms/7", status=200),
    )
    item = Item(
        id="test_x",
        title="Nobody reads another's room",
        status=Status.FAILED,
        criteria=("X10",),
        exchanges=exchanges,
    )

    (one,) = asked(check("acceptance", items=(item,)))

    assert one.about == "Whose object is it"
    assert one.places == (
        Place(where="GET /rooms/7 → 200", what="asked for: Nobody reads another's room"),
    )


def test_with_the_source_it_shows_the_line_that_answered() -> None:
    view = View(
        segments=("rooms", "<int:room>"),
        methods=("GET",),
        location=Location(path="app/rooms.py", line=31),
    )
    exchange = Exchange(method="GET", path="/rooms/7", status=200)
    item = Item(
        id="t",
        title="Hidden",
        status=Status.FAILED,
        criteria=("X10",),
        exchanges=(exchange,),
    )

    made = sheet(graded(check("acceptance", items=(item,))), (view,))

    assert made.questions[0].places == (
        Place(where="app/rooms.py:31", what="GET /rooms/7 → 200; asked for: Hidden"),
    )


def test_points_given_by_hand_are_no_reason_to_praise() -> None:
    items = tuple(
        Item(id=f"t{n}", title="", status=status, criteria=("C9",))
        for n, status in enumerate((Status.FAILED, Status.PASSED))
    )
    report = graded(check("acceptance", items=items))
    given = replace(
        report,
        review=Review(
            overrides=(
                Override(
                    criterion="C9",
                    points=Fraction(1),
                    of=Fraction(1),
                    reviewer="Ada",
                    time="",
                    reason="x",
                    old_low=Fraction(0),
                    old_high=Fraction(0),
                ),
            )
        ),
    )

    again = replace(given, scorecard=scorecard(given, MID))

    assert [one.about for one in sheet(again).questions] == ["Two at the same moment"]


def test_what_passed_or_was_our_fault_raises_no_question() -> None:
    items = tuple(
        Item(id=f"t{n}", title="", status=status, criteria=("C9",))
        for n, status in enumerate((Status.PASSED, Status.SKIPPED, Status.ERRORED))
    )

    assert asked(check("migrations", items=items)) == ()


def test_the_most_telling_comes_first_and_lint_last() -> None:
    found = asked(
        check("ruff", finding("ruff:E501", "a.py:1", Severity.HIGH)),
        check("mypy", finding("mypy:arg-type", "a.py:2")),
        check("shared-state", finding("shared-state:changed", "a.py:3", Severity.MEDIUM)),
        check("safe-sql", finding("safe-sql:request", "a.py:4", Severity.HIGH)),
    )

    assert [one.about for one in found] == [
        "SQL made of strings",
        "State that is shared",
        "Types",
        "Small things",
    ]


def test_no_finding_is_asked_about_twice() -> None:
    found = asked(
        check("bandit", finding("bandit:B608", "a.py:1"), finding("bandit:B101", "a.py:2"))
    )

    places = [place.where for one in found for place in one.places]
    assert places == ["a.py:1", "a.py:2"]


def test_the_same_place_is_shown_once() -> None:
    twice = finding("ruff:F401", "a.py:1")

    (one,) = asked(check("ruff", twice, twice))

    assert (len(one.places), one.more_places) == (1, 0)


def test_there_are_a_dozen_at_most_and_the_rest_is_counted() -> None:
    codes = [topic.findings[0] for topic in TOPICS if topic.findings]
    everything = check("ruff", *(finding(code, f"a.py:{n + 1}") for n, code in enumerate(codes)))

    made = sheet(graded(everything))

    assert len(made.questions) == QUESTIONS
    assert made.left_out == len(codes) - QUESTIONS
    assert made.left_out > 0


def test_what_holds_in_full_is_talked_about_too() -> None:
    items = tuple(
        Item(id=name, title=name, status=Status.PASSED, criteria=(name,)) for name in ("C9", "C2")
    )
    served = Evidence(check="acceptance", status=Status.PASSED, summary="", items=items)

    found = asked(served)

    assert [one.about for one in found] == ["Holds under concurrency", "Precise errors"]
    assert all(one.places == () for one in found)


def test_many_questions_leave_room_for_two_on_what_holds() -> None:
    codes = [topic.findings[0] for topic in TOPICS if topic.findings]
    everything = check("ruff", *(finding(code, f"a.py:{n + 1}") for n, code in enumerate(codes)))
    items = tuple(
        Item(id=name, title=name, status=Status.PASSED, criteria=(name,))
        for name in ("C9", "C2", "X10")
    )
    served = Evidence(check="acceptance", status=Status.PASSED, summary="", items=items)

    found = asked(everything, served)

    assert len(found) == QUESTIONS
    assert sum(one.about in {held.about for held in HELD} for one in found) == 2


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.about)
def test_a_topic_speaks_of_checks_and_criteria_that_there_are(topic: object) -> None:
    assert topic in TOPICS
    for one in TOPICS:
        if one is topic:
            prefixes = {code.partition(":")[0] for code in one.findings}
            known = {*NAMES, "requirements", "suppression"}
            assert prefixes <= known
            assert set(one.checks) <= NAMES
            ids = {criterion.partition("-")[0] for criterion in (c.id for c in BASE.criteria)}
            assert set(one.criteria) <= ids
            assert one.findings or one.criteria or one.checks


def test_every_criterion_of_hidden_tests_has_its_topic() -> None:
    raised = {criterion for topic in TOPICS for criterion in topic.criteria}

    assert {one.id for one in BASE.criteria if one.check == "acceptance"} <= raised


def test_what_holds_is_a_criterion_that_there_is() -> None:
    assert {one.criterion for one in HELD} <= {one.id for one in BASE.criteria}


@pytest.mark.parametrize("one", [*TOPICS, *HELD], ids=lambda one: one.about)
def test_a_question_asks_about_the_code_and_accuses_nobody(one: Question) -> None:
    assert "?" in one.ask
    assert not ACCUSING.search(one.ask)
    assert one.good.endswith(".")

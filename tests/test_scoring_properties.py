"""What holds of every rubric and all evidence, searched for counter-examples by hypothesis."""
# A test's name is its sentence.
# ruff: noqa: D103

from dataclasses import replace
from fractions import Fraction

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from flaskgrade.model.evidence import Evidence, Finding, Item, Measure, Origin, Severity, Status
from flaskgrade.model.rubric import (
    Band,
    Category,
    Criterion,
    Gate,
    PassFail,
    PerFinding,
    PerThousandLines,
    Proportion,
    Rubric,
    Rule,
    Thresholds,
)
from flaskgrade.model.score import Scorecard, Standing
from flaskgrade.scoring import score

CHECKS = ("acceptance", "serves", "own-tests", "ruff", "mypy")
IDS = ("C1", "C2", "C3")
BANDS = ("best", "good", "fair", "low")

# The machine may be busy: that an example takes long says nothing about scoring.
search = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

shares = st.fractions(0, 1, max_denominator=20)
rules: st.SearchStrategy[Rule] = st.one_of(
    st.just(PassFail()),
    st.just(Proportion()),
    st.builds(
        PerFinding,
        costs=st.tuples(*(st.tuples(st.just(severity), shares) for severity in Severity)),
        cap=shares,
    ),
    st.builds(
        PerThousandLines,
        free=st.fractions(0, 5, max_denominator=4),
        zero=st.fractions(6, 40, max_denominator=4),
        lines=st.just("lines"),
    ),
    st.builds(
        Thresholds,
        measure=st.just("lines"),
        per=st.sampled_from([None, "functions"]),
        steps=st.just(((Fraction(1), Fraction(1, 4)), (Fraction(3), Fraction(1)))),
    ),
)
selections = st.sampled_from([None, *IDS])


@st.composite
def rubrics(draw: st.DrawFn) -> Rubric:
    count = draw(st.integers(1, 4))
    gates = draw(st.integers(0, 2))
    return Rubric(
        name="r",
        title="R",
        version=1,
        digest="",
        works=draw(st.sampled_from([("acceptance", "serves"), ("serves",), ("own-tests",)])),
        categories=(Category(id="c", title="C"),),
        criteria=tuple(
            Criterion(
                id=f"K{place}",
                title="",
                category="c",
                weight=Fraction(draw(st.integers(1, 30))),
                check=draw(st.sampled_from(CHECKS)),
                rule=draw(rules),
                select=draw(selections),
                scaled=draw(st.booleans()),
            )
            for place in range(count)
        ),
        gates=tuple(
            Gate(
                id=f"g{place}",
                title="",
                check=draw(st.sampled_from(CHECKS)),
                select=draw(selections),
                at_least=draw(shares),
                band=draw(st.sampled_from([None, *BANDS])),
            )
            for place in range(gates)
        ),
        bands=tuple(
            Band(name=name, at_least=Fraction(at))
            for name, at in zip(BANDS, (90, 60, 30, 0), strict=True)
        ),
        pass_mark=Fraction(draw(st.integers(0, 100))),
        claimed_cap=Fraction(draw(st.integers(0, 40))),
    )


found_items = st.lists(
    st.tuples(st.sampled_from(Status), st.lists(st.sampled_from(IDS), unique=True)), max_size=4
)
found_findings = st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from(Severity)), max_size=4)


@st.composite
def evidence_of(draw: st.DrawFn, check: str) -> Evidence:
    measures = draw(
        st.dictionaries(st.sampled_from(["lines", "functions"]), st.integers(0, 2000), max_size=2)
    )
    return Evidence(
        check=check,
        status=draw(st.sampled_from(Status)),
        summary="",
        origin=Origin.CLAIMED if check == "own-tests" else Origin.OBSERVED,
        items=tuple(
            Item(id=str(place), title="", status=status, criteria=tuple(criteria))
            for place, (status, criteria) in enumerate(draw(found_items))
        ),
        findings=tuple(
            Finding(code=code, message="", severity=severity)
            for code, severity in draw(found_findings)
        ),
        measures=tuple(Measure(name=name, value=value) for name, value in measures.items()),
    )


@st.composite
def all_evidence(draw: st.DrawFn, least: int = 0) -> tuple[Evidence, ...]:
    checks = draw(st.lists(st.sampled_from(CHECKS), unique=True, min_size=least))
    return tuple(draw(evidence_of(check)) for check in checks)


expectations = st.sampled_from([None, frozenset[str](), frozenset(CHECKS)])
Expects = frozenset[str] | None


WithItem = dict[Status, tuple[Evidence, ...]]


@st.composite
def one_item_of_each_status(draw: st.DrawFn) -> WithItem:
    """Draw evidence with one more item of some check, in each status."""
    evidence = draw(all_evidence(least=1))
    drawn = draw(st.sampled_from(evidence))
    # All of an errored check is unknown, so that one item of it says nothing.
    one = replace(drawn, status=Status.FAILED) if drawn.status is Status.ERRORED else drawn
    evidence = tuple(one if each is drawn else each for each in evidence)
    item = Item(
        id="changing",
        title="",
        status=Status.FAILED,
        criteria=tuple(draw(st.lists(st.sampled_from(IDS), unique=True))),
    )
    return {
        status: tuple(
            replace(each, items=(*each.items, replace(item, status=status)))
            if each is one
            else each
            for each in evidence
        )
        for status in Status
    }


def verdict(card: Scorecard) -> tuple[object, ...]:
    return card.low, card.high, card.band_low, card.band_high, card.passed, card.works


def rank(card: Scorecard) -> tuple[int, int]:
    return BANDS.index(card.band_low), BANDS.index(card.band_high)


@search
@given(rubrics(), all_evidence(), expectations, st.randoms())
def test_the_order_of_evidence_and_of_what_is_in_it_does_not_matter(
    rubric: Rubric, evidence: tuple[Evidence, ...], expects: Expects, random: st.DataObject
) -> None:
    def shuffled(values: tuple[object, ...]) -> tuple[object, ...]:
        copy = list(values)
        random.shuffle(copy)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
        return tuple(copy)

    reordered = [
        replace(each, items=shuffled(each.items), findings=shuffled(each.findings))  # type: ignore[arg-type]  # as they were
        for each in shuffled(evidence)
        if isinstance(each, Evidence)
    ]

    assert score(rubric, reordered, expects=expects) == score(rubric, evidence, expects=expects)


@search
@given(rubrics(), all_evidence(), expectations)
def test_points_lie_within_their_bounds_and_add_up(
    rubric: Rubric, evidence: tuple[Evidence, ...], expects: Expects
) -> None:
    card = score(rubric, evidence, expects=expects)

    for each in card.criteria:
        assert 0 <= each.low <= each.high <= each.of
        if each.standing is Standing.NOT_APPLICABLE:
            assert each.of == 0
        if each.low != each.high:
            assert each.standing is Standing.NOT_ASSESSED
        assert each.reason
    applies = any(each.standing is not Standing.NOT_APPLICABLE for each in card.criteria)
    assert card.of == (100 if applies else 0)
    assert 0 <= card.low <= card.high <= card.of
    assert card.low == sum(each.low for each in card.criteria)
    assert card.high == sum(each.high for each in card.criteria)
    assert sum(each.high for each in card.criteria if each.claimed) <= rubric.claimed_cap
    assert rank(card)[0] >= rank(card)[1]
    if card.passed:
        assert card.low >= rubric.pass_mark
        assert all(gate.holds for gate in card.gates)


@search
@given(rubrics(), one_item_of_each_status(), expectations)
def test_an_item_that_passes_never_lowers_anything_and_one_skipped_is_one_failed(
    rubric: Rubric, evidence: WithItem, expects: Expects
) -> None:
    passed, failed, skipped = (
        score(rubric, evidence[status], expects=expects)
        for status in (Status.PASSED, Status.FAILED, Status.SKIPPED)
    )

    assert passed.low >= failed.low
    assert passed.high >= failed.high
    assert all(a <= b for a, b in zip(rank(passed), rank(failed), strict=True))
    assert passed.passed is True or failed.passed is not True
    assert verdict(skipped) == verdict(failed)


@search
@given(rubrics(), one_item_of_each_status(), expectations)
def test_an_errored_item_spans_what_passing_and_failing_come_to(
    rubric: Rubric, evidence: WithItem, expects: Expects
) -> None:
    passed, failed, unknown = (
        score(rubric, evidence[status], expects=expects)
        for status in (Status.PASSED, Status.FAILED, Status.ERRORED)
    )

    assert unknown.low <= failed.low
    assert passed.high <= unknown.high
    if unknown.passed is not None:
        assert unknown.passed is passed.passed is failed.passed


@search
@given(rubrics(), all_evidence(least=1), expectations, st.data())
def test_a_check_that_errored_never_adds_to_what_is_certain(
    rubric: Rubric, evidence: tuple[Evidence, ...], expects: Expects, data: st.DataObject
) -> None:
    broken = data.draw(st.sampled_from(evidence))

    # Without a word on which items: with one, the others are known.
    items = tuple(item for item in broken.items if item.status is not Status.ERRORED)

    card = score(
        rubric,
        [replace(e, status=Status.ERRORED, items=items) if e is broken else e for e in evidence],
        expects=expects,
    )

    for each in card.criteria:
        if each.check == broken.check:
            assert each.standing is Standing.NOT_ASSESSED
            assert each.low == 0
    assert all(g.holds is not True for g in card.gates if _gate_check(rubric, g.id) == broken.check)


def _gate_check(rubric: Rubric, name: str) -> str:
    # A gate that asks for nothing holds whatever is unknown.
    return next(g.check if g.at_least > 0 else "" for g in rubric.gates if g.id == name)


@search
@given(rubrics(), all_evidence(least=1), expectations, st.data())
def test_a_finding_more_never_raises_a_criterion(
    rubric: Rubric, evidence: tuple[Evidence, ...], expects: Expects, data: st.DataObject
) -> None:
    one = data.draw(st.sampled_from(evidence))
    # Of a failed check without any finding it is known that it did not look.
    assume(one.findings or one.status is not Status.FAILED)
    more = Finding(
        code=data.draw(st.sampled_from(IDS)),
        message="",
        severity=data.draw(st.sampled_from(Severity)),
    )
    worse = [replace(e, findings=(*e.findings, more)) if e is one else e for e in evidence]

    before = score(rubric, evidence, expects=expects)
    after = score(rubric, worse, expects=expects)

    assert after.low <= before.low
    assert after.high <= before.high

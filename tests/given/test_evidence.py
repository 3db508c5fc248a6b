"""Nobody answers for lines that they were given."""

from dataclasses import replace

from flaskgrade.given.evidence import FEWEST_LINES, MOST_SHOWN, Starter, without_starter
from flaskgrade.given.lines import Given
from flaskgrade.model.evidence import Evidence, Finding, Item, Location, Measure, Severity, Status

GIVEN = Given(
    lines={"app.py": frozenset({1, 2, 3}), "old.py": frozenset({1, 2})}, whole=frozenset({"old.py"})
)
STARTER = Starter(given=GIVEN, share=0.75, functions=8, functions_annotated=5)


def finding(line: int | None, path: str = "app.py", code: str = "ruff:F401") -> Finding:
    """Return a finding at a place."""
    location = Location(path=path, line=line)
    return Finding(code=code, message="unused", severity=Severity.LOW, location=location)


def tool(*findings: Finding, **measures: int) -> Evidence:
    """Return the evidence of a tool that found something."""
    return Evidence(
        check="ruff",
        status=Status.FAILED if findings else Status.PASSED,
        summary="Looked.",
        findings=findings,
        measures=tuple(Measure(name=name, value=value) for name, value in measures.items()),
    )


def judged(*places: int, code: str = "layers:circles") -> Evidence:
    """Return the evidence of a check that asks one question, answered with no at these lines."""
    findings = tuple(finding(line, code=code) for line in places)
    item = Item(
        id=code,
        title="No circles",
        status=Status.FAILED if places else Status.PASSED,
        message="the first, and more",
        location=findings[0].location if findings else None,
    )
    return replace(tool(*findings), check="layers", items=(item,))


def test_findings_on_given_lines_do_not_count() -> None:
    """Those on other lines do, and so do those without a line or a place."""
    nowhere = Finding(code="ruff:x", message="")
    kept = (finding(4), finding(None), finding(1, "new.py"), nowhere)

    found = without_starter(tool(finding(1), *kept, finding(None, "old.py")), STARTER)

    assert found.findings == kept
    assert found.status is Status.FAILED
    assert found.measure("starter_findings") == 2
    assert "2 findings on the starter's own lines do not count" in found.summary


def test_a_check_that_finds_nothing_else_has_passed() -> None:
    """A check whose only findings were given has found nothing."""
    found = without_starter(tool(finding(1), finding(2)), STARTER)

    assert (found.status, found.findings) == (Status.PASSED, ())


def test_what_findings_count_against_is_the_candidates_too() -> None:
    """Lines and functions of the starter leave both sides."""
    found = without_starter(
        tool(finding(4), source_lines=1000, functions=10, functions_annotated=6), STARTER
    )

    assert found.measure("source_lines") == 250
    assert (found.measure("functions"), found.measure("functions_annotated")) == (2, 1)


def test_a_small_mend_is_not_counted_by_its_few_lines() -> None:
    """Density is counted on a hundred lines at least, if there are as many."""
    assert without_starter(tool(source_lines=200), STARTER).measure("source_lines") == FEWEST_LINES
    assert without_starter(tool(source_lines=60), STARTER).measure("source_lines") == 60


def test_whoever_adds_no_function_is_judged_by_those_that_are_there() -> None:
    """None of none would be no share at all."""
    found = without_starter(tool(functions=8, functions_annotated=5), STARTER)

    assert (found.measure("functions"), found.measure("functions_annotated")) == (8, 5)


def test_a_question_is_answered_for_the_candidates_places() -> None:
    """It passes if all places were given; else it tells of the first that was not."""
    passed = without_starter(judged(1, 2), STARTER)
    failed = without_starter(judged(1, 7), STARTER)

    assert (passed.status, passed.items[0].status) == (Status.PASSED, Status.PASSED)
    assert (failed.status, failed.items[0].status) == (Status.FAILED, Status.FAILED)
    assert str(failed.items[0].location) == "app.py:7"


def test_a_question_with_more_places_than_are_told_stays_open() -> None:
    """Who knows where the others are."""
    found = without_starter(judged(*[1] * MOST_SHOWN), STARTER)

    assert found.items[0].status is Status.FAILED


def test_files_that_nobody_touched_are_no_items() -> None:
    """Of a file that was changed, the first place that is wrong decides."""
    items = tuple(
        Item(
            id=path,
            title=path,
            status=Status.FAILED if line else Status.PASSED,
            location=Location(path=path, line=line),
        )
        for path, line in (("old.py", None), ("app.py", 2), ("new.py", 2), ("fine.py", None))
    )
    before = replace(tool(finding(9), files=4, files_formatted=2), items=items, findings=())

    found = without_starter(before, STARTER)

    assert [item.id for item in found.items] == ["new.py", "fine.py"]
    assert (found.measure("files"), found.measure("files_formatted")) == (2, 1)


def test_what_has_no_place_in_the_source_stays() -> None:
    """Hidden tests and steps fail wherever the fault is."""
    test = Item(id="test_a.py::test_b", title="", status=Status.FAILED)
    evidence = Evidence(check="acceptance", status=Status.FAILED, summary="", items=(test,))

    assert without_starter(evidence, STARTER) == evidence

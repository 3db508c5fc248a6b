"""Annotations: what the runner reads is what was meant, whatever a submission says."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from flaskgrade.model.evidence import Finding, Location, Severity
from flaskgrade.model.report import Report
from flaskgrade.model.score import Standing
from flaskgrade.report import github, plain
from tests.report import reports, strategies
from tests.report.hostile import hostile
from tests.report.runner_commands import Command, commands, parsed

ATTACKS = (
    "::error::pwned",
    "\n::stop-commands::pwned\n",
    "\r::add-mask::flaskgrade",
    "x\u2028::set-output name=total::100",
    "%0A::set-env name=PATH::/tmp",
    "%250A::notice::twice",
    "##[add-path]/tmp/evil",
    "##vso[task.setvariable]x",
    "a::b::c",
    "file=/etc/passwd,line=1,title=x",
    ",title=pwned::pwned",
    "::",
    " ::group::",
    "\x00::endgroup::",
    "100%",
)


def told(report: Report) -> list[Command]:
    """Return the report's commands; every line is one."""
    text = github.render(report)
    assert text.endswith("\n")
    lines = list(commands(text.removesuffix("\n")))
    assert all(isinstance(line, Command) for line in lines)
    return [line for line in lines if isinstance(line, Command)]


def findings(severity: Severity, count: int, message: str = "wrong") -> tuple[Finding, ...]:
    """Return findings in a file each."""
    return tuple(
        Finding(
            code="x:1",
            message=message,
            severity=severity,
            location=Location(path=f"{number:03}.py", line=number + 1),
        )
        for number in range(count)
    )


def with_findings(*found: Finding) -> Report:
    """Return a passing report that found just these."""
    return replace(reports.passing(), evidence=(), findings=found)


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("shape", ["{}", "a{}", "{}b", "a {} b"])
def test_no_text_of_a_submission_is_a_command(attack: str, shape: str) -> None:
    """Hostile text in every field of a report makes nothing but annotations at places."""
    report = plain.mapped(reports.failing(), lambda _: shape.format(attack))

    for command in told(report):
        assert command.name in {"error", "warning", "notice"}
        assert set(command.properties) <= {"file", "line", "title"}


@settings(max_examples=150, deadline=None)
@given(text=strategies.HOSTILE_TEXT)
def test_any_text_is_read_back_as_it_was_meant(text: str) -> None:
    """A finding's words, code and place come out of the runner's parser as they went in."""
    one = Finding(code=f"c{text}", message=f"m{text}", location=Location(path=f"p{text}", line=7))

    read = told(with_findings(one))[1]

    assert (read.name, read.properties["line"]) == ("notice", "7")
    assert read.data == plain.line(plain.text(f"m{text}", 1000), 1000)
    assert read.properties["title"] == plain.line(plain.text(f"c{text}", 1000), 1000)
    assert read.properties["file"] == plain.line(plain.text(f"p{text}", 1000), 1000)


def test_a_hostile_report_annotates_and_nothing_else() -> None:
    """Each line of the report in which everything attacks is an annotation."""
    assert {one.name for one in told(hostile())} == {"error", "warning", "notice"}


def test_the_parser_of_these_tests_sees_what_a_runner_sees() -> None:
    """Both ways to write a command are found, the old one anywhere in a line."""
    old = parsed("all is well ##[stop-commands]word")
    new = parsed("  ::add-mask::secret")

    assert old == Command(name="stop-commands", properties={}, data="word")
    assert new == Command(name="add-mask", properties={}, data="secret")
    assert parsed("a ::error::b") is None


@pytest.mark.parametrize("severity", list(Severity))
def test_no_kind_has_more_than_a_step_may_have(severity: Severity) -> None:
    """Of many findings ten at most are annotations of a kind, and the rest is counted."""
    read = told(with_findings(*findings(severity, 73)))

    kinds = [one.name for one in read]
    shown = [one for one in read if "file" in one.properties]
    assert max(kinds.count(kind) for kind in kinds) <= github.MOST
    assert len(read) <= 50
    assert any(one.data == f"{73 - len(shown)} more are in the report." for one in read)


def test_grave_findings_are_errors_and_small_ones_notices() -> None:
    """Severities become the runner's three kinds."""
    every = [replace(findings(severity, 1)[0], severity=severity) for severity in Severity]

    read = [one for one in told(with_findings(*every)) if "file" in one.properties]

    assert sorted(one.name for one in read) == ["error", "notice", "notice", "warning"]


def test_the_verdict_and_a_broken_gate_are_told() -> None:
    """Where a gate does not hold, an error without a place says which; the total comes first."""
    first, *rest = told(reports.failing())

    assert first.data.startswith("61.5 of 100, Fail, Weak.")
    assert [one.data for one in rest if one.properties["title"] == "Gate"] == [
        "At least half of the core behaviour works: Double bookings are accepted."
    ]


def test_what_is_not_assessed_is_never_an_error() -> None:
    """Our faults are one warning that says so; no gate is called broken for them."""
    read = told(reports.not_assessed())

    assert [one.name for one in read if one.properties["title"] == "Not assessed"] == ["warning"]
    assert not [one for one in read if one.properties["title"] == "Gate"]


def test_what_people_have_yet_to_mark_is_a_notice() -> None:
    """A criterion that waits for review is neither an error nor a warning."""
    report = reports.passing()
    first, *rest = report.scorecard.criteria
    waiting = replace(first, standing=Standing.AWAITING)
    card = replace(report.scorecard, criteria=(waiting, *rest))

    read = told(replace(report, scorecard=card))

    assert [(one.name, one.data) for one in read if one.properties["title"] == "Review"] == [
        ("notice", f"Open until people have marked it: {first.id}")
    ]


def test_a_place_is_told_from_the_repositorys_root() -> None:
    """Where a folder was graded, it stands before the paths in it."""
    files = {one.properties.get("file", "backend/") for one in told(reports.failing())}

    assert all(file.startswith("backend/") for file in files)


def test_a_summary_is_never_larger_than_a_job_may_have() -> None:
    """However much was found, in whatever letters, the summary is below one mebibyte."""
    many = findings(Severity.HIGH, 20_000, "\N{SNAKE}" * 200)

    text = github.summary(with_findings(*many))

    assert 200_000 < len(text.encode()) <= github.SUMMARY_BYTES
    assert "Cut here to fit" in text

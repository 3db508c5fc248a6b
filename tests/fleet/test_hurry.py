"""What ran out of time is told from what failed."""
# A test's name is its sentence.
# ruff: noqa: D103

import re
from dataclasses import replace

import pytest

from flaskgrade.fleet.hurry import ran_out_of_time
from flaskgrade.guest import EXAMINER
from flaskgrade.model.evidence import CommandRecord, Evidence, Exchange, Item, Status
from flaskgrade.sandbox.base import Ended
from tests.report import reports


def _of(*evidence: Evidence) -> tuple[str, ...]:
    return ran_out_of_time(replace(reports.passing(), evidence=evidence))


def _failed(message: str, *exchanges: Exchange) -> Evidence:
    item = Item(id="t", title="T", status=Status.FAILED, message=message, exchanges=exchanges)
    return Evidence(check="acceptance", status=Status.FAILED, summary="No.", items=(item,))


def test_a_command_that_was_ended_by_its_clock_ran_out_of_time() -> None:
    record = CommandRecord(command="python -m pytest", ended=Ended.TIMED_OUT.value)
    tests = Evidence(check="own-tests", status=Status.FAILED, summary="No.", commands=(record,))

    assert _of(tests) == ("own-tests",)
    assert _of(replace(tests, status=Status.PASSED)) == ()


def test_a_hidden_test_that_waited_in_vain_ran_out_of_time() -> None:
    waited = Exchange(method="GET", path="/", error="no complete answer in time")

    assert _of(_failed("the test did not finish in its time")) == ("acceptance",)
    assert _of(_failed("assert 1 == 2", waited)) == ("acceptance",)


@pytest.mark.parametrize("message", ["expected 409, got 201", "the timer is wrong", ""])
def test_what_simply_failed_did_not(message: str) -> None:
    answered = Exchange(method="GET", path="/time", status=500)

    assert _of(_failed(message, answered)) == ()


def test_every_word_that_the_examiner_has_for_it_is_known() -> None:
    text = "".join(path.read_text() for path in sorted(EXAMINER.glob("*.py")))
    words = re.findall(r'Failure\(\s*f?"([^"]*\btime\b[^"]*)"', text)

    assert len(words) >= 3
    assert all(_of(_failed(one)) == ("acceptance",) for one in words), words

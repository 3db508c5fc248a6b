"""The seal under a JSON report."""
# A test's name is its sentence.
# ruff: noqa: D103

import json
from collections.abc import Iterator
from typing import Any

import pytest

from flaskgrade.report import seal
from flaskgrade.report.document import read, render
from flaskgrade.report.seal import Fit
from tests.report import reports

KEY = "a-key-of-the-company"


def document() -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(render(reports.failing()))
    return parsed


def changed(value: Any) -> Iterator[Any]:
    """Yield a JSON value with one thing changed, for each thing in it."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield {key: other for key, other in value.items() if key != name}
            for new in changed(part):
                yield {**value, name: new}
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield [*value[:place], *value[place + 1 :]]
            for new in changed(part):
                yield [*value[:place], new, *value[place + 1 :]]
    elif isinstance(value, bool) or value is None:
        yield "other"
    elif isinstance(value, int | float):
        yield value + 1
    else:
        yield f"{value}x"


def test_a_report_is_sealed_when_it_is_written() -> None:
    assert seal.fit(document()) is Fit.FITS


def test_no_single_change_goes_unnoticed() -> None:
    variants = list(changed(document()))

    unnoticed = [one for one in variants if seal.fit(one) is Fit.FITS]

    assert len(variants) > 500
    assert unnoticed == []


def test_another_layout_of_the_same_report_fits() -> None:
    assert seal.fit(json.loads(json.dumps(document(), sort_keys=True))) is Fit.FITS


def test_a_key_makes_a_seal_that_nobody_else_can() -> None:
    keyed = seal.keyed(render(reports.failing()), KEY)

    assert seal.fit(json.loads(keyed), KEY) is Fit.FITS
    assert seal.fit(json.loads(keyed), "another") is Fit.BROKEN
    assert seal.fit(json.loads(keyed)) is Fit.NO_KEY
    assert seal.fit(document(), KEY) is Fit.BROKEN
    assert read(keyed) == reports.failing()


@pytest.mark.parametrize("wrong", [None, "x", 7])
def test_a_document_without_a_seal_has_none(wrong: object) -> None:
    assert seal.fit(document() | {"seal": wrong}) is Fit.MISSING


@pytest.mark.parametrize(
    "wrong",
    [{}, {"algorithm": "md5", "digest": "x"}, {"algorithm": "sha256", "digest": 7}],
)
def test_a_seal_of_another_shape_is_broken(wrong: object) -> None:
    assert seal.fit(document() | {"seal": wrong}) is Fit.BROKEN

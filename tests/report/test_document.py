"""The JSON report: exact, canonical, strict, and as its schema says."""

import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from flaskgrade.errors import UsageError
from flaskgrade.model.report import Report
from flaskgrade.report import plain
from flaskgrade.report.document import SIZE_LIMIT, read, render
from flaskgrade.report.schema import schema, text
from tests.report import reports, strategies
from tests.report.hostile import hostile

ALL = (reports.passing, reports.failing, reports.not_assessed, reports.without_exercise, hostile)


@settings(max_examples=60, deadline=None)
@given(report=strategies.reports())
def test_a_report_reads_back_equal(report: Report) -> None:
    """Any report whose text is valid Unicode survives being written and read, to the fraction."""
    assert read(render(report)) == report


@settings(max_examples=60, deadline=None)
@given(hostile_text=strategies.HOSTILE_TEXT)
def test_any_text_gives_ascii_that_reads_back_well_formed(hostile_text: str) -> None:
    """Control characters and lone surrogates never stand in the document, whatever the text."""
    report = plain.mapped(reports.failing(), lambda _: hostile_text)

    written = render(report)

    assert written.isascii()
    assert not any(ord(character) < 0x20 and character != "\n" for character in written)
    assert read(written) == plain.mapped(report, plain.well_formed)
    json.dumps(json.loads(written), ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize("make", ALL)
def test_a_report_keeps_to_the_published_schema(make: Any) -> None:
    """The shipped schema accepts every rendered report."""
    document = json.loads(render(make()))

    errors = [error.message for error in Draft202012Validator(schema()).iter_errors(document)]

    assert errors == []


@settings(max_examples=40, deadline=None)
@given(report=strategies.reports())
def test_any_report_has_the_shape_that_the_schema_asks_for(report: Report) -> None:
    """The schema names every field of every report, whatever is null, empty or inexact in it."""
    shape = json.loads(text().replace('"minimum": 0', '"minimum": -1000000000'))

    errors = list(Draft202012Validator(shape).iter_errors(json.loads(render(report))))

    assert [error.message for error in errors] == []


def test_every_field_of_the_schema_has_a_description() -> None:
    """Whoever reads the schema learns what each field means."""
    nameless = [where for where, part in _parts(schema(), "$") if not part.get("description")]

    assert nameless == []


def test_the_schema_allows_no_field_that_it_does_not_name() -> None:
    """Every object of the schema is closed, so that a misspelt field is noticed."""
    opened = [
        where
        for where, part in _parts(schema(), "$")
        if part.get("type") == "object" and part.get("additionalProperties") is not False
    ]

    assert opened == []


def test_the_schema_in_the_docs_is_the_shipped_one() -> None:
    """Editors that use the documented file check against the same schema."""
    documented = Path(__file__).parents[2] / "docs" / "report.schema.json"

    assert documented.read_text(encoding="utf-8") == text()


def test_points_without_an_end_are_exact() -> None:
    """25/7 points are shown to four decimals and kept as a fraction."""
    criterion = next(
        c for c in json.loads(render(reports.passing()))["criteria"] if c["id"] == "Q1"
    )

    assert criterion["points"] == 3.5714
    assert criterion["exact"]["points"] == "25/7"


def test_what_is_not_assessed_has_no_points() -> None:
    """A criterion lost by our fault is null of its points with its interval, never a zero."""
    criteria = {c["id"]: c for c in json.loads(render(reports.not_assessed()))["criteria"]}

    assert criteria["C9"]["points"] is None
    assert (criteria["C9"]["low"], criteria["C9"]["high"]) == (0, 15)
    assert criteria["C9"]["status"] == "not assessed"
    assert criteria["M1"]["points"] is None
    assert criteria["M1"]["status"] == "not applicable"


def test_each_criterion_leads_to_just_its_evidence() -> None:
    """References of a criterion name the items that it selects, which are in the evidence."""
    document = json.loads(render(reports.failing()))
    criterion = next(c for c in document["criteria"] if c["id"] == "C9")
    (reference,) = criterion["evidence"]
    held = next(e for e in document["evidence"] if e["check"] == reference["check"])
    titles = [item["title"] for item in held["items"] if item["id"] in reference["items"]]

    assert titles == [
        "Touching hours are no clash",
        "Twenty at once leave one booking",
        "Two people cannot book the same hour",
    ]


def _changed(path: str, value: object) -> str:
    document = json.loads(render(reports.failing()))
    *parents, last = path.split("/")
    place = document
    for step in parents:
        place = place[int(step) if step.isdigit() else step]
    place[int(last) if last.isdigit() else last] = value
    return json.dumps(document)


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("schema", 2, "schema: version 2 is unknown"),
        ("schema", True, "schema: must be a whole number"),
        ("title", None, "title: must be a string, not null"),
        ("total/low", "61", "total.low: must be a number, not a string"),
        ("total/exact/low", "431/0", "total.exact.low: must be a fraction"),
        ("total/exact/low", "430/7", "total.low: is not what follows"),
        ("total/exact", [], "total.exact: must be an object"),
        ("passed", 1, "passed: must be true or false"),
        ("passed", 0, "passed: must be true or false"),
        ("band", ["Weak"], "band: must be a string, not a list"),
        ("gates", {}, "gates: must be a list, not an object"),
        ("gates/0/holds", "yes", "gates[0].holds: must be true or false"),
        ("criteria/1/points", 15, "criteria[1].points: is not what follows"),
        ("criteria/1/points", True, "criteria[1].points: is not what follows"),
        ("criteria/1/status", "perfect", "criteria[1].status: must be one of"),
        ("criteria/1/status", ["scored"], "criteria[1].status: must be one of"),
        ("criteria/1/evidence/0/items", [], "criteria[1].evidence[0].items: is not what"),
        ("criteria/1/bonus", 5, "criteria[1].bonus: is unknown"),
        ("evidence/0/milliseconds", 1.5, "evidence[0].milliseconds: must be a whole number"),
        ("evidence/0/items/0/status", "great", "evidence[0].items[0].status: must be one of"),
        ("evidence/0/items/7/exchanges/0/request_headers/0", ["a"], "must have 2 entries, not 1"),
        ("provenance/exercise", "x", "provenance.exercise: must be an object"),
        ("extra", {}, "extra: is unknown"),
        ("evidence/0/bonus", 5, "evidence[0].bonus: is unknown"),
        ("evidence/0/exact", {}, "evidence[0].exact: is unknown"),
        ("evidence/0/items/0/bonus", 5, "evidence[0].items[0].bonus: is unknown"),
        ("evidence/0/items/7/exchanges/0/request_headers/0", ["a", 1], "must be a string"),
        ("provenance/rubric/bonus", 5, "provenance.rubric.bonus: is unknown"),
    ],
)
def test_a_wrong_field_is_named(path: str, value: object, named: str) -> None:
    """A report that was not written by `render` is refused with the field's name."""
    with pytest.raises(UsageError) as caught:
        read(_changed(path, value))

    assert named in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    "field", sorted({*json.loads(render(reports.failing()))} - {"exact", "seal"})
)
def test_a_missing_field_is_named(field: str) -> None:
    """No top-level field can be left out but `exact`, and the seal, which `verify` asks for."""
    document = json.loads(render(reports.failing()))
    del document[field]

    with pytest.raises(UsageError, match=f"{field}: is missing"):
        read(json.dumps(document))


@pytest.mark.parametrize(
    ("text_", "said"),
    [
        ("", "is no JSON"),
        ("[]", "must be an object, not a list"),
        ('{"schema": NaN}', "NaN is no JSON number"),
        ('{"schema": -Infinity}', "-Infinity is no JSON number"),
        ('{"schema": 1e999}', "1e999 is too large"),
        ('{"schema": 1, "schema": 1}', "schema: is given twice"),
        ('{"schema": ' + "9" * 5000 + "}", "is no JSON"),
        ("[" * 200_000, "is nested too deeply"),
        (" " * (SIZE_LIMIT + 1), "is larger than 50,000,000 bytes"),
    ],
    ids=["empty", "list", "nan", "infinity", "overflow", "twice", "digits", "deep", "large"],
)
def test_what_is_no_report_is_refused(text_: str, said: str) -> None:
    """Bombs and things that only look like JSON end in a UsageError, not a traceback."""
    with pytest.raises(UsageError) as caught:
        read(text_)

    assert said in caught.value.message


def test_an_error_shows_nothing_that_acts_on_a_terminal() -> None:
    """A hostile file's own field names are shown plain and short."""
    with pytest.raises(UsageError) as caught:
        read(_changed("\x1b[2J\u202e" + "x" * 10_000, 1))

    assert "\x1b" not in caught.value.message
    assert "\u202e" not in caught.value.message
    assert len(caught.value.message) < 500


def test_the_same_report_gives_the_same_bytes() -> None:
    """Rendering has no state and no clock."""
    assert render(hostile()) == render(hostile())


def test_a_whole_number_is_written_without_decimals() -> None:
    """A total of exactly 84 reads 84, not 84.0."""
    report = reports.passing()
    whole = replace(report, scorecard=replace(report.scorecard, low=Fraction(84)))

    assert '"low": 84,' in render(whole)


def _parts(part: Any, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every sub-schema of a schema with its place; alternatives share one description."""
    if part.get("type") != "null":
        yield where, part
    for name in ("properties", "$defs"):
        for key, inner in part.get(name, {}).items():
            yield from _parts(inner, f"{where}.{key}")
    if isinstance(part.get("items"), dict):
        yield from _parts(part["items"], f"{where}[]")
    for index, inner in enumerate([*part.get("prefixItems", []), *part.get("oneOf", [])]):
        if "$ref" not in inner:
            yield from _parts(inner, f"{where}[{index}]")

"""The report as JSON, the format that programs read and from which reports are read back.

`report.schema.json` says what each field means. The same report gives the same bytes, and
`read(render(report)) == report` for every report whose text is valid Unicode.
"""

import json
import math
from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

from flaskgrade.model.evidence import Evidence, Finding
from flaskgrade.model.report import (
    SCHEMA_VERSION,
    CategoryTitle,
    Earlier,
    Provenance,
    Report,
    StageTime,
)
from flaskgrade.model.review import NOTHING_SAID, Review
from flaskgrade.model.score import CriterionScore, GateResult, Scorecard, Standing
from flaskgrade.report import codec, plain, seal
from flaskgrade.report.grounds import Grounds, grounds

SIZE_LIMIT = 50_000_000  # characters; all of them are ASCII in what `render` writes
READ_IN_PART = "criteria"
READ_WHOLE = ("findings", "evidence")
T = TypeVar("T")


def render(report: Report) -> str:
    """Return the report as JSON: ASCII, indented, fields in the schema's order, a newline last.

    A byte that is no UTF-8, as file names may have, is spelled out: a lone surrogate would make a
    document that many JSON parsers refuse (RFC 8259, 8.2).
    """
    return seal.sealed(_document(plain.mapped(report, plain.well_formed)))


def read(text: str) -> Report:
    """Return the report that `render` wrote.

    Raises UsageError, naming the field, for anything else: no JSON, over 50 MB, another schema
    version, a field that is missing, unknown, of a wrong type or at odds with the others.
    """
    if len(text) > SIZE_LIMIT:
        raise codec.wrong("", f"is larger than {SIZE_LIMIT:,} bytes")
    data = codec.mapping(_parse(text), "")
    data.pop(seal.FIELD, None)  # `flaskgrade verify` is who asks whether it fits
    version = codec.scalar(int, codec.required(data, "schema", ""), "schema")
    if version != SCHEMA_VERSION:
        raise codec.wrong(
            "schema", f"version {version} is unknown; this flaskgrade reads {SCHEMA_VERSION}"
        )
    report = Report(
        schema=version,
        title=codec.scalar(str, codec.required(data, "title", ""), "title"),
        scorecard=_scorecard(data),
        categories=_list(CategoryTitle, data, "categories"),
        evidence=_list(Evidence, data, "evidence"),
        findings=_list(Finding, data, "findings"),
        stages=_list(StageTime, data, "stages"),
        provenance=codec.decode(Provenance, codec.required(data, "provenance", ""), "provenance"),
        earlier=_list(Earlier, data, "earlier"),
        review=codec.decode(Review, data["review"], "review") if "review" in data else NOTHING_SAID,
    )
    # Unknown fields, and those that follow from others, must be what `render` would write. Almost
    # always they are, and that is quickly seen. Python takes True for 1, so what was not read by
    # its type, the numbers that follow in `criteria`, is also compared as it is spelled. Evidence,
    # most of a report, was refused already if it were anything else than what its types write.
    expected = _document(report, {name: data[name] for name in READ_WHOLE})
    alike = expected == data and json.dumps(expected[READ_IN_PART]) == json.dumps(
        data[READ_IN_PART]
    )
    if not alike:
        _refuse_difference(expected, data, "")
    return report


def _document(report: Report, read: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the JSON of a report; `read` are fields of it that are known."""
    whole = read or {name: codec.encode(getattr(report, name)) for name in READ_WHOLE}
    score = report.scorecard
    scalars = {"pass_mark": score.pass_mark}
    if score.works is not None:
        scalars["works"] = score.works
    numbers = codec.fractions(scalars)
    one_band = score.band_low == score.band_high
    return {
        "schema": report.schema,
        "title": report.title,
        "total": codec.fractions({"low": score.low, "high": score.high, "of": score.of}),
        "band": score.band_low if one_band else {"low": score.band_low, "high": score.band_high},
        "passed": score.passed,
        "works": None,
        **numbers,
        "gates": codec.encode(score.gates),
        "categories": codec.encode(report.categories),
        "criteria": [_criterion(one, report.evidence) for one in score.criteria],
        **whole,
        "stages": codec.encode(report.stages),
        "provenance": codec.encode(report.provenance),
        "earlier": codec.encode(report.earlier),
        # Only where people said something: any other document is as it was before they could.
        **({"review": codec.encode(report.review)} if report.review != NOTHING_SAID else {}),
    }


def _criterion(score: CriterionScore, evidence: tuple[Evidence, ...]) -> dict[str, Any]:
    values = {"low": score.low, "high": score.high, "of": score.of}
    settled = score.standing is Standing.SCORED and score.low == score.high
    if settled:
        values = {"points": score.low, **values}
    found = grounds(score, evidence)
    return {
        "id": score.id,
        "title": score.title,
        "category": score.category,
        "points": None,
        **codec.fractions(values),
        "status": score.standing.value,
        "reason": score.reason,
        "claimed": score.claimed,
        "check": score.check,
        "select": score.select,
        "evidence": [_references(found)] if found else [],
        **({"automatic": codec.encode(score.automatic)} if score.automatic else {}),
    }


def _references(found: Grounds) -> dict[str, Any]:
    return {
        "check": found.evidence.check,
        "items": [item.id for item in found.items],
        "findings": list(found.finding_positions),
        "commands": list(range(len(found.commands))),
    }


def _scorecard(data: dict[str, Any]) -> Scorecard:
    total = codec.mapping(codec.required(data, "total", ""), "total")
    band = codec.required(data, "band", "")
    bands = band if isinstance(band, dict) else {"low": band, "high": band}
    passed = codec.required(data, "passed", "")
    works = codec.required(data, "works", "")
    criteria = codec.sequence(codec.required(data, "criteria", ""), "criteria")
    return Scorecard(
        low=codec.fraction(total, "low", "total"),
        high=codec.fraction(total, "high", "total"),
        of=codec.fraction(total, "of", "total"),
        band_low=codec.scalar(str, codec.required(bands, "low", "band"), "band"),
        band_high=codec.scalar(str, codec.required(bands, "high", "band"), "band"),
        passed=None if passed is None else codec.scalar(bool, passed, "passed"),
        pass_mark=codec.fraction(data, "pass_mark", ""),
        works=None if works is None else codec.fraction(data, "works", ""),
        criteria=tuple(_score(one, f"criteria[{n}]") for n, one in enumerate(criteria)),
        gates=_list(GateResult, data, "gates"),
    )


def _score(data: object, where: str) -> CriterionScore:
    fields = codec.mapping(data, where)
    named = {"automatic": None, **fields, "standing": codec.required(fields, "status", where)}
    return codec.decode(CriterionScore, named, where, shown={"standing": "status"})


def _list(kind: type[T], data: dict[str, Any], name: str) -> tuple[T, ...]:
    entries = codec.sequence(codec.required(data, name, ""), name)
    return tuple(codec.decode(kind, entry, f"{name}[{n}]") for n, entry in enumerate(entries))


def _parse(text: str) -> object:
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_no_number,
            parse_float=_float,
        )
    except RecursionError:
        raise codec.wrong("", "is nested too deeply") from None
    except ValueError as error:  # JSONDecodeError, and whole numbers of thousands of digits
        raise codec.wrong("", f"is no JSON: {error}") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise codec.wrong(twice, "is given twice in one object")
    return fields


def _no_number(constant: str) -> NoReturn:
    raise codec.wrong("", f"{constant} is no JSON number")


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise codec.wrong("", f"{digits} is too large a number")
    return value


def _refuse_difference(expected: object, data: object, where: str) -> None:
    """Raise UsageError naming the first field where two JSON values differ."""
    if isinstance(expected, dict) and isinstance(data, dict):
        for name in [*expected, *data]:
            here = f"{where}.{name}".lstrip(".")
            if name not in expected:
                raise codec.wrong(here, "is unknown")
            _refuse_difference(expected[name], codec.required(data, name, where), here)
    elif isinstance(expected, list) and isinstance(data, list) and len(expected) == len(data):
        for index, pair in enumerate(zip(expected, data, strict=True)):
            _refuse_difference(*pair, f"{where}[{index}]")
    elif isinstance(expected, bool) is not isinstance(data, bool) or expected != data:
        raise codec.wrong(where, "is not what follows from the other fields")

"""What is wrong with a rubric beyond what its loader refuses: what it promises, and can't keep."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from flaskgrade.model.output import Output
from flaskgrade.model.rubric import Rubric
from flaskgrade.rubric.layers import Stack
from flaskgrade.rubric.reach import in_vain, out_of_reach
from flaskgrade.rubric.stated import stated_sums
from flaskgrade.rubric.weights import HUNDRED, plain, points
from flaskgrade.yamlfile import Table, Value


@dataclass(frozen=True, kw_only=True)
class Remark:
    """Something to mend, with its place."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True, kw_only=True)
class _Case:
    """A rubric, where it stands, and what the checks hand on."""

    rubric: Rubric
    stack: Stack
    outputs: Mapping[str, Output]


def lint(rubric: Rubric, stack: Stack, outputs: Mapping[str, Output]) -> tuple[Remark, ...]:
    """Return what is wrong with a rubric, by its place, each once."""
    case = _Case(rubric=rubric, stack=stack, outputs=outputs)
    rules: tuple[Callable[[_Case], Iterator[Remark]], ...] = (
        _sums,
        _undone_factors,
        _criteria,
        _twice,
        _gates,
        _bands,
    )
    found = (remark for rule in rules for remark in rule(case))
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (str(one.path), one.line)))


def _remark(at: Value, message: str) -> Remark:
    return Remark(path=at.path, line=at.line, message=message)


def _about(table: Table, key: str, message: str) -> Remark:
    """Return a remark at a key of a criterion or gate, or where it stands if it lacks the key."""
    at = table.get(key) or table.at
    return _remark(at, f"{table.at.name}: {message}")


# What weights come to


def _sums(case: _Case) -> Iterator[Remark]:
    for stated in stated_sums(case.stack):
        found = stated.found(case.stack)
        if found != stated.stated:
            yield _remark(
                stated.at,
                f"{stated.at.name}: the weights come to {plain(found)},"
                f" and not to {plain(stated.stated)}",
            )


def _undone_factors(case: _Case) -> Iterator[Remark]:
    for criterion in case.stack.criteria:
        weighing = case.stack.weighing(criterion)
        for (value, is_factor), (later, later_is_factor) in pairwise(weighing):
            if is_factor and not later_is_factor:
                yield _remark(
                    value,
                    f"{value.name}: is undone by the weight of {later.path.name}:{later.line};"
                    " name the rubric with factors last",
                )


# Criteria


def _criteria(case: _Case) -> Iterator[Remark]:
    for criterion in case.rubric.criteria:
        table = case.stack.criteria[criterion.id]
        output = case.outputs.get(criterion.check)
        for key, message in (
            *(in_vain(criterion, output) if output is not None else ()),
            *out_of_reach(criterion.rule),
        ):
            yield _about(table, key, message)


def _twice(case: _Case) -> Iterator[Remark]:
    """Yield criteria and gates that weigh what another one weighs already."""
    weighed: dict[object, str] = {}
    for one in case.rubric.criteria:
        first = weighed.setdefault((one.check, one.select, one.rule), one.id)
        if first != one.id:
            message = f"weighs the same as {first}: the same check, select and points"
            yield _about(case.stack.criteria[one.id], "check", message)
    asked: dict[object, str] = {}
    for gate in case.rubric.gates:
        first = asked.setdefault((gate.check, gate.select), gate.id)
        if first != gate.id:
            message = f"asks the same as {first}: the same check and select"
            yield _about(case.stack.gates[gate.id], "check", message)
    titled: dict[str, str] = {}
    for one in case.rubric.criteria:
        first = titled.setdefault(one.title.casefold(), one.id)
        if first != one.id:
            yield _about(case.stack.criteria[one.id], "title", f"has the title of {first}")


# Gates and bands


def _gates(case: _Case) -> Iterator[Remark]:
    best = case.rubric.bands[0].name
    for gate in case.rubric.gates:
        table = case.stack.gates[gate.id]
        output = case.outputs.get(gate.check)
        if gate.select is not None and output is not None:
            known = case.stack.criteria if output.any_criterion else output.criteria
            if gate.select not in known:
                listed = ", ".join(sorted(known)) or "none"
                message = f"never applies: {gate.check} has nothing about {gate.select} ({listed})"
                yield _about(table, "select", message)
        if gate.band == best and len(case.rubric.bands) > 1:
            yield _about(table, "band", f"costs no band: {best} is the best there is")


def _bands(case: _Case) -> Iterator[Remark]:
    """Yield bands, and a pass mark, above all that can be earned where everything applies."""
    weighed = points(case.rubric)
    claimed = sum(
        (
            weighed[one.id]
            for one in case.rubric.criteria
            if (output := case.outputs.get(one.check)) is not None and output.claimed
        ),
        Fraction(0),
    )
    most = HUNDRED - max(Fraction(0), claimed - case.rubric.claimed_cap)
    because = (
        f"{plain(claimed)} points are claimed, and claimed_cap leaves"
        f" {plain(case.rubric.claimed_cap)} of them"
    )
    for entry, band in zip(case.stack.top["bands"].items(), case.rubric.bands, strict=True):
        if band.at_least > most:
            at = entry.table()["at_least"]
            yield _remark(
                at, f"{at.name}: nobody reaches {band.name}, but {plain(most)} at most: {because}"
            )
    if case.rubric.pass_mark > most:
        at = case.stack.top["pass_mark"]
        yield _remark(at, f"{at.name}: nobody passes, with {plain(most)} at most: {because}")

"""What a check is said to hand on is what it hands on."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from flaskgrade import checks
from flaskgrade.checks.outputs import OUTPUTS
from flaskgrade.checks.registry import CHECKS, NAMES
from flaskgrade.model.evidence import Evidence, Origin
from flaskgrade.report.document import read

EXAMPLE = Path(__file__).parents[2] / "examples" / "reports" / "report.json"
FOLDER = Path(inspect.getfile(checks)).parent
# What several checks share, and where their measures come from.
PARTS = {"migrations": ("migrations", "data_layer"), "suppressions": ("suppressions",)}
MAKERS = {"lines_measure": "source_lines"}


def tree(name: str) -> Iterator[ast.AST]:
    """Yield the nodes of the files of a check."""
    for part in PARTS.get(name, (name.replace("-", "_"),)):
        yield from ast.walk(ast.parse((FOLDER / f"{part}.py").read_text(encoding="utf-8")))


def called(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Yield the calls of plain functions in a check, by name."""
    for node in tree(name):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id, node


def test_every_check_is_there() -> None:
    """None is forgotten, and none is left."""
    assert set(OUTPUTS) == NAMES


@pytest.mark.parametrize("name", sorted(check.name for check in CHECKS))
def test_the_measures_are_those_that_its_code_takes(name: str) -> None:
    """All of them, and no others."""
    taken = {MAKERS[function] for function, _ in called(name) if function in MAKERS}
    for function, call in called(name):
        for keyword in call.keywords if function == "Measure" else ():
            if keyword.arg == "name":
                taken.add(ast.literal_eval(keyword.value))

    assert taken == OUTPUTS[name].measures


@pytest.mark.parametrize("name", sorted(check.name for check in CHECKS))
def test_the_claim_is_that_of_its_code(name: str) -> None:
    """What ran beside the candidate's code is a claim."""
    claims = any(isinstance(node, ast.Attribute) and node.attr == "CLAIMED" for node in tree(name))

    assert claims == OUTPUTS[name].claimed


@pytest.mark.parametrize("evidence", read(EXAMPLE.read_text()).evidence, ids=lambda one: one.check)
def test_evidence_that_was_given_is_within_what_is_said(evidence: Evidence) -> None:
    """That of a real grading: items, their criteria, codes, measures."""
    output = OUTPUTS[evidence.check]
    named = {criterion for item in evidence.items for criterion in item.criteria}
    starts = (f"{evidence.check}:", *output.more_codes)

    assert output.items or not evidence.items
    assert output.any_criterion or named <= output.criteria
    assert all(finding.code.startswith(starts) for finding in evidence.findings)
    assert {one.name for one in evidence.measures} <= output.measures | {"starter_findings"}
    assert output.claimed == (evidence.origin is Origin.CLAIMED)

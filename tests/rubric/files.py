"""A small rubric for tests, and ways to lay files over it."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from flaskgrade.model.output import Output
from flaskgrade.rubric.layers import Stack, stacked
from flaskgrade.rubric.lint import lint
from flaskgrade.rubric.load import composed

ROOT = """\
rubric: root
title: Root
version: 1
works: [acceptance]
pass_mark: 60
bands: [{name: good, at_least: 50}, {name: bad, at_least: 0}]
categories: {api: The API, code: The code}
sums: {all: {weight: 10}, code: {weight: 4}}
criteria:
  C1: {title: One, category: api, weight: 6, check: acceptance, points: proportion}
  Q1: {title: Lint, category: code, weight: 3, check: linter, points: {per_finding: {low: 0.1}}}
  T1: {title: Tests, category: code, weight: 1, check: own-tests, points: proportion}
gates:
  core: {title: It works, check: acceptance, select: C1, at_least: 0.5, band: bad}
"""
OUTPUTS: Mapping[str, Output] = {
    "acceptance": Output(any_criterion=True),
    "linter": Output(items=False, measures=frozenset({"source_lines"})),
    "own-tests": Output(measures=frozenset({"tests_passed"}), claimed=True),
    "migrations": Output(criteria=frozenset({"M1"})),
}


def stack(folder: Path, text: str, *, root: str = ROOT) -> Stack:
    """Return a file that lies on `root.yaml`, which it names in `extends`."""
    (folder / "root.yaml").write_text(root, encoding="utf-8")
    path = folder / "own.yaml"
    path.write_text(dedent(text), encoding="utf-8")
    return stacked(str(path))


def remarks(folder: Path, text: str) -> list[str]:
    """Return what is wrong with a rubric of one file, as people read it, without its folder."""
    path = folder / "own.yaml"
    path.write_text(text, encoding="utf-8")
    found = stacked(str(path))
    told = lint(composed(found, checks=frozenset(OUTPUTS)), found, OUTPUTS)
    return [str(remark).removeprefix(f"{folder}/") for remark in told]

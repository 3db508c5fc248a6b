"""A small runner of composite actions: what action.yml uses of GitHub's, by its documentation.

https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax
https://docs.github.com/en/actions/reference/workflows-and-actions/expressions

Steps with `run` are run, one after the other, in an environment that holds what a runner sets and
nothing of ours; steps with `uses` are kept with their inputs, and not run.
"""

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.report.runner_commands import Command, parsed

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_TOKEN = re.compile(r"\s*('(?:[^']|'')*'|[A-Za-z_][\w.-]*|==|!=|&&|\|\||[()])")
SHELL = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail")


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step that came to its turn: what it printed, or what it would have used."""

    name: str
    code: int = 0
    output: str = ""
    uses: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    commands: tuple[Command, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Run:
    """A whole run of an action."""

    steps: tuple[Step, ...]
    outputs: Mapping[str, str]
    summary: str

    @property
    def code(self) -> int:
        """How the first step that failed ended, 0 if none did."""
        return next((step.code for step in self.steps if step.code), 0)

    @property
    def log(self) -> str:
        """What all steps printed."""
        return "".join(step.output for step in self.steps)

    def step(self, name: str) -> Step | None:
        """Return a step by its name, None if its turn did not come."""
        return next((step for step in self.steps if step.name == name), None)


@dataclass
class Runner:
    """A machine with an action's checkout, a folder for one run, and one for all of a job's."""

    action: Path
    folder: Path
    temp: Path
    environment: Mapping[str, str]
    event: Mapping[str, Any]

    def run(self, inputs: Mapping[str, str]) -> Run:
        """Run the action with these inputs, as a job of its own."""
        about = yaml.safe_load((self.action / "action.yml").read_text(encoding="utf-8"))
        contexts: dict[str, Any] = {
            "inputs": given(about["inputs"], inputs),
            "github": {"action_path": str(self.action), "event": self.event},
            "steps": {},
        }
        for name in ("workspace", "home"):
            (self.folder / name).mkdir(exist_ok=True)
        summary = self.folder / "summary"
        done: list[Step] = []
        for number, step in enumerate(about["runs"]["steps"]):
            contexts["failed"] = any(one.code for one in done)
            if not _holds(step.get("if", "success()"), contexts):
                continue
            if "uses" in step:
                filled = {key: fill(value, contexts) for key, value in step["with"].items()}
                done.append(Step(name=step["name"], uses=step["uses"], given=filled))
                continue
            told = self.folder / f"output-{number}"
            one = self._ran(step, contexts, told=told, summary=summary)
            contexts["steps"][step.get("id", f"__{number}")] = {"outputs": outputs(told)}
            done.append(one)
        values = {
            key: fill(value["value"], contexts) for key, value in about.get("outputs", {}).items()
        }
        text = summary.read_text(encoding="utf-8") if summary.exists() else ""
        return Run(steps=tuple(done), outputs=values, summary=text)

    def _ran(
        self, step: Mapping[str, Any], contexts: Mapping[str, Any], *, told: Path, summary: Path
    ) -> Step:
        assert step["shell"] == "bash", "a composite step names its shell"
        script = self.folder / f"{told.name}.sh"
        script.write_text(fill(step["run"], contexts), encoding="utf-8")
        told.touch()
        summary.touch()
        files = {
            "GITHUB_OUTPUT": str(told),
            "GITHUB_STEP_SUMMARY": str(summary),
            "GITHUB_ACTION_PATH": str(self.action),
            "GITHUB_WORKSPACE": str(self.folder / "workspace"),
            "RUNNER_TEMP": str(self.temp),
            "HOME": str(self.folder / "home"),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
        }
        variables = {key: fill(value, contexts) for key, value in step.get("env", {}).items()}
        ended = subprocess.run(
            [*SHELL, str(script)],
            cwd=self.folder / "workspace",
            env={**self.environment, **files, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return Step(
            name=step["name"],
            code=ended.returncode,
            output=ended.stdout,
            commands=tuple(obeyed(ended.stdout)),
        )


def given(declared: Mapping[str, Any], inputs: Mapping[str, str]) -> Mapping[str, str]:
    """Return an action's inputs with their defaults."""
    assert set(inputs) <= set(declared), "an input that the action does not know"
    for name, about in declared.items():
        assert not about.get("required") or name in inputs, f"{name} is required"
    return {name: inputs.get(name, about.get("default", "")) for name, about in declared.items()}


def outputs(path: Path) -> Mapping[str, str]:
    """Return what a step wrote into its GITHUB_OUTPUT, of which `name=value` is used here."""
    lines = path.read_text(encoding="utf-8").splitlines()
    assert all("=" in line and "<<" not in line.partition("=")[0] for line in lines)
    return dict(line.split("=", 1) for line in lines)


def obeyed(output: str) -> Iterator[Command]:
    """Yield the commands of a step's output that a runner obeys: none while they are stopped."""
    word = ""
    for line in re.split("\r\n|\r|\n", output):
        if word:
            if line.strip().startswith(f"::{word}::"):
                word = ""
            continue
        command = parsed(line)
        if command is None:
            continue
        if command.name == "stop-commands":
            word = command.data
        yield command


def fill(text: str, contexts: Mapping[str, Any]) -> str:
    """Return a text with its expressions in place: as text, which is what makes them dangerous."""
    return _EXPRESSION.sub(lambda found: _text(evaluate(found[1], contexts)), text)


def evaluate(expression: str, contexts: Mapping[str, Any]) -> Any:
    """Return the value of an expression; `contexts` is what names in it mean."""
    words = [word for word in _TOKEN.findall(expression) if word]
    assert "".join(words) == re.sub(r"\s+(?=(?:[^']*'[^']*')*[^']*$)", "", expression), expression
    value = _either(words, contexts)
    assert not words, f"left over: {words}"
    return value


def _either(words: list[str], contexts: Mapping[str, Any]) -> Any:
    value = _both(words, contexts)
    while words[:1] == ["||"]:
        del words[0]
        other = _both(words, contexts)
        value = value or other
    return value


def _both(words: list[str], contexts: Mapping[str, Any]) -> Any:
    value = _compared(words, contexts)
    while words[:1] == ["&&"]:
        del words[0]
        other = _compared(words, contexts)
        value = value and other
    return value


def _compared(words: list[str], contexts: Mapping[str, Any]) -> Any:
    value = _atom(words, contexts)
    if words[:1] in (["=="], ["!="]):
        operator = words.pop(0)
        other = _atom(words, contexts)
        same = _text(value).lower() == _text(other).lower()  # GitHub ignores case
        return same if operator == "==" else not same
    return value


def _atom(words: list[str], contexts: Mapping[str, Any]) -> Any:
    word = words.pop(0)
    if word.startswith("'"):
        return word[1:-1].replace("''", "'")
    if words[:2] == ["(", ")"]:
        del words[:2]
        return {"success": not contexts["failed"], "always": True}[word]
    value: Any = contexts
    for part in word.split("."):
        value = value.get(part, "") if isinstance(value, Mapping) else ""
    return value


def _text(value: Any) -> str:
    return {True: "true", False: "false", None: ""}.get(value, str(value))


def _holds(condition: str, contexts: Mapping[str, Any]) -> bool:
    """Tell whether a step's turn comes; without a word on it, `success()` is meant."""
    value = evaluate(condition, contexts)
    asked = re.search(r"\b(always|success|failure|cancelled)\(", condition)
    return bool(value) and (bool(asked) or not contexts["failed"])

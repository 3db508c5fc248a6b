"""Formatting (Q2): every file is as `ruff format` (which agrees with Black) would write it.

One item for each file. What is asked is consistency, not our taste: line length, quote style and
indentation are taken from the submission's own configuration of Ruff or Black, as plain data;
nothing else of it is. Without one the formatter's defaults hold. Files of no use, or
that repeat each other, show nothing if they are well formatted. `# fmt: off` is not honoured.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from flaskgrade.checks.base import TOOLBOX_PATH, TOOLBOX_PYTHON, Context, Need
from flaskgrade.checks.tool import (
    crash_evidence,
    relative,
    run_tool,
    unseen_findings,
    written_files,
)
from flaskgrade.guest import GUEST_PATH
from flaskgrade.model.evidence import Evidence, Item, Location, Measure, Status
from flaskgrade.model.submission import Submission

COPY = "/tmp/formatting"  # noqa: S108 - where the guest puts its copy, inside the sandbox
EXPECTED = frozenset({0, 1, 2})  # 2: a file that does not parse, which is told as a result, too
LONGEST = 320
QUOTES = ("single", "double", "preserve")
INDENTS = ("space", "tab")
Table = Mapping[str, object]


@dataclass(frozen=True)
class RuffFormat:
    """Runs `ruff format --check`."""

    name: str = "ruff-format"
    title: str = "Formatting (ruff format)"
    needs: frozenset[Need] = frozenset({Need.TOOLBOX})

    def run(self, context: Context) -> Evidence:
        """Return an item for each file."""
        files = written_files(context.facts)
        if not files:
            return Evidence(check=self.name, status=Status.FAILED, summary="There is no Python.")
        arguments = (
            *(f"{TOOLBOX_PATH}/bin/ruff", "format", "--check", "--isolated", "--no-cache"),
            *("--no-respect-gitignore", "--config", "exclude=[]", "--output-format", "json"),
            *(word for setting in taste(context.submission) for word in ("--config", setting)),
        )
        argv = (TOOLBOX_PYTHON, "-I", f"{GUEST_PATH}/formatting.py", json.dumps(arguments))
        ran = run_tool(context, argv, files, shown="ruff format --check", expected=EXPECTED)
        if ran.crashed:
            return crash_evidence(self.name, ran, context)
        told = json.loads(ran.outcome.stdout or b"[]")
        crash = (None, "The formatter can't get through this file.")
        problems: dict[str, tuple[int | None, str]] = dict.fromkeys(ran.left_out, crash)
        for one in told:
            place = one.get("location") or {}
            problem = (place.get("row"), str(one.get("message", ""))[:200])
            path = relative(str(one.get("filename", "")).removeprefix(f"{COPY}/"))
            problems.setdefault(path, problem)
        padding = set(context.facts.padding_files) - problems.keys()
        shown = [path for path in files if path not in padding] or files
        items = tuple(_item(path, problems.get(path)) for path in shown)
        good = sum(item.status is Status.PASSED for item in items)
        unseen = unseen_findings(self.name, context.facts)
        if unseen:
            return Evidence(
                check=self.name,
                status=Status.FAILED,
                summary=f"Code runs that is in no file as Python: {unseen[0].location}.",
                findings=unseen,
            )
        return Evidence(
            check=self.name,
            status=Status.PASSED if good == len(items) else Status.FAILED,
            summary=f"{good} of {len(items)} files are formatted consistently.",
            items=items,
            measures=(
                Measure(name="files", value=len(items)),
                Measure(name="files_formatted", value=good),
            ),
            milliseconds=ran.record.milliseconds,
        )


def _item(path: str, problem: tuple[int | None, str] | None) -> Item:
    line, message = problem or (None, "")
    return Item(
        id=path,
        title=path,
        status=Status.PASSED if problem is None else Status.FAILED,
        message=message,
        location=Location(path=path, line=line),
    )


def taste(submission: Submission) -> tuple[str, ...]:
    """Return the submission's own line length, quotes and indentation as settings for ruff."""
    tools = _part(_table(submission, "pyproject.toml"), "tool")
    own = (_table(submission, name) for name in ("ruff.toml", ".ruff.toml"))
    ruff = next((table for table in own if table), _part(tools, "ruff"))
    black = _part(tools, "black")
    style = _part(ruff, "format")
    settings = []
    length = ruff.get("line-length", black.get("line-length"))
    if type(length) is int and 0 < length <= LONGEST:
        settings.append(f"line-length={length}")
    quotes = style.get("quote-style", "preserve" if black.get("skip-string-normalization") else "")
    if quotes in QUOTES:
        settings.append(f"format.quote-style='{quotes}'")
    if style.get("indent-style") in INDENTS:
        settings.append(f"format.indent-style='{style['indent-style']}'")
    return tuple(settings)


def _part(table: Table, name: str) -> Table:
    found = table.get(name)
    return found if isinstance(found, dict) else {}


def _table(submission: Submission, name: str) -> Table:
    if not submission.has(name):
        return {}
    try:
        return tomllib.loads(submission.text(name, 200_000))
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


CHECK = RuffFormat()

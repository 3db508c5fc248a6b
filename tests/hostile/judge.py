"""Judge a grading of an attack by the outcome codes that every attack shares."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from jsonschema import Draft202012Validator, ValidationError

from flaskgrade.report.schema import schema
from tests.hostile.attack import USAGE, Attack
from tests.hostile.grading import MARK, Graded
from tests.report import test_html, test_markdown

CANARIES = "fg-canary-*"  # what payloads try to leave in /tmp
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
SUMMARY = re.compile(r"^ \d+(\.\d+)?( to \d+(\.\d+)?)? of 100 ", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One code: what was looked at, and what is wrong; nothing if it holds."""

    code: str
    wrong: str = ""


def canaries() -> tuple[str, ...]:
    """Return what a payload left behind in the host's /tmp."""
    return tuple(str(path) for path in sorted(Path("/tmp").glob(CANARIES)))


def judge(
    attack: Attack, graded: Graded, plain: Graded, changes: tuple[str, ...], secret: str
) -> tuple[Outcome, ...]:
    """Return the outcome by every code that applies."""
    refused = not attack.exits & {0, 1, 5}
    outcomes = [
        _exit(attack, graded),
        _time(attack, graded),
        Outcome(code="HU", wrong="; ".join((*changes, *canaries()))),
        _secret(graded, secret),
    ]
    if refused:
        wrong = "it printed or wrote a report" if graded.files else ""
        return (*outcomes, Outcome(code="NR", wrong=wrong))
    return (*outcomes, _score(attack, graded, plain), *_report(attack, graded))


def _exit(attack: Attack, graded: Graded) -> Outcome:
    wrong = ""
    if graded.code not in attack.exits:
        wrong = f"exit code {graded.code}, not {sorted(attack.exits)}: {graded.err[-1500:]}"
    elif "Traceback" in graded.err:
        wrong = f"a traceback: {graded.err[-1500:]}"
    elif attack.exits == USAGE and "Error" not in graded.err:
        wrong = f"no error message: {graded.err[-500:]}"
    return Outcome(code="EXIT", wrong=wrong)


def _time(attack: Attack, graded: Graded) -> Outcome:
    late = graded.code is None or graded.seconds > attack.seconds
    return Outcome(
        code="T", wrong=f"{graded.seconds:.0f} s, not {attack.seconds:.0f}" if late else ""
    )


def _secret(graded: Graded, secret: str) -> Outcome:
    told = [text for text in graded.texts() if MARK.encode() in text or secret.encode() in text]
    return Outcome(code="NS", wrong=f"told in {len(told)} outputs" if told else "")


def _score(attack: Attack, graded: Graded, plain: Graded) -> Outcome:
    code = "=G" if attack.honest else "NR"
    if graded.total is None or plain.total is None or graded.report is None:
        return Outcome(code=code, wrong=f"no report; exit {graded.code}: {graded.err[-1500:]}")
    mine, measure = graded.total, plain.total
    if attack.honest:
        lost = mine != measure or graded.report.scorecard.low != measure
        return Outcome(code=code, wrong=f"{float(mine)}, not {float(measure)}" if lost else "")
    raised = mine > measure
    return Outcome(code=code, wrong=f"{float(mine)} over {float(measure)}" if raised else "")


def _report(attack: Attack, graded: Graded) -> tuple[Outcome, ...]:
    missing = [code for code in attack.finds if not any(c.startswith(code) for c in graded.codes())]
    everything = graded.files.get("report.json", b"").decode("utf-8", "replace")
    unsaid = [text for text in attack.says if text not in everything]
    return (
        Outcome(code="RV", wrong=_invalid(graded)),
        Outcome(code="F", wrong=", ".join(f"{one!r} is not named" for one in (*missing, *unsaid))),
    )


def _invalid(graded: Graded) -> str:
    """Return what is wrong with the reports: their form, what is live in them, a second summary."""
    try:
        document = json.loads(graded.files["report.json"], parse_constant=_refused)
        Draft202012Validator(schema()).validate(document)
        test_html.assert_inert(graded.files["report.html"].decode("utf-8"))
        test_markdown.assert_inert(graded.files["report.md"].decode("utf-8"))
    except (AssertionError, KeyError, ValueError, ValidationError) as error:
        return f"{type(error).__name__}: {error}"[:500]
    if live := CONTROL.search(graded.out + graded.err):
        return f"{live[0]!r} reaches the terminal"
    if (summaries := len(SUMMARY.findall(graded.out))) != 1:
        return f"{summaries} summaries"
    return ""


def _refused(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")

"""README: it says how to set up, run and test the thing, and why it is as it is.

What it looks at: the README in the root folder, as Markdown, reStructuredText or plain text; the
commands in its code; whether the files and targets that they name are there.

What earns: it is there and in the author's own words; it says how to set up, to run and to test;
a section or a few sentences tell of decisions, trade-offs, assumptions or what is missing; and each
file or make target that its commands name exists.

What loses: none of it, one item each; text that a hosting site or a template put there; a command
whose file is not in the repository. How well it reads is for a human to judge.

Source: "Make a README", https://www.makeareadme.com/
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from flaskgrade.checks.base import Context, Need
from flaskgrade.flaskapp.readme import Readme, find_readme
from flaskgrade.flaskapp.readme_targets import missing_targets
from flaskgrade.model.evidence import Evidence, Finding, Item, Location, Severity, Status

ENOUGH_WORDS = 30

_SETUP = re.compile(
    r"pip3?\s+install|uv\s+(?:sync|venv|pip|add)|poetry\s+install|pipenv\s+(?:install|sync)"
    r"|pdm\s+install|hatch\s+|conda\s+env|docker[ -]compose\s+(?:up|build)|docker\s+build"
    r"|-m\s+venv|virtualenv|make\s+(?:install|setup|init|bootstrap|venv|deps|build)"
)
_RUN = re.compile(
    r"flask\s+(?:\S+\s+){0,6}?run\b|gunicorn|uwsgi|waitress-serve|hypercorn|honcho\s+start"
    r"|docker[ -]compose\s+(?:\S+\s+){0,6}?up\b|docker\s+run"
    r"|python3?\s+(?:-m\s+)?(?!-m\b|pytest|unittest|venv|pip|virtualenv)"
    r"[\w./-]*(?:\.py|app|wsgi|main|run|serve)\b"
    r"|make\s+(?:run|serve|start|up|dev)|flask-run"
)
_TEST = re.compile(
    r"\bpytest\b|-m\s+unittest|\btox\b|\bnox\b|make\s+(?:test|check|tests|ci)\b|coverage\s+run"
    r"|flask\s+test|manage\.py\s+test|hatch\s+(?:run\s+)?test|\./[\w/.-]{0,60}test[\w-]{0,40}\.sh"
)
_DECISION_HEADING = re.compile(
    r"trade-?\s?off|decision|design|assumption|limitation|architecture|approach|rationale|choice"
    r"|why\b|next steps?|future|improvement|known issues|not done|left out|more time|roadmap",
    re.IGNORECASE,
)
_DECISION_WORDS = re.compile(
    r"trade-?\s?off|\b(?:I|we) (?:chose|decided|opted|assumed?|preferred|left out|did not|didn't)\b"
    r"|with more time|given more time|instead of|deliberately|on purpose|the reason\b",
    re.IGNORECASE,
)
# These meet text of anybody's: none of them may take more than linear time.
_TEMPLATE = re.compile(
    r"make it easy for you to get started with GitLab|lorem ipsum|^[^\w\n]*TODO[^\w\n]*$"
    r"|One Paragraph of project description goes here|<(?:your|project)[ _-][\w -]+>"
    r"|\[project name\]|your project name here"
    r"|Describe your project here|This README would normally document",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True)
class ReadmeCheck:
    """See the module."""

    name: str = "readme"
    title: str = "README"
    needs: frozenset[Need] = frozenset()

    def run(self, context: Context) -> Evidence:
        """Return an item for each thing that a README should say."""
        readme = find_readme(context.submission)
        if readme is None:
            return _evidence(self.name, _nothing(), (), "There is no README.")
        missing = tuple(
            Finding(
                code="readme:missing-target",
                message=f"`{lack.command}` names the {lack.what}, which is not in the repository.",
                location=lack.location,
            )
            for lack in missing_targets(readme, context.submission)
        )
        items = (
            _item("present", readme, f"It has {readme.words} words."),
            _item("own-words", readme, "It holds text of a template."),
            _item("setup", readme, "No command or section says how to install it."),
            _item("run", readme, "No command says how to start it."),
            _item("test", readme, "No command says how to run the tests."),
            _item(
                "decisions", readme, "Nothing tells of decisions, trade-offs or what is missing."
            ),
            _commands(readme, missing),
        )
        return _evidence(self.name, items, missing, _summary(readme, items))


CHECK = ReadmeCheck()


def _is_own(readme: Readme) -> bool:
    """Tell whether no text of a template is left; placeholders in commands are fine."""
    return not any(map(_TEMPLATE.search, (readme.prose, *readme.headings)))


def _says_decisions(readme: Readme) -> bool:
    return any(map(_DECISION_HEADING.search, readme.headings)) or bool(
        _DECISION_WORDS.search(readme.prose)
    )


_ITEMS: dict[str, tuple[str, Callable[[Readme], bool]]] = {
    "present": ("A README says more than the name", lambda r: r.words >= ENOUGH_WORDS),
    "own-words": ("It is written for this project", _is_own),
    "setup": ("It says how to set up", lambda r: r.names(_SETUP)),
    "run": ("It says how to run", lambda r: r.names(_RUN)),
    "test": ("It says how to test", lambda r: r.names(_TEST)),
    "decisions": ("It explains decisions and trade-offs", _says_decisions),
}
_COMMANDS_TITLE = "What its commands name exists"


def _item(key: str, readme: Readme, fault: str) -> Item:
    title, holds = _ITEMS[key]
    good = holds(readme)
    return Item(
        id=f"readme:{key}",
        title=title,
        status=Status.PASSED if good else Status.FAILED,
        message="" if good else fault,
        location=Location(path=readme.path),
    )


def _commands(readme: Readme, missing: tuple[Finding, ...]) -> Item:
    status = Status.FAILED if missing or not readme.commands else Status.PASSED
    fault = missing[0].message if missing else "It names no command."
    return Item(
        id="readme:commands",
        title=_COMMANDS_TITLE,
        status=status,
        message="" if status is Status.PASSED else fault,
        location=missing[0].location if missing else Location(path=readme.path),
    )


def _nothing() -> tuple[Item, ...]:
    titles = {**{key: title for key, (title, _) in _ITEMS.items()}, "commands": _COMMANDS_TITLE}
    return tuple(
        Item(id=f"readme:{key}", title=title, status=Status.FAILED, message="There is no README.")
        for key, title in titles.items()
    )


def _evidence(
    name: str, items: tuple[Item, ...], missing: tuple[Finding, ...], summary: str
) -> Evidence:
    failed = [item for item in items if item.status is Status.FAILED]
    return Evidence(
        check=name,
        status=Status.FAILED if failed else Status.PASSED,
        summary=summary,
        items=items,
        findings=(
            *(
                Finding(
                    code=item.id,
                    message=item.message,
                    severity=Severity.LOW,
                    location=item.location,
                )
                for item in failed
                if item.id != "readme:commands"
            ),
            *missing,
        ),
    )


def _summary(readme: Readme, items: tuple[Item, ...]) -> str:
    lacking = [item.title for item in items if item.status is Status.FAILED]
    if not lacking:
        return f"{readme.path} says how to set up, run and test, and why it is as it is."
    return f"{readme.path} has {readme.words} words; not met: {'; '.join(lacking)}."

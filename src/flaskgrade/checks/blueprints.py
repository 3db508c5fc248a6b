"""Blueprints: the routes live on them, by domain, in files of a readable size.

What it looks at: the blueprints that are defined and registered, nested and dynamically registered
ones included; the URL rules and whether each belongs to a blueprint (or a flask-restx namespace, or
an API object of a blueprint); the length of the files that declare rules.

What earns: blueprints are defined, each is registered, the routes are on them (two on the
application itself, such as `/` and `/health`, or one in five are fine), and no file with routes is
longer than 200 lines.

What loses: a blueprint that nothing registers: its routes do not exist; routes on the application;
one file that holds everything. An application of one to three routes needs no blueprints: the check
does not apply to it.

Source: Flask's documentation, "Modular Applications with Blueprints",
https://flask.palletsprojects.com/en/stable/blueprints/
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from flaskgrade.checks.base import Context, Need
from flaskgrade.flaskapp.entry import reached_from
from flaskgrade.flaskapp.project_facts import ProjectFacts
from flaskgrade.model.evidence import (
    Evidence,
    Finding,
    Item,
    Location,
    Measure,
    Severity,
    Status,
)
from flaskgrade.model.submission import Submission

TINY = 3  # routes, up to which one file is simply enough
FILE_LINES = 200
FREE_ON_APP = 2
SHARE_ON_APP = 5  # one in so many


@dataclass(frozen=True, kw_only=True)
class BlueprintsCheck:
    """See the module."""

    name: str = "blueprints"
    title: str = "Blueprints"
    needs: frozenset[Need] = frozenset()

    def run(self, context: Context) -> Evidence:
        """Return four items and the places where each of them fails."""
        facts = _served(context.facts)
        total = len(facts.routes)
        measures = (
            Measure(name="routes", value=total),
            Measure(
                name="routes_on_blueprints", value=sum(route.on_blueprint for route in facts.routes)
            ),
            Measure(name="blueprints", value=len(facts.blueprints)),
        )
        if not facts.blueprints and 0 < total <= TINY:
            return Evidence(
                check=self.name,
                status=Status.SKIPPED,
                summary=f"{_count(total, 'route')}: too few to need blueprints.",
                measures=measures,
            )
        findings = (
            *_undefined(facts),
            *_unregistered(facts),
            *_on_app(facts),
            *_big_files(facts, context.submission),
        )
        items = tuple(_items(findings, facts))
        failed = any(item.status is Status.FAILED for item in items)
        return Evidence(
            check=self.name,
            status=Status.FAILED if failed else Status.PASSED,
            summary=_summary(facts),
            items=items,
            findings=findings,
            measures=measures,
        )


CHECK = BlueprintsCheck()

_TITLES = (
    ("blueprints:none", "Blueprints are defined"),
    ("blueprints:unregistered", "Every blueprint is registered"),
    ("blueprints:routes-on-app", "Routes live on blueprints"),
    ("blueprints:big-route-file", f"No file with routes is longer than {FILE_LINES} lines"),
)


def _served(facts: ProjectFacts) -> ProjectFacts:
    """Leave out what is on another application than the one that is served, if that is clear."""
    others = {app.location for app in facts.apps} - set(facts.served)
    if not facts.served or not others:
        return facts
    lost = reached_from(others, facts.blueprints) - reached_from(facts.served, facts.blueprints)
    return replace(
        facts,
        blueprints=tuple(each for each in facts.blueprints if each.location not in lost),
        routes=tuple(each for each in facts.routes if each.owner_at not in lost),
    )


def _items(findings: tuple[Finding, ...], facts: ProjectFacts) -> Iterator[Item]:
    for code, title in _TITLES:
        found = [finding for finding in findings if finding.code == code]
        nothing = not facts.routes and code != "blueprints:none"
        if code == "blueprints:unregistered" and facts.blueprints:
            nothing = False
        yield Item(
            id=code,
            title=title,
            status=Status.FAILED if found or nothing else Status.PASSED,
            message=found[0].message if found else "No route was found." if nothing else "",
            location=found[0].location if found else None,
        )


def _undefined(facts: ProjectFacts) -> Iterator[Finding]:
    if not facts.blueprints and not any(route.on_blueprint for route in facts.routes):
        yield Finding(
            code="blueprints:none",
            message=f"No blueprint is defined for {_count(len(facts.routes), 'route')}.",
            severity=Severity.MEDIUM,
            location=facts.routes[0].location if facts.routes else None,
        )


def _unregistered(facts: ProjectFacts) -> Iterator[Finding]:
    for blueprint in facts.blueprints:
        if blueprint.registered is None:
            yield Finding(
                code="blueprints:unregistered",
                message=f"The blueprint “{blueprint.name}” is never registered.",
                severity=Severity.MEDIUM,
                location=blueprint.location,
            )


def _on_app(facts: ProjectFacts) -> Iterator[Finding]:
    on_app = [route for route in facts.routes if not route.on_blueprint]
    if len(on_app) <= max(FREE_ON_APP, len(facts.routes) // SHARE_ON_APP):
        return
    for path, count in Counter(route.location.path for route in on_app).items():
        first = next(route for route in on_app if route.location.path == path)
        yield Finding(
            code="blueprints:routes-on-app",
            message=f"{_count(count, 'route')} of {len(facts.routes)} are declared here on the "
            f"application itself, the first one is {first.rule}",
            location=first.location,
        )


def _big_files(facts: ProjectFacts, submission: Submission) -> Iterator[Finding]:
    for path, count in Counter(route.location.path for route in facts.routes).items():
        lines = len(submission.text(path).splitlines())
        if lines > FILE_LINES:
            yield Finding(
                code="blueprints:big-route-file",
                message=f"{lines} lines in a file with {_count(count, 'route')}.",
                location=Location(path=path),
            )


def _summary(facts: ProjectFacts) -> str:
    if not facts.routes and not facts.blueprints:
        return "No route and no blueprint was found."
    registered = sum(blueprint.registered is not None for blueprint in facts.blueprints)
    on_blueprint = sum(route.on_blueprint for route in facts.routes)
    return (
        f"{_count(len(facts.blueprints), 'blueprint')}, {registered} registered; "
        f"{on_blueprint} of {_count(len(facts.routes), 'route')} on blueprints."
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

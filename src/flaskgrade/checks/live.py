"""The running application beside its source: what is declared and never live, and two of a factory.

The application is loaded as Flask itself does and asked for its URL map, blueprints, extensions,
error handlers and commands. Its factory is called twice, with two configurations, and the two
applications are compared: they must share nothing that can be written to, and each must have the
configuration that it was given.

All of this is `claimed`: it is the word of a process in which the candidate's code runs. Where the
source bears it out, the source says so by itself; where the two differ, that is a finding.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flaskgrade.checks.base import Context, Need, not_built, record
from flaskgrade.checks.events import Event, EventStream, text
from flaskgrade.checks.launching import launching
from flaskgrade.flaskapp.entry import served_factories
from flaskgrade.flaskapp.facts import Factory, Route
from flaskgrade.guest import GUEST_PATH
from flaskgrade.model.evidence import (
    Evidence,
    Finding,
    Item,
    Location,
    Measure,
    Origin,
    Severity,
    Status,
)
from flaskgrade.sandbox.base import Limits, Outcome
from flaskgrade.serving import candidate_command

SHOWN = 20
SCRIPT = "flaskgrade_live.py"
SECONDS = 90.0  # a busy host takes long to import Celery, SQLAlchemy and what they bring
OWN_PATH = "(the path of its blueprint)"


@dataclass(frozen=True, kw_only=True)
class LiveRule:
    """A rule of the running application; `path` is empty where a library declares it."""

    rule: str
    methods: frozenset[str]
    endpoint: str
    path: str
    line: int


@dataclass(frozen=True)
class LiveCheck:
    """See the module."""

    name: str = "live"
    title: str = "The running application"
    needs: frozenset[Need] = frozenset({Need.ENVIRONMENT, Need.DATABASE, Need.REDIS})

    def run(self, context: Context) -> Evidence:
        """Return items of S1 (the factory) and S2 (declared routes), and each difference."""
        if context.environment is None:
            return not_built(self.name, context)
        factories = [[f.module, f.name, f.takes_config] for f in served_factories(context.facts)]
        stream = EventStream()
        with launching(context, seconds=SECONDS) as launched:
            outcome = context.sandbox.run(
                candidate_command(
                    f"{GUEST_PATH}/{SCRIPT}",
                    json.dumps(factories),
                    sandbox=context.sandbox,
                    source=context.source,
                    environment=context.environment,
                    start=launched.start,
                    limits=Limits(wall_seconds=SECONDS, cpu_weight=50),
                    label="look at the running application",
                ),
                on_stdout=lambda piece: _ignore(stream.feed(piece)),
            )
        return self._evidence(context, stream.events, outcome)

    def _evidence(self, context: Context, events: Sequence[Event], outcome: Outcome) -> Evidence:
        ran = (record("ask the application and its factory", outcome, limit=2000),)
        live = next((e["live"] for e in events if isinstance(e.get("live"), dict)), None)
        if not isinstance(live, dict):
            return Evidence(
                check=self.name,
                status=Status.FAILED,
                origin=Origin.CLAIMED,
                summary="The application could not be loaded, so nothing of it is live.",
                commands=ran,
            )
        rules = _rules(live)
        never = _never(context.facts.routes, rules)
        two = next((e for e in events if isinstance(e.get("factory"), str)), None)
        items = (*_of_factory(served_factories(context.facts), two), _of_routes(never))
        failed = [item for item in items if item.status is Status.FAILED]
        return Evidence(
            check=self.name,
            status=Status.FAILED if failed else Status.PASSED,
            origin=Origin.CLAIMED,
            summary=failed[0].message
            if failed
            else "The running application is what its source says, and its factory makes it anew.",
            items=items,
            findings=(*_declared(never), *_unseen(context.facts.routes, rules)),
            measures=(
                Measure(name="live_routes", value=len(rules)),
                Measure(name="live_blueprints", value=_length(live, "blueprints")),
                Measure(name="live_extensions", value=_length(live, "extensions")),
                Measure(name="live_error_handlers", value=_length(live, "handlers")),
                Measure(name="live_commands", value=_length(live, "commands")),
            ),
            commands=ran,
            milliseconds=round(outcome.seconds * 1000),
        )


CHECK = LiveCheck()


def _ignore(_: object) -> None:
    """Take what the stream hands back; it keeps the events itself."""


def _length(live: Mapping[str, object], key: str) -> int:
    value = live.get(key)
    return len(value) if isinstance(value, list) else 0


def _rules(live: Mapping[str, object]) -> tuple[LiveRule, ...]:
    """Return what has the right form; a process of the candidate's may say anything."""
    told = live.get("rules")
    rules = []
    for one in told if isinstance(told, list) else ():
        match one:
            case [str(rule), list(methods), str(endpoint), str(path), int(line)]:
                rules.append(
                    LiveRule(
                        rule=rule[:500],
                        methods=frozenset(m for m in methods if isinstance(m, str)),
                        endpoint=endpoint[:200],
                        path=path[:500],
                        line=line,
                    )
                )
            case _:
                pass
    return tuple(rules)


def _is_live(route: Route, rule: LiveRule) -> bool:
    """Tell whether a live rule is a declared one: a blueprint's prefix may stand before it."""
    return rule.rule.endswith(route.rule) and (
        not route.methods or bool({*route.methods} & rule.methods)
    )


def _never(routes: Sequence[Route], rules: Sequence[LiveRule]) -> tuple[Route, ...]:
    return tuple(route for route in routes if not any(_is_live(route, rule) for rule in rules))


def _declared(never: Sequence[Route]) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            code="live:never",
            message=f"{' '.join(route.methods)} {route.rule or OWN_PATH} → {route.handler} is "
            "declared here and never live: its blueprint is not registered, or nothing imports "
            "this module",
            severity=Severity.MEDIUM,
            location=route.location,
        )
        for route in never[:SHOWN]
    )


def _unseen(routes: Sequence[Route], rules: Sequence[LiveRule]) -> tuple[Finding, ...]:
    """Return the live rules of the submission's own that its source does not show."""
    unseen = [
        rule for rule in rules if rule.path and not any(_is_live(route, rule) for route in routes)
    ]
    return tuple(
        Finding(
            code="live:unseen",
            message=f"{' '.join(sorted(rule.methods))} {rule.rule} is live, and the source does "
            "not show where it is declared",
            severity=Severity.INFO,
            location=Location(path=rule.path, line=rule.line if rule.line > 0 else None),
        )
        for rule in unseen[:SHOWN]
    )


def _of_routes(never: Sequence[Route]) -> Item:
    message = (
        f"{len(never)} declared routes are never live, first {never[0].rule or never[0].handler} "
        f"in {never[0].location}."
        if never
        else ""
    )
    return Item(
        id="declared-routes-are-live",
        title="Every declared route is live",
        status=Status.FAILED if never else Status.PASSED,
        message=message,
        criteria=("S2",),
        location=never[0].location if never else None,
    )


def _of_factory(factories: Sequence[Factory], two: Event | None) -> tuple[Item, ...]:
    """Return what two calls of the factory showed; nothing where it cannot be called by us."""
    independent = "Two calls of the factory give two independent applications"
    if not factories:
        problem = "There is no factory that could be called twice."
        return (_item("two-apps", independent, problem, None),)
    if two is None:
        return ()
    shared = two.get("shared")
    names = [one for one in shared if isinstance(one, str)] if isinstance(shared, list) else []
    problem = (
        f"Two calls of {text(two, 'factory', 200)} share {', '.join(names[:5])}: what one test or "
        "worker changes, the next one sees. Create the Flask object inside the factory."
        if names
        else ""
    )
    items = [_item("two-apps", independent, problem, factories[0])]
    if isinstance(two.get("honours"), bool):
        ignored = (
            f"{text(two, 'factory', 200)} was given two configurations, and neither is in the "
            "application that it made: pass the argument on to app.config."
        )
        title = "The factory uses the configuration that it is given"
        problem = "" if two["honours"] else ignored
        items.append(_item("uses-config", title, problem, factories[0]))
    return tuple(items)


def _item(key: str, title: str, problem: str, factory: Factory | None) -> Item:
    return Item(
        id=key,
        title=title,
        status=Status.FAILED if problem else Status.PASSED,
        message=problem,
        criteria=("S1",),
        location=factory.location if factory else None,
    )

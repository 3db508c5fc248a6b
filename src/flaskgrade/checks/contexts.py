"""Contexts: `request`, `g` and `current_app` are used inside one; work outside enters one.

What it looks at: uses of Flask's proxies that run as modules are imported; functions that threads,
processes, pools and schedulers start, with what they call; contexts that are pushed for good.

What earns: proxies in functions that Flask calls; `with app.app_context():` around what runs
elsewhere, in the function, a decorator or a context manager; `copy_current_request_context`.

What loses:

- `current_app.config["X"]` at the level of a module or class. To hand a proxy on, to name it in a
  lambda (`LocalProxy(lambda: current_app.extensions["x"])`), or to use it inside a `with` block
  there, is fine;
- a function started in the background that uses a proxy, `db.session`, `Model.query`, `url_for`,
  `render_template` or Flask-Mail without entering a context;
- `app.app_context().push()` at the level of a module that makes the application, or has views or
  models: it is never popped. A worker's own module may do so.

Commands on `app.cli` have a context. Celery's tasks are judged by the check `celery`; migrations
and tests are not judged.

Source: Flask's documentation, "The Application Context",
https://flask.palletsprojects.com/en/stable/appcontext/
"""

from collections.abc import Iterator

from flaskgrade.checks.base import Context
from flaskgrade.checks.practice import Judgement, Practice, Question
from flaskgrade.flaskapp.background import BackgroundWork
from flaskgrade.flaskapp.context_needs import Need
from flaskgrade.flaskapp.project_facts import ProjectFacts
from flaskgrade.model.evidence import Location, Measure, Severity

EARLY = (
    "No application is there yet when modules are imported: this raises RuntimeError, or works "
    "only in the order in which modules happen to be imported. Read it in the function that needs "
    "it, or let init_app(app) hand it over."
)
BACKGROUND = (
    "A context belongs to the thread that handles the request: elsewhere this raises RuntimeError, "
    "and nobody sees it. Hand over the application (current_app._get_current_object()) and plain "
    "values, and work inside `with app.app_context():`."
)
PUSHED = (
    "It is never popped, so that what should end with a request, such as the database session, "
    "lives as long as the process, and tests share it. Use `with app.app_context():` around what "
    "needs it, or a command on app.cli, which has one."
)


def judge(context: Context) -> Judgement:
    """Ask whether what needs a context has one."""
    facts = context.facts
    if not facts.apps and not facts.blueprints:
        return Judgement(summary="No Flask application was found.")
    uses, background = facts.practices.context_uses, facts.practices.background
    questions = tuple(_questions(facts))
    problems = sum(len(question.problems) for question in questions)
    return Judgement(
        summary=f"{problems} uses of a context where there is none, or of one that never ends."
        if problems
        else f"{len(uses)} uses of a context, all inside one.",
        questions=questions if uses or background or problems else (),
        measures=(
            Measure(name="context_uses", value=len(uses)),
            Measure(name="background_functions", value=len(background)),
        ),
    )


def _questions(facts: ProjectFacts) -> Iterator[Question]:
    practices = facts.practices
    yield Question(
        id="early",
        title="No context is used as modules are imported",
        problems=tuple(
            (use.location, f"{use.proxy} is used as the module is imported")
            for use in practices.context_uses
            if use.at_import and not _is_migration(facts, use.location)
        ),
        advice=EARLY,
        severity=Severity.HIGH,
    )
    yield Question(
        id="pushed",
        title="No context is pushed for good",
        problems=tuple(
            (place, "A context is pushed as the module is imported")
            for place in practices.pushed_contexts
            if place.path in _modules_of_the_application(facts)
        ),
        advice=PUSHED,
        severity=Severity.LOW,
    )
    if practices.background:
        yield Question(
            id="background",
            title="Work in the background enters a context",
            problems=tuple(
                (work.unmet.location, _unmet(work, work.unmet))
                for work in practices.background
                if work.unmet is not None
            ),
            advice=BACKGROUND,
            severity=Severity.HIGH,
        )


def _unmet(work: BackgroundWork, need: Need) -> str:
    return (
        f"{need.what} is used in a {work.kind}: {work.function}, which {work.location} starts, "
        "enters no context"
    )


def _is_migration(facts: ProjectFacts, place: Location) -> bool:
    return any(place.path.startswith(f"{folder.directory}/") for folder in facts.migrations)


def _modules_of_the_application(facts: ProjectFacts) -> frozenset[str]:
    return frozenset(
        (
            *(app.location.path for app in facts.apps if app.function is None),
            *(place.path for place in facts.practices.views),
            *(model.location.path for model in facts.models),
        )
    )


CHECK = Practice(name="contexts", title="Contexts are used rightly", judge=judge)

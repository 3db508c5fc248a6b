"""Celery is wired with the application: its tasks run in a context, its settings are the app's.

What it looks at: the tasks, what these and the functions that they call need a context for, what
gives them one, and where Celery objects get their settings.

What earns: a class of tasks that enters `app.app_context()` around each, handed to Celery as
`task_cls`, as `celery.Task` or as `base` of a task (`celery_init_app` and `FlaskTask` of Flask's
documentation, `ContextTask`, Flask-CeleryExt); a worker's module that pushes a context, or a signal
that does. One task alone may enter its context itself.

What loses:

- a task that uses `current_app`, `db.session`, `Model.query`, `url_for` or the like, itself or in
  what it calls, and has no context. A class that nothing uses gives none;
- the same `with app.app_context():` in two or more tasks, instead of one base for all;
- the broker's or the backend's address as a literal, where no settings are loaded.

Projects without Celery are not judged. Tasks that need no context lose nothing.

Source: Flask's documentation, "Background Tasks with Celery",
https://flask.palletsprojects.com/en/stable/patterns/celery/
"""

from collections.abc import Iterator

from flaskgrade.checks.base import Context
from flaskgrade.checks.practice import Judgement, Practice, Question
from flaskgrade.flaskapp.celery_use import CeleryUse
from flaskgrade.flaskapp.context_needs import Need
from flaskgrade.model.evidence import Measure, Severity

REPEATED = 2  # tasks that enter a context by hand

BARE = (
    "A worker handles no request: without a context this raises RuntimeError when the task runs, "
    "long after the request was answered. Make a class of tasks that enters "
    "`with app.app_context():` around `self.run`, and give it to Celery as task_cls."
)
BASE = (
    "Whoever writes the next task forgets it. Let one class of tasks enter the context for all: "
    'Celery(app.name, task_cls=FlaskTask), and app.extensions["celery"] = celery_app.'
)
LITERAL = (
    "The worker then talks to this address on every machine, in tests and in production. Keep it "
    'with the other settings, and load them: celery_app.config_from_object(app.config["CELERY"]).'
)


def judge(context: Context) -> Judgement:
    """Ask whether tasks have the application's context, and Celery its settings."""
    facts = context.facts
    use = facts.practices.celery
    if not (facts.apps or facts.blueprints) or not (use.apps or use.tasks):
        return Judgement(summary="The application does not use Celery.")
    bare = sum(task.unmet is not None for task in use.tasks) if use.base is None else 0
    return Judgement(
        summary=f"{bare} of {len(use.tasks)} tasks use the application without its context."
        if bare
        else f"{len(use.tasks)} tasks, none without a context that it needs.",
        questions=tuple(_questions(use)),
        measures=(Measure(name="tasks", value=len(use.tasks)), Measure(name="bare", value=bare)),
    )


def _questions(use: CeleryUse) -> Iterator[Question]:
    bare = [task for task in use.tasks if task.unmet is not None and use.base is None]
    by_hand = [task for task in use.tasks if task.by_hand and use.base is None]
    yield Question(
        id="context",
        title="Tasks that use the application have its context",
        problems=tuple(
            (task.location, f"The task {task.name} uses {_shown(task.unmet)} in no context")
            for task in bare
            if task.unmet is not None
        ),
        advice=BARE,
        severity=Severity.HIGH,
    )
    repeated = by_hand if len(by_hand) >= REPEATED else []
    yield Question(
        id="base",
        title="One base enters the context for all tasks",
        problems=tuple(
            (task.location, f"{task.name} has no base that enters a context")
            for task in (*bare, *repeated)
        ),
        advice=BASE,
    )
    if use.apps:
        yield Question(
            id="settings",
            title="Celery's addresses are settings",
            problems=tuple(
                (place, f"{name} is a literal in the code") for place, name in use.literals
            ),
            advice=LITERAL,
            severity=Severity.MEDIUM,
        )


def _shown(need: Need) -> str:
    return f"{need.what} at {need.location}"


CHECK = Practice(name="celery", title="Celery is wired with the application", judge=judge)

"""Central error handlers: errors have one shape, decided in one place.

What it looks at: the error handlers on applications, blueprints and API objects, libraries that
bring their own, and the `except` blocks of the views.

What earns: handlers that are registered, and cover what Flask itself answers (404, 405, 500 or
HTTPException); views that raise, abort or let errors pass. APIFlask, Flask-Smorest, Flask-RESTX,
Flask-RESTful and Connexion answer errors in one place, and so earn without a handler.

What loses, in degrees:

- no handler; one on a blueprint that nothing registers, in a function that nothing calls, or one
  that answers nothing, is none;
- handlers for the project's own exceptions alone;
- views that answer errors by themselves: they catch everything, or the same exception in three
  views or more, and return an error. It costs something where they are more than one and more than
  a tenth of the views, and twice that from a third on.

What costs nothing: one view that answers for an exception which only it knows; showing a form again
with what was wrong; rolling back and raising.

Source: Flask's documentation, "Handling Application Errors",
https://flask.palletsprojects.com/en/stable/errorhandling/
"""

from collections.abc import Iterator

from flaskgrade.checks.base import Context
from flaskgrade.checks.practice import Judgement, Practice, Question, share_of_views
from flaskgrade.flaskapp.own_errors import OwnAnswer
from flaskgrade.flaskapp.project_facts import ProjectFacts
from flaskgrade.model.evidence import Measure, Severity

REGISTERED = (
    "Every error then has the shape that Flask or the view happens to give it. Register a handler "
    "for HTTPException, and one for your own exceptions: @app.errorhandler(HTTPException)."
)
GENERAL = (
    "An unknown address, a wrong method and a fault in the code are then answered by Flask's own "
    "HTML page, unlike all other errors. Register a handler for HTTPException as well."
)
VIEWS = (
    "Each copy can forget the status or the log entry, and one that catches everything hides "
    "faults of the code. Let the view raise; @app.errorhandler(ThatError) answers for all of them."
)


def judge(context: Context) -> Judgement:
    """Ask whether errors are answered in one place, and which views do it themselves."""
    facts = context.facts
    if not facts.routes:
        return Judgement(summary="No routes were found.")
    handlers, own = facts.practices.central_errors, facts.practices.own_answers
    views = len(facts.practices.views)
    return Judgement(
        summary=f"{len(handlers) or 'no'} central error handlers; "
        f"{len(own) or 'none'} of {views} views answer errors by themselves.",
        questions=tuple(_questions(facts, own, views)),
        measures=(
            Measure(name="error_handlers", value=len(handlers)),
            Measure(name="views", value=views),
            Measure(name="views_answering_errors", value=len(own)),
        ),
    )


def _questions(facts: ProjectFacts, own: tuple[OwnAnswer, ...], views: int) -> Iterator[Question]:
    handlers = facts.practices.central_errors
    made = next((app.location for app in facts.apps), None)
    yield Question(
        id="registered",
        title="Error handlers are registered",
        problems=() if handlers else ((made, "No error handler is in use"),),
        advice=REGISTERED,
        severity=Severity.MEDIUM,
    )
    yield Question(
        id="general",
        title="What Flask answers by itself has a handler as well",
        problems=()
        if any(one.general for one in handlers)
        else (
            (
                next((one.location for one in handlers), made),
                "No handler is for 404, 405, 500 or HTTPException",
            ),
        ),
        advice=GENERAL,
        severity=Severity.LOW,
    )
    yield from share_of_views(
        tuple((one.location, _caught(one)) for one in own),
        views,
        ids=("most-views", "views"),
        leave="leave errors to the handlers",
        advice=VIEWS,
    )


def _caught(one: OwnAnswer) -> str:
    return f"{one.handler} catches {one.catches or 'everything'} and answers by itself"


CHECK = Practice(name="error-handlers", title="Central error handlers", judge=judge)

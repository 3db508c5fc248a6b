"""Hooks: what every request needs is done once, around the views, and not in each of them.

What it looks at: the hooks of applications and blueprints, decorators of views and of classes of
views, middleware, extensions that hook themselves in, and what views begin and end with.

What earns: such work is done by `before_request`, `after_request`, `teardown_appcontext` and the
like, by a decorator, by `decorators` of a class of views, or by an extension: Flask-SQLAlchemy ends
the session after each request.

What loses, in degrees: four views or more, and a twentieth of them all, that

- begin with the same call, `verify_token()`, and drop what it returns;
- refuse for the same reason, `if "user" not in session: return redirect(…)`;
- close themselves what they all open by the same call, `conn.close()`;
- give their answers the same header.

It costs more where these are more than a third of the views, and most where there is nothing
shared besides. What a view does with its own input costs nothing: `data = request.get_json()`,
`db = get_db()`, a form that is not valid, an authorisation that depends on what was found.

Source: Flask's documentation, "The Request Context" and "View Decorators",
https://flask.palletsprojects.com/en/stable/patterns/viewdecorators/
"""

from collections.abc import Iterator

from flaskgrade.checks.base import Context
from flaskgrade.checks.practice import Judgement, Practice, Question
from flaskgrade.flaskapp.project_facts import ProjectFacts
from flaskgrade.flaskapp.repeated_work import Repeated
from flaskgrade.model.evidence import Measure, Severity

FEW = 1 / 20  # of the views
MOST = 1 / 3

COPIED = (
    "The view that forgets it is the one that is open, or leaks. Do it once: in a decorator of the "
    "views that need it, in @bp.before_request for all of a blueprint, or in "
    "@app.teardown_appcontext for what must be closed even after an error."
)


def judge(context: Context) -> Judgement:
    """Ask whether work that concerns many views is done in one place."""
    facts = context.facts
    shared, repeated = facts.practices.shared_work, _repeated(facts)
    if not facts.routes or not (shared or repeated):
        return Judgement(summary="No work concerns several views.")
    return Judgement(
        summary=f"{len(shared) or 'no'} hooks, decorators and the like; "
        f"{len(repeated) or 'nothing'} copied from view to view.",
        questions=tuple(_questions(facts)),
        measures=(
            Measure(name="shared_work", value=len(shared)),
            Measure(name="repeated_work", value=len(repeated)),
        ),
    )


def _repeated(facts: ProjectFacts) -> tuple[Repeated, ...]:
    least = len(facts.practices.views) * FEW
    return tuple(one for one in facts.practices.repeated_work if len(one.places) >= least)


def _questions(facts: ProjectFacts) -> Iterator[Question]:
    shared, repeated = facts.practices.shared_work, _repeated(facts)
    views = len(facts.practices.views)
    problems = tuple(
        (one.places[0], f"{len(one.places)} of {views} views do the same: {one.work}")
        for one in repeated
    )
    copied = sum(len(one.places) for one in repeated[:1])
    yield Question(
        id="copied",
        title="Views do not copy work that concerns them all",
        problems=problems,
        advice=COPIED,
        severity=Severity.MEDIUM,
    )
    yield Question(
        id="most",
        title="Most views hold only what is their own",
        problems=problems[:1] if copied > views * MOST else (),
        advice=COPIED,
        severity=Severity.MEDIUM,
    )
    yield Question(
        id="shared",
        title="Work that concerns several views is shared",
        problems=()
        if shared
        else tuple((place, f"No hook and no decorator: {text}") for place, text in problems[:1]),
        advice=COPIED,
        severity=Severity.MEDIUM,
    )


CHECK = Practice(name="hooks", title="Hooks for cross-cutting work", judge=judge)

"""No leaky globals: what requests change lives in the database, a cache, `g` or the session.

What it looks at: names of modules that hold a list, a dictionary or a set, or are declared
`global`, and that functions outside the tests change.

What earns: there is none. What is filled as modules are imported, such as a registry, is not
changed by functions, and costs nothing.

What loses: each such name. Two requests at once change it in each other's middle, a second worker
has another one, a restart loses it, and one test leaves it to the next.

Source: Flask's documentation, "Application Globals" and "Deploying to Production",
https://flask.palletsprojects.com/en/stable/appcontext/
"""

from flaskgrade.checks.base import Context
from flaskgrade.checks.practice import Judgement, Practice, Question
from flaskgrade.model.evidence import Measure, Severity

ADVICE = (
    "Two requests at once change it in each other's middle, every worker has another one, and a "
    "restart loses it. Keep it in the database or a cache, or in flask.g for one request."
)


def judge(context: Context) -> Judgement:
    """Ask whether functions change what belongs to a module."""
    facts = context.facts
    if not facts.apps and not facts.blueprints:
        return Judgement(summary="No Flask application was found.")
    found = facts.practices.module_state
    return Judgement(
        summary=f"{len(found)} names of modules are changed by functions."
        if found
        else "Functions change nothing that belongs to a module.",
        questions=(
            Question(
                id="changed",
                title="No function changes what belongs to a module",
                problems=tuple(
                    (one.location, f"{one.name} is changed by a function in {one.changed[0]}")
                    for one in found
                ),
                advice=ADVICE,
                severity=Severity.MEDIUM,
            ),
        ),
        measures=(Measure(name="module_state", value=len(found)),),
    )


CHECK = Practice(name="shared-state", title="No leaky globals", judge=judge)

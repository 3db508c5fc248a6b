"""Extensions: made without an application, and bound to it in the factory by init_app.

What it looks at: every Flask extension that the application makes, those on PyPI that are well
known and whatever else is given an application or bound by `init_app`.

What earns: `db = SQLAlchemy()` at import and `db.init_app(app)` in a function; or an extension
that a function both makes and binds. An API object on a blueprint is bound by the blueprint.

What loses, in degrees:

- an extension made with an application as a module is imported, `SQLAlchemy(app)`;
- one bound as a module is imported, by whichever way; it costs more where most are;
- one that nothing binds, or only a function that nothing calls.

What belongs to a command line costs nothing: a Manager, and Migrate in the script that calls the
factory.

Source: Flask's documentation, "Extensions" and "Application Factories",
https://flask.palletsprojects.com/en/stable/patterns/appfactories/#factories-extensions
"""

from flaskgrade.checks.base import Context
from flaskgrade.checks.practice import Judgement, Practice, Question
from flaskgrade.flaskapp.binding import Binding
from flaskgrade.model.evidence import Location, Measure, Severity

APART = (
    "Whoever imports the extension then imports the application, which ends in circular imports. "
    "Make it without one, db = SQLAlchemy(), and call db.init_app(app) in the factory."
)
LATER = (
    "There can then be one application and one configuration, so tests cannot have their own. "
    "Call init_app in the function that creates the application, after its configuration is loaded."
)
BOUND = (
    "It knows no configuration, adds nothing to the application, and may raise an error with the "
    "first request that uses it. Bind it by init_app in the factory, or take it out."
)


def judge(context: Context) -> Judgement:
    """Ask of each extension how it comes to its application."""
    found = context.facts.practices.bindings
    if not found:
        return Judgement(summary="The application uses no Flask extension.")
    early = [one for one in found if one.at_import is not None]
    unbound = [one for one in found if not one.bound]
    return Judgement(
        summary=f"{len(found)} extensions: {len(early) or 'none'} bound at import, "
        f"{len(unbound) or 'none'} not bound.",
        questions=(
            Question(
                id="apart",
                title="Extensions are made without an application",
                problems=tuple(
                    (one.location, f"{_shown(one)} is made with the application at import")
                    for one in found
                    if one.made_with_app
                ),
                advice=APART,
                severity=Severity.MEDIUM,
            ),
            Question(
                id="most",
                title="Most extensions are bound in a function",
                problems=((early[0].at_import, f"{len(early)} of {len(found)} are not"),)
                if len(early) > len(found) / 2
                else (),
                advice=LATER,
                severity=Severity.MEDIUM,
            ),
            Question(
                id="at-import",
                title="No extension is bound as a module is imported",
                problems=tuple(_early(one) for one in early),
                advice=LATER,
                severity=Severity.MEDIUM,
            ),
            Question(
                id="bound",
                title="Every extension is bound to an application",
                problems=tuple(
                    (one.location, f"No code in use binds {_shown(one)}") for one in unbound
                ),
                advice=BOUND,
                severity=Severity.LOW,
            ),
        ),
        measures=(
            Measure(name="extensions", value=len(found)),
            Measure(name="bound_at_import", value=len(early)),
            Measure(name="never_bound", value=len(unbound)),
        ),
    )


def _early(one: Binding) -> tuple[Location | None, str]:
    return one.at_import, f"{_shown(one)} is bound as the module is imported"


def _shown(one: Binding) -> str:
    return f"{one.variable} ({one.kind})" if one.variable else one.kind


CHECK = Practice(name="extensions", title="Extensions by init_app", judge=judge)

"""Sessions and transactions: one commit for a unit of work, rollback on error, nothing left open.

What it looks at: handlers of errors around `commit()` and `flush()` of a session; the ways through
views and through the functions that they call; sessions and connections that are made by hand.
Migrations and tests do not count, nor do commands where they end with the process.

What earns: Flask-SQLAlchemy's session as it is, `with Session.begin()`, `with db.session.begin()`,
savepoints, a context manager or a decorator of the project's own that commits or rolls back, a
teardown function that closes, `with`, `closing()`, `finally`, or a plain `close()`. A view that
answers at once after a failed flush may leave the rollback to the teardown. What is written beside
the work, such as an audit log, may be a unit of its own.

What loses: (1) a handler that catches an error of the database, does not roll back and goes on:
SQLAlchemy refuses all that follows. (2) A view, or a function that it calls, that writes again
after its commit and commits again, by itself, by helpers that commit, or in a loop: half of the
work stays when the rest fails. (3) A session or connection that nobody closes, or that is made as
a module is imported, so that all requests share it.

A project that commits nothing, or whose library does so by itself, is not judged.

Source: SQLAlchemy's documentation, "Session Basics", "When do I construct a Session, when do I
commit it, and when do I close it?", https://docs.sqlalchemy.org/en/20/orm/session_basics.html
and Flask's, "Using SQLite 3 with Flask", https://flask.palletsprojects.com/en/stable/patterns/sqlite3/
"""

from flaskgrade.checks.base import Context
from flaskgrade.checks.practice import Judgement, Practice, Question
from flaskgrade.flaskapp.connections import Unclosed
from flaskgrade.flaskapp.units_of_work import SplitWork
from flaskgrade.model.evidence import Location, Measure, Severity

ERRORS_ADVICE = (
    "After a failed flush the session refuses everything (PendingRollbackError) until somebody "
    "calls rollback(). Roll back first in the handler, or put the work into a `with` that does."
)
UNITS_ADVICE = (
    "If what follows the first commit fails, half of the work stays. Use flush() where an id is "
    "needed early, leave commit() out of models and helpers, and commit once, where the work ends."
)
CLOSED_ADVICE = (
    "What stays open keeps its locks and its half-done transaction for the next request. Make it "
    "in a `with`, or once for each request on flask.g, and close it in teardown_appcontext."
)


def judge(context: Context) -> Judgement:
    """Ask how units of work begin and end."""
    found = context.facts.practices.transactions
    if not found.writes:
        return Judgement(summary="Nothing here writes to a database in transactions of its own.")
    count = len(found.swallowed) + len(found.split) + len(found.unclosed)
    return Judgement(
        summary=f"{count} places leave a transaction or a connection in doubt."
        if count
        else "Transactions end where their work ends.",
        questions=(
            Question(
                id="errors",
                title="Errors of the database are rolled back",
                problems=tuple(
                    (
                        one.location,
                        f"What fails at the {one.flush} is caught here, without a rollback",
                    )
                    for one in found.swallowed
                ),
                advice=ERRORS_ADVICE,
                severity=Severity.MEDIUM,
            ),
            Question(
                id="units",
                title="A unit of work is committed once",
                problems=tuple(map(_split, found.split)),
                advice=UNITS_ADVICE,
                severity=Severity.LOW,
            ),
            Question(
                id="closed",
                title="Sessions and connections are given back",
                problems=tuple(map(_unclosed, found.unclosed)),
                advice=CLOSED_ADVICE,
                severity=Severity.MEDIUM,
            ),
        ),
        measures=(Measure(name="doubtful_transactions", value=count),),
    )


def _split(one: SplitWork) -> tuple[Location, str]:
    if one.first == one.second:
        return one.second, f"{one.function} commits in each round of a loop"
    return one.second, f"{one.function} has committed in line {one.first.line}, and does so again"


def _unclosed(one: Unclosed) -> tuple[Location, str]:
    if one.shared:
        return one.location, f"A {one.what} that all requests share is made at import"
    return one.location, f"A {one.what} is made, and nothing closes it"


CHECK = Practice(name="transactions", title="Sessions and transactions", judge=judge)

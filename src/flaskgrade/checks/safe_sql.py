"""Safe SQL: values are bound as parameters, and are no part of the text.

What it looks at: expressions outside tests and migrations that put a SQL statement, or a part of
one, together from pieces (`+`, `%`, `format`, f-strings), and where each piece comes from.

What earns: there is none with a value in it. That is so where an ORM or SQLAlchemy's expressions
write the SQL, where every value is bound (`execute("… WHERE id = ?", (id,))`), and also where what
no parameter can stand for is put in safely: placeholders made by repetition, a column from a list
of what is allowed, a quoted identifier, clauses that are written in the source, numbers. A name
of a table or a whole clause of unknown origin is not held against anybody.

What loses: (1) text of a request that reaches SQL, wherever in it; (2) anything that stands where
a value belongs and is not known to be a number or a text of the source. A message that reads like
SQL and is only shown, logged or linked does not run.

Source: SQLAlchemy's documentation, "Sending Parameters",
https://docs.sqlalchemy.org/en/20/tutorial/dbapi_transactions.html#sending-parameters
and Python's, "How to use placeholders to bind values in SQL queries",
https://docs.python.org/3/library/sqlite3.html#sqlite3-placeholders
"""

from flaskgrade.checks.base import Context
from flaskgrade.checks.practice import Judgement, Practice, Question
from flaskgrade.flaskapp.sql_use import SqlRisk
from flaskgrade.model.evidence import Location, Measure, Severity

REQUEST_ADVICE = (
    "Whoever sends the request then writes a part of the statement, and can read or delete what "
    "they like. Bind values as parameters; choose names of columns from a dictionary of yours."
)
VALUES_ADVICE = (
    "A quote in the value breaks the statement or changes what it means. Give it beside the text, "
    'execute("… WHERE name = :name", {"name": name}), or let SQLAlchemy\'s select() write the SQL.'
)
_WAYS = {
    "+": "put together with +",
    "%": "filled in with %",
    "format": "filled in with format()",
    "f-string": "an f-string",
}
_NO_SQL = frozenset({None, "mongoengine"})


def judge(context: Context) -> Judgement:
    """Ask what is put into the text of SQL."""
    facts = context.facts
    use = facts.practices.sql_use
    if facts.database in _NO_SQL and not use.any_sql:
        return Judgement(summary="No SQL runs here, and no library for a database is used.")
    return Judgement(
        summary=f"{len(use.risks)} texts of SQL have values in them."
        if use.risks
        else "No value is put into the text of SQL.",
        questions=(
            Question(
                id="request",
                title="Nothing that a request says becomes a part of SQL",
                problems=tuple(
                    _problem(risk, "text of a request") for risk in use.risks if risk.from_request
                ),
                advice=REQUEST_ADVICE,
                severity=Severity.HIGH,
            ),
            Question(
                id="values",
                title="Values are bound as parameters",
                problems=tuple(_problem(risk, "a value") for risk in use.risks),
                advice=VALUES_ADVICE,
                severity=Severity.MEDIUM,
            ),
        ),
        measures=(Measure(name="sql_with_values", value=len(use.risks)),),
    )


def _problem(risk: SqlRisk, what: str) -> tuple[Location, str]:
    return risk.location, f"SQL that is {_WAYS[risk.how]} has {what} in it"


CHECK = Practice(name="safe-sql", title="Safe SQL", judge=judge)

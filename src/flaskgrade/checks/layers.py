"""Layers: views answer requests, models keep data, and imports run one way.

What it looks at: the imports that run as modules are imported, where views and models are defined,
and what the bodies of the views do with the database.

What earns: modules that import no circle; models in modules of their own that import no views;
views that leave several database statements, and SQL, to functions or methods below them, be they
called services, repositories or models.

What loses:

- a circle of imports. An import in a function or for type checkers closes none, nor does a package
  that imports its own modules below what these need, as Flask's documentation shows;
- models that import views; a module that defines both models and more than three views;
- views that make three or more statements, or hold SQL as text: it costs something where they are
  more than one and more than a tenth of the views, and twice that from a third on.

What is customary costs nothing: one or two statements in a view, such as
`Item.query.get_or_404(id)` and `db.session.delete(item)`; commits, and methods of the project's
own models, do not count at all. Applications of three views or fewer need no layers: there only
circles are looked for.

Source: Flask's documentation, "Large Applications as Packages",
https://flask.palletsprojects.com/en/stable/patterns/packages/
"""

from collections import Counter
from collections.abc import Iterator

from flaskgrade.checks.base import Context
from flaskgrade.checks.practice import Judgement, Practice, Question, share_of_views
from flaskgrade.flaskapp.project_facts import ProjectFacts
from flaskgrade.model.evidence import Location, Measure, Severity

SMALL = 3  # views that need no layers
MANY = 3  # statements that make a view do the work of a service
SHOWN = 4  # files of a circle

CIRCLES = (
    "Which of them can be imported first is then chance, and none can be tested or moved alone. "
    "Move what both need into a module that imports neither, such as extensions.py."
)
UPWARD = (
    "Models that know their views cannot be used by a command, a job or a test without them. Let "
    "the views import the models, and hand over what the models need as arguments."
)
APART = (
    "Whoever looks for how data is kept reads routes, and nothing can use the models without "
    "the application. Move the models into a module or package of their own."
)
STATEMENTS = (
    "Rules that live in views can be tested and used by HTTP alone. Let a function that knows no "
    "request do it, in services or in the model; the view reads the request, calls it and answers."
)


def judge(context: Context) -> Judgement:
    """Ask how the project's modules lean on each other, and what its views do themselves."""
    facts = context.facts
    if not facts.routes:
        return Judgement(summary="No routes were found.")
    views, direct = len(facts.practices.views), facts.practices.direct_access
    questions = tuple(_questions(facts))
    circles = len(next((q.problems for q in questions if q.id == "circles"), ()))
    return Judgement(
        summary=f"{len(direct)} of {views} views use the database themselves; "
        f"{circles or 'no'} circle{'s' * (circles > 1)} of imports."
        if questions
        else f"One module with {views} views needs no layers.",
        questions=questions,
        measures=(
            Measure(name="views", value=views),
            Measure(name="views_with_database_access", value=len(direct)),
            Measure(name="circles", value=circles),
        ),
    )


def _questions(facts: ProjectFacts) -> Iterator[Question]:
    if len(set(facts.python_files) - set(facts.test_files)) > 1:
        yield _circles(facts)
    if len(facts.practices.views) <= SMALL:
        return
    if facts.models:
        yield _upward(facts)
        yield _apart(facts)
    if facts.models or facts.practices.direct_access:
        yield from _shares(facts)


def _circles(facts: ProjectFacts) -> Question:
    found = [circle for circle in facts.practices.circles if not circle.gathers]
    return Question(
        id="circles",
        title="No modules import each other in a circle",
        problems=tuple((one.places[0], f"{_listed(one.paths)} import each other") for one in found),
        advice=CIRCLES,
        severity=Severity.MEDIUM,
    )


def _upward(facts: ProjectFacts) -> Question:
    return Question(
        id="upward",
        title="Models import no views",
        problems=tuple(
            (one.location, f"A module of models imports the views of {one.views}")
            for one in facts.practices.upward_imports
        ),
        advice=UPWARD,
        severity=Severity.MEDIUM,
    )


def _apart(facts: ProjectFacts) -> Question:
    views = Counter(place.path for place in facts.practices.views)
    models = {model.location.path: model for model in reversed(facts.models)}
    return Question(
        id="apart",
        title="Models and views are defined in different modules",
        problems=tuple(
            (model.location, f"{path} defines {model.name} and {views[path]} views")
            for path, model in sorted(models.items())
            if views[path] > SMALL
        ),
        advice=APART,
        severity=Severity.LOW,
    )


def _shares(facts: ProjectFacts) -> Iterator[Question]:
    busy = tuple(
        (one.sql or one.location, f"{one.handler} {_held(one.statements, one.sql)}")
        for one in facts.practices.direct_access
        if one.statements >= MANY or one.sql is not None
    )
    yield from share_of_views(
        busy,
        len(facts.practices.views),
        ids=("most", "nearly-all"),
        leave="leave SQL, and several database statements, to a layer below",
        advice=STATEMENTS,
    )


def _held(statements: int, sql: Location | None) -> str:
    return f"makes {statements} statements itself" if sql is None else "holds SQL as text"


def _listed(paths: tuple[str, ...]) -> str:
    shown, others = ", ".join(paths[:SHOWN]), paths[SHOWN:]
    return f"{shown} and {len(others)} more files" if others else shown


CHECK = Practice(name="layers", title="Layers and one-way imports", judge=judge)

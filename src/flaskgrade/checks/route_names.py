"""Routes: nouns in the path, the verb in the method, converters for what is not text.

What it looks at: the rules that the source declares, with their methods, and the views that they
lead to.

What earns: `GET /rooms`, `POST /rooms`, `PATCH /rooms/<int:room_id>`. So do actions that no
method of HTTP is for (`/login`, `/search`, `/export`, `POST /bookings/<int:id>/cancel`), and
pages: where a view renders a template or redirects, `/rooms/new`, `/rooms/<int:id>/edit` and
`POST /rooms/<int:id>/delete` are how forms have to be, for a form knows only GET and POST.

What loses: (1) in an API, a part of a path that is or begins with what a method says: `get`,
`fetch`, `create`, `add`, `update`, `edit`, `delete`, `remove`, `save` and the like, alone or as
in `/getRooms`, `/create_user`. (2) A GET that writes to the database; counters and dates of
access do not count, nor do links that can only be followed: confirmations, logins, callbacks.
(3) A parameter of a path that the view turns into a number or a UUID itself. (4) Parts of more
than one word that are joined in several ways, more than one slip among many.

Source: RFC 9110, "Safe Methods", https://www.rfc-editor.org/rfc/rfc9110#name-safe-methods
and Flask's documentation, "Variable Rules",
https://flask.palletsprojects.com/en/stable/quickstart/#variable-rules
"""

from flaskgrade.checks.base import Context
from flaskgrade.checks.practice import Judgement, Practice, Question
from flaskgrade.flaskapp.route_design import RouteDesign
from flaskgrade.model.evidence import Measure, Severity

VERBS_ADVICE = (
    "The method says what is done, the path says to what: POST /rooms creates one, "
    "DELETE /rooms/<int:room_id> deletes it. Clients then need to know the path of a thing alone."
)
GETS_ADVICE = (
    "Browsers, proxies and crawlers repeat and prefetch GET freely, and no token against forged "
    "requests protects it. Let the same view take POST, PATCH or DELETE."
)
CONVERTERS_ADVICE = (
    "With a converter, as in <int:room_id>, the view gets the right type, and what is no number "
    "is answered with 404 before the view runs."
)
STYLES_ADVICE = "Whoever calls the API has to look up each path. One style, best with hyphens."


def judge(context: Context) -> Judgement:
    """Ask how routes are named and what they do."""
    facts = context.facts
    if not facts.routes:
        return Judgement(summary="No route was found.")
    found = facts.practices.route_design
    questions = _questions(found)
    count = sum(len(question.problems) for question in questions)
    return Judgement(
        summary=f"{count} of the routes' names, methods and parameters could be better."
        if count
        else "Paths name things, methods say what is done with them.",
        questions=questions,
        measures=(Measure(name="doubtful_routes", value=count),),
    )


def _questions(found: RouteDesign) -> tuple[Question, ...]:
    return (
        Question(
            id="nouns",
            title="Paths of the API name things",
            problems=tuple((n.location, f'"{n.what}" in {n.rule} is a verb') for n in found.verbs),
            advice=VERBS_ADVICE,
        ),
        Question(
            id="safe-gets",
            title="A GET changes nothing",
            problems=tuple(
                (n.location, f"GET {n.rule} writes to the database, at {n.what}")
                for n in found.writing_gets
            ),
            advice=GETS_ADVICE,
            severity=Severity.MEDIUM,
        ),
        Question(
            id="converters",
            title="Parameters of paths are converted by their rules",
            problems=tuple(
                (n.location, f'"{n.what}" of {n.rule} is converted by hand') for n in found.by_hand
            ),
            advice=CONVERTERS_ADVICE,
        ),
        Question(
            id="one-style",
            title="Words in paths are joined in one way",
            problems=tuple(
                (n.location, f"{n.rule} is in {n.what}, and most are in {found.main_style}")
                for n in found.styles
            ),
            advice=STYLES_ADVICE,
        ),
    )


CHECK = Practice(name="route-names", title="Route naming and methods", judge=judge)

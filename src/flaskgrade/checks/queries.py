"""No N+1: the statements that a page takes do not grow with the rows that it shows (M5).

The application is served with a PostgreSQL of its own. Its lists are asked for with FEW rows and
again with MORE, and the server's own log tells how many statements each answer took: the
candidate's processes cannot reach it. Which lists, and how they grow, says the `queries.py` beside
an exercise's hidden tests; without one it is every page that needs nothing to be asked for, and
rows are put into each table.

What counts: pages that answer 200 both times, and whose body has grown. Others show nothing, ask
for a log-in, or don't get along with the rows that we made up: they are told and cost nothing.
Fewer than half a statement for each new row is no growth: a page may look up a total or two.

Each page is asked for several times and the smallest number counts: the first answers of a worker
have its set-up in them.

Source: SQLAlchemy's documentation, "Relationship Loading Techniques",
https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html
"""

import bisect
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flaskgrade.checks.base import (
    HIDDEN_PATH,
    TOOLBOX_PATH,
    TOOLBOX_PYTHON,
    Context,
    Need,
    not_built,
    record,
)
from flaskgrade.checks.events import Event, EventStream
from flaskgrade.checks.launching import Launched, launching
from flaskgrade.flaskapp.pages import page_paths
from flaskgrade.guest import CANDIDATE, EXAMINER, GUEST_PATH
from flaskgrade.model.evidence import Evidence, Item, Location, Measure, Status
from flaskgrade.model.exercise import DatabaseKind
from flaskgrade.sandbox.base import Command, Endpoint, Limits, Mount, Outcome, Zone
from flaskgrade.service import Service
from flaskgrade.serving import serve_command

SECONDS = 90.0
FEW, MORE = 2, 12  # rows in each table
TIMES = 5
MOST_PAGES = 20
SLACK = 2  # milliseconds that two clocks of one machine may be apart
OK = 200
FILE = "queries.py"  # of an exercise, beside its hidden tests


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer: when it was given, in milliseconds since 1970, and how much it held."""

    turn: int  # 0: with few rows, 1: with more
    path: str
    status: int
    size: int
    began: int
    ended: int


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page with few rows and with more: statements, and bytes."""

    path: str
    statements: tuple[int, int]
    sizes: tuple[int, int]

    @property
    def grows(self) -> bool:
        """Whether it takes at least half a statement for each new row."""
        few, more = self.statements
        return 2 * (more - few) >= MORE - FEW


@dataclass(frozen=True)
class QueriesCheck:
    """See the module."""

    name: str = "queries"
    title: str = "No N+1 queries"
    needs: frozenset[Need] = frozenset(Need)

    def run(self, context: Context) -> Evidence:
        """Return an item for each page that could be measured."""
        told = _told(context)
        paths = () if told else page_paths(context.facts)[:MOST_PAGES]
        if context.database is not DatabaseKind.POSTGRES:
            return self._skipped("Statements are counted on PostgreSQL only.")
        if not paths and not told:
            return self._skipped("No page can be asked for without knowing anything.")
        if context.environment is None:
            return not_built(self.name, context)
        with launching(context, seconds=SECONDS, log=True) as launched:
            answers, served = _measure(context, launched, paths)
            log = _statements(launched.services[DatabaseKind.POSTGRES.value])
        asked = dict.fromkeys(one.path for one in answers)
        pages = tuple(_pages(tuple(asked), answers, log))
        items = tuple(_item(page, context) for page in pages)
        failed = [item for item in items if item.status is Status.FAILED]
        if not pages:
            return self._skipped(
                f"None of {len(asked)} pages answered 200 and showed the rows that were put in."
            )
        return Evidence(
            check=self.name,
            status=Status.FAILED if failed else Status.PASSED,
            summary=failed[0].message
            if failed
            else f"{len(pages)} pages take as many statements for {MORE} rows as for {FEW}.",
            items=items,
            measures=(
                Measure(name="pages_measured", value=len(pages)),
                Measure(name="pages_not_measured", value=len(asked) - len(pages)),
            ),
            commands=(record("serve the submission", served),),
            milliseconds=round(served.seconds * 1000),
        )

    def _skipped(self, why: str) -> Evidence:
        return Evidence(check=self.name, status=Status.SKIPPED, summary=why)


CHECK = QueriesCheck()


def _measure(
    context: Context, launched: Launched, paths: Sequence[str]
) -> tuple[list[Answer], Outcome]:
    """Ask for the pages with few rows, then with more."""
    assert context.environment is not None  # noqa: S101 - run() returned otherwise
    endpoint = context.sandbox.endpoint()
    server = serve_command(
        sandbox=context.sandbox,
        source=context.source,
        environment=context.environment,
        start=launched.start,
        endpoint=endpoint,
        seconds=SECONDS,
    )
    with context.sandbox.start(server) as process:
        seconds = launched.start.launch.start_seconds
        if _told(context):
            spec = f"{HIDDEN_PATH}/{FILE}:{FEW},{MORE - FEW}"
            return _ask(context, endpoint, spec, seconds), process.stop()
        _ask(context, endpoint, '["/"]', seconds)  # it is up, and has its tables
        _fill(context, launched, FEW)
        few = _ask(context, endpoint, json.dumps(paths), seconds)
        _fill(context, launched, MORE - FEW)
        more = _ask(context, endpoint, json.dumps(paths), seconds)
        return [*few, *(replace(one, turn=1) for one in more)], process.stop()


def _told(context: Context) -> bool:
    """Tell whether the exercise says which lists grow."""
    return context.exercise is not None and (context.exercise.acceptance / FILE).is_file()


def _fill(context: Context, launched: Launched, rows: int) -> None:
    database = launched.start.database
    assert database is not None  # noqa: S101 - PostgreSQL has one
    context.sandbox.run(
        Command(
            argv=(
                *(
                    context.sandbox.interpreters()[0].path,
                    f"{GUEST_PATH}/flaskgrade_order.py",
                    database.path,
                ),
                *("FILL", str(rows), "app", str(rows)),
            ),
            zone=Zone.CANDIDATE,
            mounts=(Mount(folder=context.sandbox.folder(CANDIDATE), target=GUEST_PATH),),
            limits=Limits(wall_seconds=40.0),
            connects=(database,),
            label="fill the database",
        )
    )


def _ask(context: Context, endpoint: Endpoint, spec: str, seconds: float) -> list[Answer]:
    assert context.toolbox is not None  # noqa: S101 - the pipeline gave what is needed
    mounts = [
        Mount(folder=context.toolbox, target=TOOLBOX_PATH),
        Mount(folder=context.sandbox.folder(EXAMINER), target=GUEST_PATH),
    ]
    if context.exercise is not None and _told(context):
        hidden = context.sandbox.folder(context.exercise.acceptance)
        mounts.append(Mount(folder=hidden, target=HIDDEN_PATH))
    stream = EventStream()
    context.sandbox.run(
        Command(
            argv=(
                *(TOOLBOX_PYTHON, "-I", f"{GUEST_PATH}/pages.py", endpoint.path),
                *(str(seconds), str(TIMES), spec),
            ),
            zone=Zone.EXAMINER,
            mounts=tuple(mounts),
            limits=Limits(wall_seconds=seconds + 30.0),
            connects=(endpoint,),
            label="ask for pages",
        ),
        on_stdout=lambda piece: _ignore(stream.feed(piece)),
    )
    return [answer for event in stream.events if (answer := _answer(event)) is not None]


def _ignore(_: object) -> None:
    """Take what the stream hands back; it keeps the events itself."""


def _answer(event: Event) -> Answer | None:
    match event:
        case {
            "round": int(turn),
            "path": str(path),
            "status": int(status),
            "bytes": int(size),
            "began": int(began),
            "ended": int(ended),
        }:
            return Answer(turn=turn, path=path, status=status, size=size, began=began, ended=ended)
    return None


def _statements(service: Service) -> list[int]:
    """Return when the server was given each statement of the application's, in order."""
    stream = EventStream(line_limit=len(service.output) + 1)
    stream.feed(service.output)
    return sorted(at for event in stream.events if type(at := event.get("statement")) is int)


def _pages(paths: Sequence[str], answers: Sequence[Answer], log: Sequence[int]) -> list[Page]:
    found = []
    for path in paths:
        first = [one for one in answers if (one.path, one.turn) == (path, 0)]
        then = [one for one in answers if (one.path, one.turn) == (path, 1)]
        if not first or not then or any(one.status != OK for one in (*first, *then)):
            continue
        sizes = max(one.size for one in first), max(one.size for one in then)
        counts = min(_during(one, log) for one in first), min(_during(one, log) for one in then)
        if sizes[1] > sizes[0] and counts[1]:
            found.append(Page(path=path, statements=counts, sizes=sizes))
    return found


def _during(answer: Answer, log: Sequence[int]) -> int:
    """Return how many statements there were while an answer was awaited."""
    after = bisect.bisect_right(log, answer.ended + SLACK)
    return after - bisect.bisect_left(log, answer.began - SLACK)


def _item(page: Page, context: Context) -> Item:
    few, more = page.statements
    counted = f"GET {page.path} takes {few} statements with {FEW} rows"
    message = (
        f"{counted} and {more} with {MORE}: it asks the database again for each row that it shows. "
        "Load what belongs to the rows together with them: selectinload() or joinedload() in the "
        "query, or one query with a join."
        if page.grows
        else f"{counted} and {more} with {MORE}."
    )
    return Item(
        id=f"queries:{page.path}",
        title=f"GET {page.path} takes as many statements for many rows as for few",
        status=Status.FAILED if page.grows else Status.PASSED,
        message=message,
        criteria=("M5",),
        location=_where(page.path, context),
    )


def _where(path: str, context: Context) -> Location | None:
    """Return the place of the route whose rule ends the path, the longest one."""
    ending = [route for route in context.facts.routes if route.rule and path.endswith(route.rule)]
    best = max(ending, key=lambda route: len(route.rule), default=None)
    return best.location if best else None

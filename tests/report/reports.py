"""Report values for the renderers' tests: realistic ones, and one in which every text attacks."""

from dataclasses import replace
from fractions import Fraction

from flaskgrade.model.evidence import (
    CommandRecord,
    Evidence,
    Exchange,
    Finding,
    Item,
    Location,
    Measure,
    Origin,
    Severity,
    Status,
)
from flaskgrade.model.report import (
    SCHEMA_VERSION,
    CategoryTitle,
    Provenance,
    Report,
    StageTime,
    Versioned,
)
from flaskgrade.model.score import CriterionScore, GateResult, Scorecard, Standing

CATEGORIES = (
    CategoryTitle(id="correctness", title="Correctness"),
    CategoryTitle(id="structure", title="Flask structure"),
    CategoryTitle(id="data", title="Data"),
    CategoryTitle(id="quality", title="Code quality"),
    CategoryTitle(id="tests", title="The candidate's tests"),
    CategoryTitle(id="security", title="Security"),
)

DOUBLE_BOOKING = Item(
    id="test_bookings.py::test_two_people_cannot_book_the_same_hour",
    title="Two people cannot book the same hour",
    status=Status.FAILED,
    message="expected 409 for the second booking, got 201",
    milliseconds=212,
    criteria=("C9",),
    exchanges=(
        Exchange(
            method="POST",
            path="/v1/rooms/1/bookings",
            request_headers=(("Content-Type", "application/json"),),
            request_body='{"from": "2030-05-01T09:00:00Z", "to": "2030-05-01T10:00:00Z"}',
            status=201,
            response_headers=(
                ("Content-Type", "application/json"),
                ("Location", "/v1/rooms/1/bookings/7"),
            ),
            response_body='{"id": 7, "room": 1}',
            milliseconds=18,
        ),
        Exchange(
            method="POST",
            path="/v1/rooms/1/bookings",
            request_headers=(("Content-Type", "application/json"),),
            request_body='{"from": "2030-05-01T09:30:00Z", "to": "2030-05-01T10:30:00Z"}',
            status=201,
            response_headers=(("Content-Type", "application/json"),),
            response_body='{"id": 8, "room": 1}',
            milliseconds=17,
        ),
    ),
)
VALIDATION = Item(
    id="test_rooms.py::test_a_room_without_a_name_is_refused",
    title="A room without a name is refused, and the answer names the field",
    status=Status.FAILED,
    message="expected 400 or 422, got 500",
    milliseconds=41,
    criteria=("C2",),
    exchanges=(
        Exchange(
            method="POST",
            path="/v1/rooms",
            request_headers=(("Content-Type", "application/json"),),
            request_body="{}",
            status=500,
            response_headers=(("Content-Type", "text/html; charset=utf-8"),),
            response_body="<!doctype html>\n<title>500 Internal Server Error</title>",
            milliseconds=12,
        ),
    ),
)


def _item(name: str, title: str, criterion: str, status: Status = Status.PASSED) -> Item:
    return Item(
        id=f"test_rooms.py::{name}",
        title=title,
        status=status,
        milliseconds=30 + len(name),
        criteria=(criterion,),
    )


PASSING_ITEMS = (
    _item("test_a_room_can_be_read_back", "A room can be read back", "C1"),
    _item("test_a_room_can_be_renamed", "A room can be renamed", "C1"),
    _item("test_a_deleted_room_is_gone", "A deleted room is gone", "C1"),
    _item("test_a_capacity_must_be_positive", "A capacity must be positive", "C2"),
    _item("test_text_is_no_capacity", "Text is no capacity", "C2"),
    _item("test_touching_hours_are_no_clash", "Touching hours are no clash", "C9"),
    _item("test_twenty_at_once_leave_one", "Twenty at once leave one booking", "C9"),
)

ACCEPTANCE = Evidence(
    check="acceptance",
    status=Status.PASSED,
    summary="9 of 9 hidden tests passed.",
    items=(
        *PASSING_ITEMS,
        replace(DOUBLE_BOOKING, status=Status.PASSED, message="", exchanges=()),
        replace(VALIDATION, status=Status.PASSED, message="", exchanges=()),
    ),
    commands=(
        CommandRecord(
            command="gunicorn --workers 2 --threads 4 'booking:create_app()'",
            ended="stopped by us",
            exit_code=0,
            output="[INFO] Starting gunicorn 23.0.0\n[INFO] Listening at: unix:/run/app.sock",
            milliseconds=4210,
        ),
    ),
    milliseconds=4980,
)
STRUCTURE = Evidence(
    check="structure",
    status=Status.PASSED,
    summary="An application factory and two blueprints.",
    items=(
        Item(
            id="factory",
            title="create_app returns a new app at each call",
            status=Status.PASSED,
            criteria=("S1",),
            location=Location(path="src/booking/__init__.py", line=14),
        ),
        Item(
            id="blueprint:rooms",
            title="Routes for rooms are on a blueprint",
            status=Status.PASSED,
            criteria=("S2",),
            location=Location(path="src/booking/rooms.py", line=9),
        ),
    ),
    milliseconds=85,
)
MIGRATIONS = Evidence(
    check="migrations",
    status=Status.FAILED,
    summary="The upgrade runs; the downgrade of 3f2a stops with an error.",
    items=(
        Item(id="upgrade", title="Upgrade", status=Status.PASSED, criteria=("M1",)),
        Item(
            id="downgrade",
            title="Downgrade",
            status=Status.FAILED,
            message="sqlite3.OperationalError: no such index: ix_booking_room",
            criteria=("M1",),
            location=Location(path="migrations/versions/3f2a_bookings.py", line=31),
        ),
    ),
    commands=(
        CommandRecord(
            command="flask db downgrade base",
            ended="exited",
            exit_code=1,
            output=(
                "INFO  [alembic.runtime.migration] Running downgrade 3f2a -> 81bc\n"
                "sqlite3.OperationalError: no such index: ix_booking_room"
            ),
            milliseconds=911,
        ),
    ),
    milliseconds=2130,
)
RUFF = Evidence(
    check="ruff",
    status=Status.FAILED,
    summary="3 findings in 412 lines.",
    findings=(
        Finding(
            code="ruff:F401",
            message="`os` imported but unused",
            location=Location(path="src/booking/rooms.py", line=1),
        ),
        Finding(
            code="ruff:B006",
            message="Do not use mutable data structures for argument defaults",
            severity=Severity.MEDIUM,
            location=Location(path="src/booking/search.py", line=22),
        ),
        Finding(
            code="ruff:E722",
            message="Do not use bare `except`",
            severity=Severity.MEDIUM,
            location=Location(path="src/booking/bookings.py", line=57),
        ),
    ),
    measures=(Measure(name="source_lines", value=412),),
    commands=(
        CommandRecord(
            command="ruff check --isolated --no-cache --output-format json",
            ended="exited",
            exit_code=1,
            milliseconds=61,
        ),
    ),
    milliseconds=130,
)
OWN_TESTS = Evidence(
    check="own-tests",
    status=Status.PASSED,
    summary="18 tests passed; they report 84 % of lines covered.",
    origin=Origin.CLAIMED,
    measures=(Measure(name="passed", value=18), Measure(name="line_coverage", value=84)),
    commands=(
        CommandRecord(
            command="python -m pytest -q",
            ended="exited",
            exit_code=0,
            output="..................                             [100%]\n18 passed in 1.31s",
            milliseconds=2304,
        ),
    ),
    milliseconds=2410,
)
BANDIT = Evidence(
    check="bandit",
    status=Status.FAILED,
    summary="1 finding of high severity.",
    findings=(
        Finding(
            code="bandit:B608",
            message="SQL built by string formatting: bind parameters instead",
            severity=Severity.HIGH,
            location=Location(path="src/booking/search.py", line=31),
        ),
    ),
    milliseconds=702,
)


def _score(  # noqa: PLR0917 - a table reads best by position
    id_: str,
    title: str,
    category: str,
    check: str,
    points: Fraction | int,
    of: Fraction | int,
    reason: str,
    *,
    claimed: bool = False,
) -> CriterionScore:
    selects = {"acceptance", "structure", "migrations"}
    return CriterionScore(
        id=id_,
        title=title,
        category=category,
        check=check,
        standing=Standing.SCORED,
        low=Fraction(points),
        high=Fraction(points),
        of=Fraction(of),
        reason=reason,
        claimed=claimed,
        select=id_ if check in selects else None,
    )


CRITERIA = (
    _score(
        "C1", "Rooms: create, read, update, delete", "correctness", "acceptance", 20, 20,
        "3 of 3 tests passed.",
    ),
    _score(
        "C2", "Input validation with precise errors", "correctness", "acceptance", 15, 15,
        "3 of 3 tests passed.",
    ),
    _score(
        "C9", "Bookings under concurrency", "correctness", "acceptance", 15, 15,
        "3 of 3 tests passed.",
    ),
    _score(
        "S1", "Application factory", "structure", "structure", 8, 8, "1 of 1 looks is satisfied.",
    ),
    _score("S2", "Blueprints", "structure", "structure", 6, 6, "1 of 1 looks is satisfied."),
    _score(
        "M1", "Migrations run, up and down", "data", "migrations", 5, 10, "1 of 2 steps passed.",
    ),
    _score(
        "Q1", "Lint", "quality", "ruff", Fraction(25, 7), 8,
        "7.28 findings per 1,000 lines; full points up to 1, none from 12 on.",
    ),
    _score(
        "T1", "Own tests pass in a clean environment", "tests", "own-tests", 8, 8,
        "The check passed.", claimed=True,
    ),
    _score(
        "X1", "Static security scan", "security", "bandit", 4, 10,
        "1 finding of high severity costs 60 %.",
    ),
)  # fmt: skip

PROVENANCE = Provenance(
    source="https://git.example.org/candidates/booking.git",
    kind="git",
    commit="8c1f2f7f0f3a4a52a1f0a4d0f8d3c6a1b2c3d4e5",
    tree="41d2a5ce9d3f6c1e8b7a09f2d4c6e8a0b1c2d3e4",
    ref="main",
    subdir=None,
    dirty=False,
    commits=23,
    exercise=Versioned(name="room-booking", version="3", digest="sha256:9f2c41aa"),
    rubric=Versioned(name="mid", version="2", digest="sha256:77b0e51d"),
    sandbox=Versioned(name="bwrap", version="0.11.0"),
    interpreter="3.13.1",
    environment="sha256:5be1a03f",
    packages=(
        Versioned(name="flask", version="3.1.0"),
        Versioned(name="flask-migrate", version="4.1.0"),
        Versioned(name="sqlalchemy", version="2.0.38"),
    ),
    tools=(
        Versioned(name="bandit", version="1.8.3"),
        Versioned(name="ruff", version="0.11.2"),
    ),
    harness=Versioned(name="flaskgrade", version="0.1.0"),
    started="2030-05-01T08:00:00Z",
    milliseconds=11_820,
)

STAGES = (
    StageTime(name="acquire", milliseconds=640, ended="ok"),
    StageTime(name="environment", milliseconds=3120, ended="ok"),
    StageTime(name="acceptance", milliseconds=4980, ended="ok"),
    StageTime(name="own-tests", milliseconds=2410, ended="ok"),
    StageTime(name="ruff", milliseconds=130, ended="ok"),
    StageTime(name="bandit", milliseconds=702, ended="ok"),
)

GATES = (
    GateResult(id="starts", title="The app starts and answers", holds=True, reason="It answers."),
    GateResult(
        id="core",
        title="At least half of the core behaviour works",
        holds=True,
        reason="3 of 3 tests passed.",
    ),
)


def _sum(criteria: tuple[CriterionScore, ...]) -> tuple[Fraction, Fraction]:
    counted = [one for one in criteria if one.standing is not Standing.NOT_APPLICABLE]
    low = sum((one.low for one in counted), Fraction(0))
    return low, sum((one.high for one in counted), Fraction(0))


def _with(report: Report, *changed: CriterionScore) -> Report:
    """Return the report with criteria replaced by those of the same id, and their total."""
    by_id = {one.id: one for one in changed}
    criteria = tuple(by_id.get(one.id, one) for one in report.scorecard.criteria)
    low, high = _sum(criteria)
    return replace(
        report, scorecard=replace(report.scorecard, criteria=criteria, low=low, high=high)
    )


def _criterion(id_: str) -> CriterionScore:
    return next(one for one in CRITERIA if one.id == id_)


def passing() -> Report:
    """Return a good submission's report: 84.6 of 100, every gate holding."""
    low, high = _sum(CRITERIA)
    return Report(
        schema=SCHEMA_VERSION,
        title="Room booking · candidates/booking",
        scorecard=Scorecard(
            low=low,
            high=high,
            of=Fraction(100),
            band_low="Strong",
            band_high="Strong",
            passed=True,
            pass_mark=Fraction(70),
            works=Fraction(1),
            criteria=CRITERIA,
            gates=GATES,
        ),
        categories=CATEGORIES,
        evidence=(ACCEPTANCE, STRUCTURE, MIGRATIONS, RUFF, OWN_TESTS, BANDIT),
        findings=(
            Finding(
                code="declaration:unpinned",
                message="3 requirements are not pinned and there is no lock file",
                location=Location(path="pyproject.toml", line=12),
            ),
        ),
        stages=STAGES,
        provenance=PROVENANCE,
    )


def failing() -> Report:
    """Return a submission's report that misses the mark and breaks a gate."""
    report = _with(
        passing(),
        replace(
            _criterion("C2"), low=Fraction(10), high=Fraction(10), reason="2 of 3 tests passed."
        ),
        replace(
            _criterion("C9"), low=Fraction(10), high=Fraction(10), reason="2 of 3 tests passed."
        ),
        replace(_criterion("M1"), low=Fraction(0), high=Fraction(0)),
        replace(
            _criterion("T1"),
            low=Fraction(0),
            high=Fraction(0),
            reason="There are no tests.",
            claimed=False,
        ),
    )
    acceptance = replace(
        ACCEPTANCE,
        status=Status.FAILED,
        summary="7 of 9 hidden tests passed.",
        items=(*PASSING_ITEMS, DOUBLE_BOOKING, VALIDATION),
    )
    none = Evidence(check="own-tests", status=Status.FAILED, summary="There are no tests.")
    return replace(
        report,
        scorecard=replace(
            report.scorecard,
            passed=False,
            band_low="Weak",
            band_high="Weak",
            works=Fraction(7, 9),
            gates=(
                GATES[0],
                replace(GATES[1], holds=False, reason="Double bookings are accepted."),
            ),
        ),
        evidence=(acceptance, STRUCTURE, MIGRATIONS, RUFF, none, BANDIT),
        provenance=replace(PROVENANCE, dirty=True, subdir="backend", kind="path"),
    )


def not_assessed() -> Report:
    """Return a report with an interval: the sandbox broke, so two criteria are open."""
    lost = "The sandbox stopped working before the tests ended; this is no fault of the submission."
    report = _with(
        passing(),
        replace(_criterion("C9"), standing=Standing.NOT_ASSESSED, low=Fraction(0), reason=lost),
        replace(
            _criterion("X1"),
            standing=Standing.NOT_ASSESSED,
            low=Fraction(0),
            high=Fraction(10),
            reason="bandit crashed.",
        ),
        replace(
            _criterion("M1"),
            standing=Standing.NOT_APPLICABLE,
            low=Fraction(0),
            high=Fraction(0),
            reason="The exercise asks for no database.",
        ),
    )
    crashed = replace(
        BANDIT,
        status=Status.ERRORED,
        summary="bandit crashed.",
        findings=(),
        commands=(
            CommandRecord(command="bandit -r src", ended="killed by signal 11", milliseconds=300),
        ),
    )
    lost_items = tuple(
        replace(item, status=Status.ERRORED, message=lost) if item.criteria == ("C9",) else item
        for item in ACCEPTANCE.items
    )
    acceptance = replace(ACCEPTANCE, status=Status.ERRORED, summary=lost, items=lost_items)
    skipped = Evidence(
        check="migrations", status=Status.SKIPPED, summary="The exercise asks for no database."
    )
    return replace(
        report,
        scorecard=replace(
            report.scorecard,
            passed=None,
            band_low="Fair",
            band_high="Strong",
            works=None,
            gates=(GATES[0], replace(GATES[1], holds=None, reason=lost)),
        ),
        evidence=(acceptance, STRUCTURE, skipped, RUFF, OWN_TESTS, crashed),
        stages=(*STAGES[:2], StageTime(name="acceptance", milliseconds=4980, ended="error")),
    )


def without_exercise() -> Report:
    """Return the report of a submission graded by its source alone, from an archive."""
    report = passing()
    criteria = tuple(one for one in CRITERIA if one.check not in {"acceptance", "migrations"})
    low, high = _sum(criteria)
    return replace(
        report,
        title="booking.zip",
        scorecard=replace(
            report.scorecard,
            low=low * 100 / 40,
            high=high * 100 / 40,
            works=None,
            criteria=criteria,
            gates=(),
            band_low="Fair",
            band_high="Fair",
        ),
        evidence=(STRUCTURE, RUFF, OWN_TESTS, BANDIT),
        findings=(),
        stages=(),
        provenance=replace(
            PROVENANCE,
            source="booking.zip",
            kind="archive",
            commit=None,
            ref=None,
            commits=0,
            exercise=None,
            environment="",
            packages=(),
        ),
    )

"""Statements: what happened in a month, as it is in Berlin."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

BERLIN = ZoneInfo("Europe/Berlin")


def _bounds(month: str) -> tuple[datetime, datetime]:
    """Return the first moment of a month in Berlin, and the first after it."""
    year, number = map(int, month.split("-"))
    after = (year + 1, 1) if number == 12 else (year, number + 1)
    return datetime(year, number, 1, tzinfo=BERLIN), datetime(*after, 1, tzinfo=BERLIN)


@pytest.fixture
def deposit(operator: Any, money: Any) -> Any:
    """Book a deposit at a moment, and return its entry."""

    def book(account: Any, number: int, moment: datetime, **more: Any) -> dict[str, Any]:
        body = {"account_id": account, "amount": money(number), "booked_at": moment.isoformat()}
        reply = operator.post("/api/deposits", json={**body, **more})
        assert reply.status == 201, f"a deposit answered {reply.status}"
        entry: dict[str, Any] = reply.json()
        return entry

    return book


@pytest.mark.brief("A line for each posting of the account in that month")
def test_a_statement_holds_the_lines_of_a_month(
    alice: Any, open_account: Any, deposit: Any, statement: Any, month: str, cents: Any
) -> None:
    """A statement opens with what was there, lists what came, and closes with the sum."""
    account = open_account(alice)
    first, after = _bounds(month)
    middle = first + timedelta(days=14)
    deposit(account, 10_000, first - timedelta(days=20))
    entries = [deposit(account, 100 * n, middle + timedelta(days=n)) for n in (1, 2, 3)]
    deposit(account, 7_000, after + timedelta(days=9))

    body = statement(alice, account, month)

    assert (body["account_id"], body["month"]) == (account, month)
    assert cents(body["opening_balance"]) == 10_000
    assert [line["entry_id"] for line in body["lines"]] == [entry["id"] for entry in entries]
    assert [cents(line["amount"]) for line in body["lines"]] == [100, 200, 300]
    assert [cents(line["balance"]) for line in body["lines"]] == [10_100, 10_300, 10_600]
    assert cents(body["closing_balance"]) == 10_600


@pytest.mark.brief("by `booked_at` and then by `entry_id`")
def test_lines_come_in_their_order(
    alice: Any, open_account: Any, deposit: Any, statement: Any, month: str, dice: Any
) -> None:
    """Lines are sorted by time, and by entry where the time is the same."""
    account = open_account(alice)
    start = _bounds(month)[0] + timedelta(days=3)
    hours = [5, 1, 3, 3, 1, 4]
    dice.shuffle(hours)
    booked = [(hour, deposit(account, 100, start + timedelta(hours=hour))["id"]) for hour in hours]

    lines = statement(alice, account, month)["lines"]

    expected = [entry for _, entry in sorted(booked, key=lambda pair: pair[0])]
    assert [line["entry_id"] for line in lines] == expected


@pytest.mark.brief("A month begins and ends at midnight in Berlin")
def test_a_month_begins_and_ends_at_midnight_in_berlin(
    alice: Any, open_account: Any, deposit: Any, statement: Any, dice: Any, cents: Any
) -> None:
    """The last second of a month and the first of the next are told apart, summer and winter."""
    account = open_account(alice)
    second = timedelta(seconds=1)
    year = 2031 + dice.randrange(400)
    for number in (1, 4, 7, 11):  # Berlin is one hour or two ahead of UTC
        first, after = _bounds(f"{year}-{number:02}")
        before = deposit(account, 100, first.astimezone(UTC) - second)
        inside = [
            deposit(account, 200, first),
            deposit(account, 300, after.astimezone(UTC) - second),
        ]
        deposit(account, 400, after.astimezone(UTC))

        body = statement(alice, account, f"{year}-{number:02}")

        found = [line["entry_id"] for line in body["lines"]]
        assert found == [entry["id"] for entry in inside]
        assert before["id"] not in found
        assert cents(body["closing_balance"]) - cents(body["opening_balance"]) == 500


@pytest.mark.brief("`booked_at` is answered in UTC, written `Z` or `+00:00`")
def test_times_of_any_offset_are_answered_in_utc(
    alice: Any, open_account: Any, deposit: Any, month: str
) -> None:
    """A time with any offset comes back as the same moment in UTC."""
    account = open_account(alice)
    noon = _bounds(month)[0].astimezone(UTC) + timedelta(days=5)
    for zone in ("Asia/Kolkata", "America/New_York", "UTC"):
        moment = noon.astimezone(ZoneInfo(zone))
        answered = datetime.fromisoformat(deposit(account, 100, moment)["booked_at"])
        assert answered.utcoffset() == timedelta(0)
        assert answered == noon


@pytest.mark.brief("Without one it is booked now")
def test_what_has_no_time_is_booked_now(
    alice: Any, operator: Any, open_account: Any, pay: Any, made: Any
) -> None:
    """A deposit without a time, and a transfer, are booked at the present."""
    account, other = open_account(alice), open_account(alice)
    replies = (
        operator.post("/api/deposits", json={"account_id": account, "amount": "5.00"}),
        pay(alice, account, other, 100),
    )
    for reply in replies:
        booked = datetime.fromisoformat(made(reply)["booked_at"])
        assert booked.utcoffset() == timedelta(0)
        assert abs(datetime.now(UTC) - booked) < timedelta(minutes=10)


@pytest.mark.brief("`counterparties` are the names of the other accounts of the entry")
def test_lines_name_who_was_on_the_other_side(
    new_customer: Any, bob: Any, open_account: Any, pay: Any, statement: Any, made: Any, unique: Any
) -> None:
    """A transfer names the receiver to the sender, and the sender to the receiver."""
    payer = new_customer("1.00")
    rent, wages = unique("rent"), unique("wages")
    source, target = open_account(payer, 10_000, wages), open_account(bob, name=rent)
    entry = made(pay(payer, source, target, 2_500, memo="May"))
    now = datetime.fromisoformat(entry["booked_at"]).astimezone(BERLIN)
    month = f"{now.year}-{now.month:02}"

    line = statement(bob, target, month)["lines"][-1]
    assert (line["entry_id"], line["kind"]) == (entry["id"], "transfer")
    assert (line["amount"], line["memo"]) == ("25.00", "May")
    assert wages in line["counterparties"]
    line = statement(payer, source, month)["lines"][-1]
    assert (line["amount"], line["balance"]) == ("-25.25", "74.75")
    assert rent in line["counterparties"]
    assert wages not in line["counterparties"]


@pytest.mark.brief("the statement of that month")
def test_a_month_without_postings_has_no_lines(
    alice: Any, operator: Any, open_account: Any, deposit: Any, statement: Any, month: str
) -> None:
    """A month in which nothing happened closes as it opened, for the operator, too."""
    account = open_account(alice)
    deposit(account, 1_250, _bounds(month)[0] - timedelta(days=2))

    for caller in (alice, operator):
        body = statement(caller, account, month)
        assert body["lines"] == []
        assert body["opening_balance"] == body["closing_balance"] == "12.50"

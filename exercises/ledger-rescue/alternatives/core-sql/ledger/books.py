"""The books: who has what, and how it moves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from ledger import moments, money
from ledger.database import Overtaken
from ledger.errors import ConflictError, InsufficientFundsError, InvalidError, NotFoundError
from ledger.tables import CASH, CUSTOMER, FEES, accounts, entries, postings

A = accounts.c
E = entries.c
P = postings.c


@dataclass(frozen=True)
class Order:
    """What is to be transferred to whom."""

    to_account_id: int
    cents: int
    memo: str | None = None


@dataclass
class Movement:
    """The accounts that a unit of work has read, with their versions and balances."""

    connection: Connection
    rows: dict[int, Row[Any]] = field(default_factory=dict)
    balances: dict[int, int] = field(default_factory=dict)

    def read(self, *ids: int) -> None:
        """Read accounts, and what is on them after that."""
        found = self.connection.execute(
            select(accounts).where(A.id.in_(set(ids)), A.kind == CUSTOMER)
        )
        self.rows = {row.id: row for row in found}
        self.balances = balances(self.connection, self.rows)

    def claim(self, ids: Iterable[int]) -> None:
        """Change the versions of accounts; raise Overtaken if they are not those that we read."""
        for number in sorted(set(ids)):
            row = self.rows[number]
            same = (A.id == number) & (A.version == row.version)
            changed = update(accounts).where(same).values(version=A.version + 1)
            if self.connection.execute(changed).rowcount == 0:
                raise Overtaken

    def source(self, number: int, customer_id: int) -> Row[Any]:
        """Return the customer's account that is to pay."""
        row = self.rows.get(number)
        if row is None or row.customer_id != customer_id:
            raise InvalidError({"from_account_id": ["there is no such account of yours"]})
        return _opened(row)

    def receiver(self, number: int, name: str) -> Row[Any]:
        """Return the account that is to be paid."""
        row = self.rows.get(number)
        if row is None:
            raise InvalidError({name: ["there is no such account"]})
        return _opened(row)

    def spend(self, number: int, cents: int) -> None:
        """Take from what is on an account; raise InsufficientFundsError if there is less."""
        if self.balances[number] < cents:
            raise InsufficientFundsError("There is not enough on the account.")
        self.balances[number] -= cents


def _opened(row: Row[Any]) -> Row[Any]:
    if row.closed_at is not None:
        raise ConflictError("The account is closed.")
    return row


def balances(connection: Connection, ids: Iterable[int]) -> dict[int, int]:
    """Return what is on accounts, in cents."""
    found = dict.fromkeys(ids, 0)
    sums = select(P.account_id, func.sum(P.cents)).where(P.account_id.in_(found))
    for number, cents in connection.execute(sums.group_by(P.account_id)):
        found[number] = int(cents)
    return found


def own(connection: Connection, kind: str) -> int:
    """Return the id of an account that is our own."""
    number: int = connection.execute(select(A.id).where(A.kind == kind)).scalar_one()
    return number


def record(connection: Connection, legs: Sequence[tuple[int, int]], **values: Any) -> int:
    """Write an entry with its postings, and return its id."""
    made = connection.execute(insert(entries), values)
    key = made.inserted_primary_key
    assert key is not None
    number: int = key[0]
    rows = [{"entry_id": number, "account_id": one, "cents": cents} for one, cents in legs]
    connection.execute(insert(postings), rows)
    return number


def deposit(
    connection: Connection, number: int, cents: int, booked_at: datetime, memo: str | None
) -> int:
    """Book money that came in."""
    work = Movement(connection)
    work.read(number)
    work.receiver(number, "account_id")
    work.claim([number])
    legs = [(own(connection, CASH), -cents), (number, cents)]
    values = {"kind": "deposit", "cents": cents, "fee_cents": 0, "memo": memo}
    return record(connection, legs, **values, booked_at=booked_at)


def transfer(
    connection: Connection, customer: Row[Any], number: int, order: Order, key: str | None
) -> int:
    """Make a transfer, or find the one that the key has made."""
    used = (E.customer_id == customer.id) & (E.idempotency_key == key)
    first = connection.execute(select(entries).where(used)).first() if key else None
    if first is not None:
        return _again(connection, first, number, order)
    work = Movement(connection)
    work.read(number, order.to_account_id)
    try:
        made = _transfers(work, customer, number, [order], "to_account_id", key)
    except IntegrityError:
        raise Overtaken from None
    return made[0]


def batch(
    connection: Connection, customer: Row[Any], number: int, orders: Sequence[Order]
) -> list[int]:
    """Make transfers, all of them or none."""
    work = Movement(connection)
    work.read(number, *(order.to_account_id for order in orders))
    return _transfers(work, customer, number, orders, "transfers", None)


def split(
    connection: Connection,
    customer: Row[Any],
    number: int,
    cents: int,
    weights: Sequence[tuple[int, int]],
    memo: str | None,
) -> int:
    """Divide an amount among accounts."""
    work = Movement(connection)
    ids = [one for one, _ in weights]
    work.read(number, *ids)
    work.source(number, customer.id)
    for one in ids:
        work.receiver(one, "shares")
    if number in ids:
        raise InvalidError({"shares": ["must be other accounts than the source"]})
    work.spend(number, cents)
    work.claim([number, *ids])
    parts = money.shares(cents, [weight for _, weight in weights])
    legs = [(number, -cents), *zip(ids, parts, strict=True)]
    values = {"kind": "split", "cents": cents, "fee_cents": 0, "memo": memo}
    return record(connection, legs, **values, customer_id=customer.id, booked_at=moments.now())


def _transfers(
    work: Movement,
    customer: Row[Any],
    number: int,
    orders: Sequence[Order],
    name: str,
    key: str | None,
) -> list[int]:
    work.source(number, customer.id)
    fees = [money.fee_cents(order.cents, customer.fee_bp) for order in orders]
    for order, fee in zip(orders, fees, strict=True):
        work.receiver(order.to_account_id, name)
        if order.to_account_id == number:
            raise InvalidError({name: ["must be another account"]})
        work.spend(number, order.cents + fee)
    work.claim([number, *(order.to_account_id for order in orders)])
    earned = own(work.connection, FEES)
    made = []
    for order, fee in zip(orders, fees, strict=True):
        legs = [(number, -order.cents - fee), (order.to_account_id, order.cents)]
        made.append(
            record(
                work.connection,
                [*legs, (earned, fee)] if fee else legs,
                kind="transfer",
                customer_id=customer.id,
                cents=order.cents,
                fee_cents=fee,
                memo=order.memo,
                idempotency_key=key,
                booked_at=moments.now(),
            )
        )
    return made


def _again(connection: Connection, first: Row[Any], number: int, order: Order) -> int:
    legs = select(P.account_id).where(P.entry_id == first.id).order_by(P.id)
    ends = connection.execute(legs).scalars().all()[:2]
    if (list(ends), first.cents, first.memo) != (
        [number, order.to_account_id],
        order.cents,
        order.memo,
    ):
        raise ConflictError("This Idempotency-Key was used for another transfer.")
    same: int = first.id
    return same


def close(connection: Connection, number: int) -> None:
    """Close an account that is empty."""
    work = Movement(connection)
    work.read(number)
    if _opened(work.rows[number]) and work.balances[number]:
        raise ConflictError("There is something on the account.")
    work.claim([number])
    connection.execute(update(accounts).where(A.id == number).values(closed_at=moments.now()))


def name(connection: Connection, customer_id: int, text: str, number: int | None = None) -> int:
    """Open an account, or give one another name."""
    try:
        if number is not None:
            connection.execute(update(accounts).where(A.id == number).values(name=text))
            return number
        values = {"customer_id": customer_id, "kind": CUSTOMER, "name": text}
        key = connection.execute(insert(accounts), values).inserted_primary_key
        assert key is not None
        return int(key[0])
    except IntegrityError:
        raise ConflictError("Another account of yours has this name.") from None


def visible(connection: Connection, customer_id: int | None, number: int) -> Row[Any]:
    """Return an account that the customer, or the operator (None), may see."""
    row = connection.execute(select(accounts).where(A.id == number, A.kind == CUSTOMER)).first()
    if row is None or customer_id not in (None, row.customer_id):
        raise NotFoundError("There is no such account.")
    return row


def page(
    connection: Connection, customer_id: int | None, number: int, size: int
) -> tuple[Sequence[Row[Any]], int]:
    """Return a page of accounts, and how many there are."""
    rows = select(accounts).where(A.kind == CUSTOMER)
    if customer_id is not None:
        rows = rows.where(A.customer_id == customer_id)
    total = connection.execute(select(func.count()).select_from(rows.subquery())).scalar_one()
    rows = rows.order_by(A.name, A.id).limit(size).offset((number - 1) * size)
    return connection.execute(rows).all(), total


def shown(connection: Connection, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return entries with their postings as they are answered."""
    legs: dict[int, list[dict[str, Any]]] = {number: [] for number in ids}
    rows = select(postings).where(P.entry_id.in_(ids)).order_by(P.id)
    for row in connection.execute(rows):
        leg = {"account_id": row.account_id, "amount": money.to_text(row.cents)}
        legs[row.entry_id].append(leg)
    found = connection.execute(select(entries).where(E.id.in_(ids)).order_by(E.id))
    return [
        {
            "id": row.id,
            "kind": row.kind,
            "amount": money.to_text(row.cents),
            "fee": money.to_text(row.fee_cents),
            "memo": row.memo,
            "booked_at": moments.to_text(row.booked_at),
            "postings": legs[row.id],
        }
        for row in found
    ]


def touches(connection: Connection, customer_id: int, entry_id: int) -> bool:
    """Tell whether a customer has an account in an entry."""
    rows = select(P.id).join(accounts, A.id == P.account_id)
    mine = rows.where(P.entry_id == entry_id, A.customer_id == customer_id)
    return connection.execute(mine).first() is not None


def statement(connection: Connection, number: int, month: str) -> dict[str, Any]:
    """Return a month of an account as it is answered."""
    first, after = moments.month(month)
    mine = select(P.cents).join(entries, E.id == P.entry_id).where(P.account_id == number)
    early = mine.where(E.booked_at < first).with_only_columns(func.sum(P.cents))
    opening = balance = int(connection.execute(early).scalar() or 0)
    rows = mine.where(E.booked_at >= first, E.booked_at < after).with_only_columns(
        E.id, E.kind, E.memo, E.booked_at, P.cents
    )
    found = connection.execute(rows.order_by(E.booked_at, E.id, P.id)).all()
    others: dict[int, list[str]] = {row.id: [] for row in found}
    names = select(P.entry_id, A.name).join(accounts, A.id == P.account_id).order_by(P.id)
    for row in connection.execute(names.where(P.entry_id.in_(others), P.account_id != number)):
        others[row.entry_id].append(row.name)
    lines = []
    for row in found:
        balance += row.cents
        lines.append(
            {
                "entry_id": row.id,
                "kind": row.kind,
                "booked_at": moments.to_text(row.booked_at),
                "amount": money.to_text(row.cents),
                "balance": money.to_text(balance),
                "memo": row.memo,
                "counterparties": others[row.id],
            }
        )
    return {
        "account_id": number,
        "month": month,
        "opening_balance": money.to_text(opening),
        "closing_balance": money.to_text(balance),
        "lines": lines,
    }


def unbalanced(connection: Connection) -> list[int]:
    """Return the entries that do not come to zero."""
    rows = select(P.entry_id).group_by(P.entry_id).having(func.sum(P.cents) != 0)
    return list(connection.execute(rows).scalars())

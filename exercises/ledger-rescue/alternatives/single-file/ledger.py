"""Tally: the ledger of the marketplace, whole."""

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from functools import wraps
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import click
from flask import Blueprint, Flask, Response, current_app, g, jsonify, request, url_for
from flask.cli import with_appcontext
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    MetaData,
    String,
    UniqueConstraint,
    event,
    func,
    select,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload
from werkzeug.exceptions import HTTPException

BERLIN = ZoneInfo("Europe/Berlin")
LARGEST = 2**31 - 1
AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")
MONTH = re.compile(r"2[0-9]{3}-(0[1-9]|1[0-2])")


# Tables


class Base(DeclarativeBase):
    """What all tables share."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    id: Mapped[int] = mapped_column(primary_key=True)


class Customer(Base):
    """Somebody with accounts."""

    __tablename__ = "customers"
    __table_args__ = (CheckConstraint("fee_bp BETWEEN 0 AND 1000", name="fee_range"),)
    name: Mapped[str] = mapped_column(String(80))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    fee_bp: Mapped[int]


class Account(Base):
    """An account, a customer's or our own."""

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("customer_id", "name"),)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(60))
    closed_at: Mapped[datetime | None]


class Entry(Base):
    """Something that happened."""

    __tablename__ = "entries"
    __table_args__ = (
        Index(
            "ix_entries_customer_id_idempotency_key", "customer_id", "idempotency_key", unique=True
        ),
    )
    kind: Mapped[str] = mapped_column(String(20))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    cents: Mapped[int] = mapped_column(BigInteger)
    fee_cents: Mapped[int] = mapped_column(BigInteger)
    memo: Mapped[str | None] = mapped_column(String(140))
    idempotency_key: Mapped[str | None] = mapped_column(String(80))
    booked_at: Mapped[datetime] = mapped_column(index=True)
    postings: Mapped[list["Posting"]] = relationship(order_by="Posting.id", back_populates="entry")


class Posting(Base):
    """What an entry adds to an account."""

    __tablename__ = "postings"
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    cents: Mapped[int] = mapped_column(BigInteger)
    entry: Mapped[Entry] = relationship(back_populates="postings")
    account: Mapped[Account] = relationship()


db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})
api = Blueprint("api", __name__, url_prefix="/api")


# Errors


class Refusal(Exception):
    """An answer that is not the one that was hoped for."""

    def __init__(self, status: int, code: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.fields = status, code, fields


def wrong(field: str, message: str = "is not acceptable") -> Refusal:
    """Return a 422 about one field."""
    return Refusal(422, "validation_failed", {field: message})


def _answer_error(error: Exception) -> Response:
    if isinstance(error, Refusal):
        status, code, fields = error.status, error.code, error.fields
    elif isinstance(error, HTTPException):
        status, code, fields = error.code or 500, error.name.lower().replace(" ", "_"), None
    else:
        current_app.logger.error("Unhandled", exc_info=error)
        status, code, fields = 500, "internal_server_error", None
    said: dict[str, Any] = {"code": code, "message": code.replace("_", " ").capitalize() + "."}
    if fields is not None:
        said["fields"] = {name: [message] for name, message in fields.items()}
    response = jsonify(error=said)
    response.status_code = status
    if isinstance(error, HTTPException):
        allow = dict(error.get_headers()).get("Allow")
        if allow:
            response.headers["Allow"] = allow
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


# Requests


class Form:
    """The fields of a request; all that is wrong with them is told at the end."""

    def __init__(self, values: Any) -> None:
        if not isinstance(values, dict):
            raise Refusal(400, "no_object")
        self.values = values
        self.wrong: dict[str, str] = {}

    def take(self, name: str, good: Callable[[Any], Any], message: str) -> Any:
        """Return what `good` makes of a field; None, and a note, if it makes nothing of it."""
        made = good(self.values.get(name))
        if made is None:
            self.wrong[name] = message
        return made

    def row(self, name: str) -> Any:
        """Take an id."""
        return self.take(name, lambda v: _between(v, 1, LARGEST), "must be an id")

    def text(self, name: str, most: int) -> Any:
        """Take a text."""
        return self.take(name, lambda v: _text(v, most), f"must be 1 to {most} characters")

    def cents(self, name: str = "amount", least: int = 1, most: int = 100_000_000) -> Any:
        """Take an amount, or a rate, in hundredths."""
        return self.take(name, lambda v: _hundredths(v, least, most), "must be such as 12.50")

    def memo(self) -> Any:
        """Take a memo, if there is one."""
        return None if self.values.get("memo") is None else self.text("memo", 140)

    def done(self) -> None:
        """Refuse what was wrong."""
        if self.wrong:
            raise Refusal(422, "validation_failed", self.wrong)


def _between(value: Any, least: int, most: int) -> int | None:
    return value if type(value) is int and least <= value <= most else None


def _text(value: Any, most: int) -> str | None:
    fine = isinstance(value, str) and value.strip() and len(value) <= most and "\0" not in value
    return value if fine else None


def _hundredths(value: Any, least: int, most: int) -> int | None:
    if not isinstance(value, str) or not AMOUNT.fullmatch(value):
        return None
    return _between(int(Decimal(value) * 100), least, most)


def _query_number(value: Any, default: int, most: int) -> int | None:
    if value is None:
        return default
    fine = value.isascii() and value.isdigit() and len(value) < 10
    return _between(int(value), 1, most) if fine else None


def _moment(value: Any) -> datetime | None:
    with suppress(ValueError, OverflowError):
        moment = datetime.fromisoformat(value if isinstance(value, str) else "")
        return _utc(moment) if moment.tzinfo and 2000 <= moment.year < 3000 else None
    return None


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def form() -> Form:
    """Return the fields of the body."""
    try:
        return Form(request.get_json())
    except RecursionError:
        raise Refusal(400, "nested_too_deeply") from None


def customer() -> Customer:
    """Return the customer who calls."""
    if g.customer is None:
        raise Refusal(403, "forbidden")
    found: Customer = g.customer
    return found


def for_operator(view: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse customers."""

    @wraps(view)
    def guarded(**arguments: Any) -> Any:
        if g.customer is not None:
            raise Refusal(403, "forbidden")
        return view(**arguments)

    return guarded


@api.before_request
def _who_calls() -> None:
    sent = request.authorization
    if sent is None or sent.type != "bearer" or not sent.token:
        raise Refusal(401, "unauthenticated")
    g.customer = None
    operator = current_app.config["OPERATOR_KEY"].encode()
    if not secrets.compare_digest(sent.token.encode(), operator):
        wanted = select(Customer).where(Customer.key_hash == _hash(sent.token))
        g.customer = db.session.scalar(wanted)
        if g.customer is None:
            raise Refusal(401, "unauthenticated")


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


# Answers


def money(cents: int) -> str:
    """Return cents as they are answered."""
    return f"{'-' * (cents < 0)}{abs(cents) // 100}.{abs(cents) % 100:02}"


def when(moment: datetime) -> str:
    """Return a time as it is answered."""
    return f"{moment.isoformat()}Z"


def show_customer(one: Customer) -> dict[str, Any]:
    """Return a customer as they are answered."""
    return {"id": one.id, "name": one.name, "fee_rate": money(one.fee_bp)}


def show_account(one: Account, cents: int | None = None) -> dict[str, Any]:
    """Return an account as it is answered."""
    return {
        "id": one.id,
        "customer_id": one.customer_id,
        "name": one.name,
        "status": "closed" if one.closed_at else "open",
        "balance": money(balances([one.id])[one.id] if cents is None else cents),
    }


def show_entry(one: Entry) -> dict[str, Any]:
    """Return an entry as it is answered."""
    return {
        "id": one.id,
        "kind": one.kind,
        "amount": money(one.cents),
        "fee": money(one.fee_cents),
        "memo": one.memo,
        "booked_at": when(one.booked_at),
        "postings": [{"account_id": p.account_id, "amount": money(p.cents)} for p in one.postings],
    }


def created(entry: Entry) -> tuple[Response, int, dict[str, str]]:
    """Answer a new entry."""
    return jsonify(show_entry(entry)), 201, {"Location": url_for("api.entry", number=entry.id)}


# The ledger


def balances(ids: list[int]) -> dict[int, int]:
    """Return what is on accounts, in cents."""
    found = dict.fromkeys(ids, 0)
    rows = select(Posting.account_id, func.sum(Posting.cents)).group_by(Posting.account_id)
    for account_id, cents in db.session.execute(rows.where(Posting.account_id.in_(ids))):
        found[account_id] = int(cents)
    return found


def lock(*ids: int) -> dict[int, Account]:
    """Return customers' accounts by id, which nobody else can lock until we are done."""
    wanted = select(Account).where(Account.id.in_(ids), Account.kind == "customer")
    rows = wanted.order_by(Account.id).with_for_update(key_share=True)
    found = db.session.scalars(rows, execution_options={"populate_existing": True})
    return {one.id: one for one in found}


def pick(locked: dict[int, Account], number: int, field: str, owner: bool = False) -> Account:
    """Return one of the locked accounts, if it may take part."""
    one = locked.get(number)
    if one is None or (owner and one.customer_id != customer().id):
        raise wrong(field, "there is no such account")
    if one.closed_at:
        raise Refusal(409, "closed")
    return one


def house(kind: str) -> Account:
    """Return an account of our own."""
    return db.session.scalars(select(Account).where(Account.kind == kind)).one()


def write(entry: Entry, gains: list[tuple[Account, int]]) -> Entry:
    """Add an entry with its postings."""
    entry.postings = [Posting(account_id=one.id, cents=cents) for one, cents in gains]
    db.session.add(entry)
    db.session.flush()
    return entry


def spend(source: Account, cents: int) -> None:
    """Refuse to spend what is not there."""
    if balances([source.id])[source.id] < cents:
        raise Refusal(409, "insufficient_funds")


def pay(locked: dict[int, Account], source: Account, order: dict[str, Any], field: str) -> Entry:
    """Write a transfer."""
    target = pick(locked, order["to"], field)
    if target is source:
        raise wrong(field, "must be another account")
    fee = (order["cents"] * customer().fee_bp + 5_000) // 10_000
    spend(source, order["cents"] + fee)
    gains = [(source, -order["cents"] - fee), (target, order["cents"])]
    entry = Entry(
        kind="transfer",
        customer_id=customer().id,
        cents=order["cents"],
        fee_cents=fee,
        memo=order["memo"],
        idempotency_key=order.get("key"),
        booked_at=_utc(datetime.now(UTC)),
    )
    return write(entry, gains + ([(house("fees"), fee)] if fee else []))


def mine(number: int) -> Account:
    """Return an account that the caller may see."""
    one = db.session.get(Account, number) if number <= LARGEST else None
    allowed = one is not None and one.kind == "customer"
    if one is None or not allowed or (g.customer and one.customer_id != g.customer.id):
        raise Refusal(404, "not_found")
    return one


# Routes


@api.post("/customers")
@for_operator
def new_customer() -> Any:
    """Make a customer."""
    fields = form()
    name, rate = fields.text("name", 80), fields.cents("fee_rate", 0, 1000)
    fields.done()
    key = secrets.token_urlsafe(32)
    one = Customer(name=name, key_hash=_hash(key), fee_bp=rate)
    db.session.add(one)
    db.session.commit()
    return {**show_customer(one), "api_key": key}, 201


@api.get("/customers/me")
def me() -> Any:
    """Show who calls."""
    return show_customer(customer())


@api.patch("/customers/<int:number>")
@for_operator
def change_customer(number: int) -> Any:
    """Change a rate."""
    fields = form()
    rate = fields.cents("fee_rate", 0, 1000)
    fields.done()
    one = db.session.get(Customer, number) if number <= LARGEST else None
    if one is None:
        raise Refusal(404, "not_found")
    one.fee_bp = rate
    db.session.commit()
    return show_customer(one)


@api.get("/accounts")
def list_accounts() -> Any:
    """List accounts."""
    fields = Form(request.args.to_dict())
    page = fields.take("page", lambda v: _query_number(v, 1, LARGEST), "must be a number")
    size = fields.take("per_page", lambda v: _query_number(v, 20, 100), "must be 1 to 100")
    whose = g.customer.id if g.customer else None
    if g.customer is None and "customer_id" in fields.values:
        whose = fields.take("customer_id", lambda v: _query_number(v, 1, LARGEST), "must be an id")
    fields.done()
    rows = select(Account).where(Account.kind == "customer")
    if whose is not None:
        rows = rows.where(Account.customer_id == whose)
    total = db.session.scalar(select(func.count()).select_from(rows.subquery()))
    rows = rows.order_by(Account.name, Account.id).limit(size).offset((page - 1) * size)
    found = db.session.scalars(rows).all()
    on_them = balances([one.id for one in found])
    items = [show_account(one, on_them[one.id]) for one in found]
    return {"items": items, "page": page, "per_page": size, "total": total}


def _named(one: Account, name: str) -> None:
    one.name = name
    db.session.add(one)
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        raise Refusal(409, "name_taken") from None


@api.post("/accounts")
def new_account() -> Any:
    """Open an account."""
    owner, fields = customer(), form()
    name = fields.text("name", 60)
    fields.done()
    one = Account(customer_id=owner.id, kind="customer")
    _named(one, name)
    return show_account(one), 201, {"Location": url_for("api.account", number=one.id)}


@api.get("/accounts/<int:number>")
def account(number: int) -> Any:
    """Show an account."""
    return show_account(mine(number))


@api.patch("/accounts/<int:number>")
def rename(number: int) -> Any:
    """Rename an account."""
    customer()
    fields, one = form(), mine(number)
    name = fields.text("name", 60)
    fields.done()
    _named(one, name)
    return show_account(one)


@api.post("/accounts/<int:number>/close")
def close(number: int) -> Any:
    """Close an account."""
    customer()
    one = mine(number)
    lock(number)
    if one.closed_at or balances([number])[number]:
        raise Refusal(409, "not_empty")
    one.closed_at = _utc(datetime.now(UTC))
    db.session.commit()
    return show_account(one)


@api.get("/accounts/<int:number>/statement")
def statement(number: int) -> Any:
    """Show a month of an account."""
    mine(number)
    month = request.args.get("month", "")
    if not MONTH.fullmatch(month):
        raise wrong("month", "must be such as 2031-05")
    year, place = int(month[:4]), int(month[5:])
    first = _utc(datetime(year, place, 1, tzinfo=BERLIN))
    after = _utc(datetime(year + place // 12, place % 12 + 1, 1, tzinfo=BERLIN))
    rows = select(Posting).join(Posting.entry).where(Posting.account_id == number)
    early = rows.where(Entry.booked_at < first).with_only_columns(func.sum(Posting.cents))
    opening = balance = int(db.session.scalar(early) or 0)
    whole = selectinload(Posting.entry).selectinload(Entry.postings).selectinload(Posting.account)
    rows = rows.where(Entry.booked_at >= first, Entry.booked_at < after).options(whole)
    lines = []
    for one in db.session.scalars(rows.order_by(Entry.booked_at, Entry.id, Posting.id)):
        balance += one.cents
        others = [p.account.name for p in one.entry.postings if p.account_id != number]
        lines.append(
            {
                "entry_id": one.entry.id,
                "kind": one.entry.kind,
                "booked_at": when(one.entry.booked_at),
                "amount": money(one.cents),
                "balance": money(balance),
                "memo": one.entry.memo,
                "counterparties": others,
            }
        )
    return {
        "account_id": number,
        "month": month,
        "opening_balance": money(opening),
        "closing_balance": money(balance),
        "lines": lines,
    }


@api.post("/deposits")
@for_operator
def deposit() -> Any:
    """Book money that came in."""
    fields = form()
    number, cents, memo = fields.row("account_id"), fields.cents(), fields.memo()
    moment: Any = _utc(datetime.now(UTC))
    if "booked_at" in fields.values:
        moment = fields.take("booked_at", _moment, "must be a time with an offset")
    fields.done()
    target = pick(lock(number), number, "account_id")
    entry = Entry(kind="deposit", cents=cents, fee_cents=0, memo=memo, booked_at=moment)
    write(entry, [(house("cash"), -cents), (target, cents)])
    db.session.commit()
    return created(entry)


def _order(fields: Form) -> dict[str, Any]:
    return {"to": fields.row("to_account_id"), "cents": fields.cents(), "memo": fields.memo()}


@api.post("/transfers")
def transfer() -> Any:
    """Move money."""
    sender, fields = customer(), form()
    number, order = fields.row("from_account_id"), _order(fields)
    key = order["key"] = request.headers.get("Idempotency-Key")
    if key is not None and not 1 <= len(key) <= 80:
        fields.wrong["Idempotency-Key"] = "must have 1 to 80 characters"
    fields.done()
    locked = lock(number, order["to"])
    used = select(Entry).where(Entry.customer_id == sender.id, Entry.idempotency_key == key)
    entry = db.session.scalar(used) if key else None
    if entry is None:
        try:
            entry = pay(
                locked, pick(locked, number, "from_account_id", True), order, "to_account_id"
            )
        except IntegrityError:
            db.session.rollback()
            raise Refusal(409, "key_in_use") from None
        db.session.commit()
    ends = [one.account_id for one in entry.postings[:2]]
    if (ends, entry.cents, entry.memo) != ([number, order["to"]], order["cents"], order["memo"]):
        raise Refusal(409, "key_in_use")
    return created(entry)


@api.post("/batches")
def batch() -> Any:
    """Make transfers, all or none."""
    customer()
    fields = form()
    number = fields.row("from_account_id")
    parts = fields.take("transfers", lambda v: _objects(v, 1, 50), "must be 1 to 50 transfers")
    forms = [Form(part) for part in parts or []]
    orders = [_order(part) for part in forms]
    if any(part.wrong for part in forms):
        fields.wrong["transfers"] = "must be good transfers"
    fields.done()
    locked = lock(number, *(order["to"] for order in orders))
    source = pick(locked, number, "from_account_id", True)
    entries = [pay(locked, source, order, "transfers") for order in orders]
    db.session.commit()
    return {"entries": [show_entry(entry) for entry in entries]}, 201


def _objects(value: Any, least: int, most: int) -> list[dict[str, Any]] | None:
    fine = isinstance(value, list) and least <= len(value) <= most
    return value if fine and all(isinstance(one, dict) for one in value) else None


@api.post("/splits")
def split() -> Any:
    """Divide an amount."""
    sender, fields = customer(), form()
    number, cents, memo = fields.row("from_account_id"), fields.cents(), fields.memo()
    parts = fields.take("shares", lambda v: _objects(v, 2, 20), "must be 2 to 20 shares")
    forms = [Form(part) for part in parts or []]
    ids = [part.row("account_id") for part in forms]
    weights = [part.take("weight", lambda v: _between(v, 1, 1000), "?") for part in forms]
    if any(part.wrong for part in forms) or len(set(ids)) < len(ids) or number in ids:
        fields.wrong["shares"] = "must be good shares of other accounts, each once"
    fields.done()
    locked = lock(number, *ids)
    source = pick(locked, number, "from_account_id", True)
    targets = [pick(locked, one, "shares") for one in ids]
    spend(source, cents)
    whole = sum(weights)
    gains = [cents * weight // whole for weight in weights]
    for place in range(cents - sum(gains)):
        gains[place] += 1
    entry = Entry(kind="split", customer_id=sender.id, cents=cents, fee_cents=0, memo=memo)
    entry.booked_at = _utc(datetime.now(UTC))
    write(entry, [(source, -cents), *zip(targets, gains, strict=True)])
    db.session.commit()
    return created(entry)


@api.get("/entries/<int:number>")
def entry(number: int) -> Any:
    """Show an entry."""
    one = db.session.get(Entry, number) if number <= LARGEST else None
    if one is None or (
        g.customer and all(p.account.customer_id != g.customer.id for p in one.postings)
    ):
        raise Refusal(404, "not_found")
    return show_entry(one)


@api.get("/books/unbalanced")
@for_operator
def unbalanced() -> Any:
    """List entries that do not come to zero."""
    rows = select(Posting.entry_id).group_by(Posting.entry_id).having(func.sum(Posting.cents) != 0)
    return {"items": list(db.session.scalars(rows))}


# The application


@click.command("init-ledger")
@with_appcontext
def init_ledger() -> None:
    """Open our own accounts."""
    for kind in ("cash", "fees"):
        if db.session.scalar(select(Account).where(Account.kind == kind)) is None:
            db.session.add(Account(kind=kind, name=kind.capitalize()))
    db.session.commit()


def _prepare_sqlite() -> None:
    """Let SQLite's transactions begin as writers: it has no row to lock."""
    engine = db.engine
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        reads = request and request.method == "GET"
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Create the application, configured by the environment and then by `overrides`."""
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ.get("DATABASE_URL")
    app.config["OPERATOR_KEY"] = os.environ.get("OPERATOR_KEY")
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
    app.config.update(overrides or {})
    db.init_app(app)
    Migrate(app, db, render_as_batch=True)
    app.register_blueprint(api)
    app.register_error_handler(Exception, _answer_error)
    app.cli.add_command(init_ledger)
    with app.app_context():
        _prepare_sqlite()
    return app

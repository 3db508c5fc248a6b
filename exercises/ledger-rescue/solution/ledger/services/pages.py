"""Lists in pages."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Select, func, select

from ledger.extensions import db
from ledger.models import Base

Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """A part of a list, and how long the whole is."""

    rows: tuple[Row, ...]
    number: int
    size: int
    total: int


def page_of(rows: Select[Row], number: int, size: int) -> Page[Row]:
    """Return one page of a query, whose order has to be total."""
    total = db.session.scalar(select(func.count()).select_from(rows.order_by(None).subquery()))
    found = db.session.scalars(rows.limit(size).offset((number - 1) * size))
    return Page(tuple(found), number, size, total or 0)

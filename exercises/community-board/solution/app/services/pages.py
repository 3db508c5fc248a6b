"""Lists in pages."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Select, func, select

from app.extensions import db
from app.models import Base

PER_PAGE = 20

Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """A part of a list: its rows, its number from 1 on, and the number of the last one."""

    rows: tuple[Row, ...]
    number: int
    last: int


def last_page(total: int) -> int:
    """Return the number of the last page of so many rows: the first, if there are none."""
    return max(1, -(-total // PER_PAGE))


def page_of(rows: Select[Row], number: int) -> Page[Row] | None:
    """Return a page of a query, whose order has to be total, or None if there is no such page."""
    total = db.session.scalar(select(func.count()).select_from(rows.order_by(None).subquery()))
    last = last_page(total or 0)
    if not 1 <= number <= last:
        return None
    found = db.session.scalars(rows.limit(PER_PAGE).offset((number - 1) * PER_PAGE))
    return Page(tuple(found), number, last)

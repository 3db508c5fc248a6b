"""Lists in pages."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Select, func, select

from app.extensions import db
from app.models import Base
from app.schemas import PageQuery

Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """A part of a list, and how long the whole is."""

    rows: tuple[Row, ...]
    number: int
    size: int
    total: int


def page_of(rows: Select[Row], wanted: PageQuery) -> Page[Row]:
    """Return one page of a query, whose order has to be total: no two rows may be equal in it."""
    total = db.session.scalar(select(func.count()).select_from(rows.order_by(None).subquery()))
    offset = (wanted.page - 1) * wanted.per_page
    found = db.session.scalars(rows.limit(wanted.per_page).offset(offset))
    return Page(tuple(found), wanted.page, wanted.per_page, total or 0)

"""Times: UTC without an offset in the database, months as people in our office know them."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

OFFICE = ZoneInfo("Europe/Berlin")

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def now() -> datetime:
    """Return the present."""
    return _stored(datetime.now(UTC))


def read(text: object) -> datetime | None:
    """Return an ISO 8601 time with an offset; None if it is none."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None or not 2000 <= moment.year <= 2999:
        return None
    return _stored(moment)


def is_month(text: object) -> bool:
    """Tell whether it is written like a month, such as "2031-05"."""
    return isinstance(text, str) and bool(_MONTH.fullmatch(text)) and "2000" <= text[:4] <= "2999"


def month(text: str) -> tuple[datetime, datetime]:
    """Return the first moment of a month, and the first after it."""
    year, number = int(text[:4]), int(text[5:])
    following = (year + 1, 1) if number == 12 else (year, number + 1)
    first, after = datetime(year, number, 1, tzinfo=OFFICE), datetime(*following, 1, tzinfo=OFFICE)
    return _stored(first), _stored(after)


def to_text(moment: datetime) -> str:
    """Return a time of the database as it is answered."""
    return moment.replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")


def _stored(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)

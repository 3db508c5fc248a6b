"""Read the fields of a request; collect what is wrong with them, and say all of it at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ledger import moments, money
from ledger.errors import InvalidError

LARGEST_ID = 2**31 - 1
LARGEST_PAGE = 1_000_000


class Fields:
    """The fields of a body or of a query, by their names."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values
        self.problems: dict[str, list[str]] = {}

    def wrong(self, name: str, message: str) -> None:
        """Note that something is wrong with a field."""
        self.problems.setdefault(name, []).append(message)

    def check(self) -> None:
        """Raise InvalidError if anything was wrong."""
        if self.problems:
            raise InvalidError(self.problems)

    def text(self, name: str, longest: int) -> str:
        """Return a text that is more than blanks."""
        value = self.values.get(name)
        if not isinstance(value, str) or not value.strip() or "\0" in value:
            self.wrong(name, "must be a text that is not blank")
        elif len(value) > longest:
            self.wrong(name, f"must have {longest} characters at most")
        else:
            return value
        return ""

    def memo(self) -> str | None:
        """Return the memo, which may be left out."""
        return None if self.values.get("memo") is None else self.text("memo", 140)

    def cents(self, name: str = "amount") -> int:
        """Return an amount in cents."""
        value = self.values.get(name)
        if not money.is_amount(value):
            self.wrong(name, 'must be a string such as "12.50"')
            return 0
        cents = money.to_cents(str(value))
        if not 0 < cents <= money.LARGEST_CENTS:
            self.wrong(name, "must be more than 0.00, and 1000000.00 at most")
        return cents

    def rate(self, name: str = "fee_rate") -> int:
        """Return a rate in percent as basis points."""
        value = self.values.get(name)
        if not money.is_amount(value) or money.to_cents(str(value)) > 1000:
            self.wrong(name, 'must be a string from "0.00" to "10.00"')
            return 0
        return money.to_cents(str(value))

    def whole(self, name: str, least: int, most: int) -> int:
        """Return a JSON integer."""
        value = self.values.get(name)
        if type(value) is not int or not least <= value <= most:
            self.wrong(name, f"must be an integer from {least} to {most}")
            return least
        return value

    def row_id(self, name: str) -> int:
        """Return an id."""
        return self.whole(name, 1, LARGEST_ID)

    def number(self, name: str, default: int, most: int) -> int:
        """Return an integer of a query, which may be left out."""
        value = str(self.values.get(name, default))
        if not value.isascii() or not value.isdigit() or not 1 <= int(value[:9]) <= most:
            self.wrong(name, f"must be an integer from 1 to {most}")
            return default
        return int(value)

    def moment(self, name: str) -> datetime:
        """Return a time, the present if it is left out."""
        if name not in self.values:
            return moments.now()
        moment = moments.read(self.values[name])
        if moment is None:
            self.wrong(name, "must be an ISO 8601 time with an offset")
        return moment or moments.now()

    def month(self, name: str) -> str:
        """Return a month."""
        value = self.values.get(name)
        if not moments.is_month(value):
            self.wrong(name, "must be a month such as 2031-05")
        return str(value)

    def parts(self, name: str, least: int, most: int) -> list["Fields"]:
        """Return a list of objects."""
        value = self.values.get(name)
        if not isinstance(value, list) or not least <= len(value) <= most:
            self.wrong(name, f"must be a list of {least} to {most} objects")
            return []
        if not all(isinstance(part, dict) for part in value):
            self.wrong(name, "must be a list of objects")
            return []
        return [Fields(part) for part in value]

    def gather(self, name: str, parts: list["Fields"]) -> None:
        """Note what is wrong with the parts of a list under the list's name."""
        for number, part in enumerate(parts):
            for field, messages in part.problems.items():
                for message in messages:
                    self.wrong(name, f"{number}: {field} {message}")

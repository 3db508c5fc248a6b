"""What may stand for an id in a path."""

from werkzeug.routing import IntegerConverter

from ledger.fields import LARGEST_ID

NOBODYS_ID = 0


class RowIdConverter(IntegerConverter):
    """An id of a row; a number beyond what a column holds becomes an id that no row has."""

    def to_python(self, value: str) -> int:
        """Return the id."""
        number = int(super().to_python(value[:20]))
        return number if number <= LARGEST_ID else NOBODYS_ID

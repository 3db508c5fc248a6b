"""What may stand for an id in a path."""

from werkzeug.routing import IntegerConverter

LARGEST_INTEGER = 2**31 - 1  # of a PostgreSQL column
NOBODYS_ID = 0


class RowIdConverter(IntegerConverter):
    """An id of a row.

    A number beyond what a column holds becomes an id that no row has, and so ends as the 404
    that it is. (A `max` would do for GET; with other methods werkzeug makes it a 405.)
    """

    def to_python(self, value: str) -> int:
        """Return the id."""
        number = int(super().to_python(value))
        return number if number <= LARGEST_INTEGER else NOBODYS_ID

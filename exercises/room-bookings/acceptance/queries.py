"""Which lists must not take more queries the more they show, and how they grow.

`pages` says what is asked for, with which headers; `grow` adds rows by the application itself. The
queries are counted where the application cannot reach them: by a PostgreSQL of the harness.
"""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

ADMIN = {"email": "admin@example.com", "password": "only-for-the-tests"}  # as in exercise.yaml
FIRST = datetime(2035, 5, 1, 9, tzinfo=UTC)

_number = count(1)


def _headers(http: Any) -> dict[str, str]:
    reply = http.post("/api/auth/login", json=ADMIN)
    return {"Authorization": f"Bearer {reply.json()['access_token']}"}


def pages(http: Any) -> list[tuple[str, dict[str, str]]]:
    """Return the paths of lists, each with the headers to ask with."""
    headers = _headers(http)
    return [("/api/rooms", headers), ("/api/bookings", headers)]


def grow(http: Any, rows: int) -> None:
    """Add so many rooms, and in each of them a booking."""
    headers = _headers(http)
    for _ in range(rows):
        number = next(_number)
        room = {"name": f"Counted {number}", "capacity": 4}
        made = http.post("/api/rooms", json=room, headers=headers).json()
        starts = FIRST + timedelta(days=number)
        booking = {
            "room_id": made["id"],
            "title": "Counting",
            "starts_at": starts.isoformat(),
            "ends_at": (starts + timedelta(hours=1)).isoformat(),
        }
        http.post("/api/bookings", json=booking, headers=headers)

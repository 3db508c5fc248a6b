"""Which lists must not take more queries the more they show, and how they grow.

`pages` says what is asked for, with which headers; `grow` adds rows by the application itself. The
queries are counted where the application cannot reach them: by a PostgreSQL of the harness.
"""

from itertools import count
from typing import Any

OPERATOR = {"Authorization": "Bearer the-operator-of-the-hidden-tests"}  # as in exercise.yaml
MONTH = "2035-05"

_number = count(1)
_main: dict[str, Any] = {}


def _customer(http: Any) -> dict[str, str]:
    body = {"name": "Counted", "fee_rate": "1.00"}
    made = http.post("/api/customers", json=body, headers=OPERATOR).json()
    return {"Authorization": f"Bearer {made['api_key']}"}


def _open(http: Any) -> Any:
    body = {"name": f"Counted {next(_number)}"}
    return http.post("/api/accounts", json=body, headers=_main["headers"]).json()["id"]


def pages(http: Any) -> list[tuple[str, dict[str, str]]]:
    """Return the paths of lists, each with the headers to ask with."""
    if not _main:
        _main["headers"] = _customer(http)
        _main["account"] = _open(http)
    statement = f"/api/accounts/{_main['account']}/statement?month={MONTH}"
    return [("/api/accounts", _main["headers"]), (statement, _main["headers"])]


def grow(http: Any, rows: int) -> None:
    """Add so many accounts, and as many lines to the statement of the first one."""
    pages(http)
    for _ in range(rows):
        _open(http)
        deposit = {
            "account_id": _main["account"],
            "amount": "5.00",
            "booked_at": f"{MONTH}-10T12:00:00Z",
        }
        http.post("/api/deposits", json=deposit, headers=OPERATOR)

"""Who calls is decided by the key alone."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize("key", ["nobody", "tally-import-7c1f04d2b9", "ä"])
def test_a_key_that_is_not_good_opens_nothing(
    key: str, client_of: Callable[[str], FlaskClient]
) -> None:
    assert client_of(key).get("/api/accounts").status_code == 401


def test_no_header_makes_somebody_else(
    ada: FlaskClient, bob: FlaskClient, open_account: Any
) -> None:
    account = open_account(ada)
    headers = {"X-Customer-Id": str(ada.get("/api/customers/me").get_json()["id"])}

    assert bob.get(f"/api/accounts/{account}", headers=headers).status_code == 404


def test_customer_id_is_for_the_operator(
    ada: FlaskClient, bob: FlaskClient, operator: FlaskClient, open_account: Any
) -> None:
    account = open_account(ada)
    query = {"customer_id": ada.get("/api/customers/me").get_json()["id"]}

    assert bob.get("/api/accounts", query_string=query).get_json()["items"] == []
    found = operator.get("/api/accounts", query_string=query).get_json()["items"]
    assert [one["id"] for one in found] == [account]

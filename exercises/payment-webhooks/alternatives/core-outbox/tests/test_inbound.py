import pytest

from webhooks.inbound import parse
from webhooks.problems import Problem


def test_all_problems_are_named() -> None:
    with pytest.raises(Problem) as caught:
        parse(b'{"id": "", "type": "a", "data": {"amount": true}}')

    assert set(caught.value.body["error"]["fields"]) == {"id", "data.amount", "data.currency"}


def test_an_event_is_read_as_it_came() -> None:
    event = parse(b'{"id": "e", "type": "a", "data": {"amount": 1, "currency": "EUR", "x": [1]}}')

    assert event["data"]["x"] == [1]

"""Events that come in: accepted, validated, answered."""

from typing import Any

import pytest


@pytest.mark.brief(
    "`POST /webhooks/payments` | the provider, by signature | 202, an event that is new",
    "The answer to an event holds its `id` and its `status`",
)
def test_a_new_event_is_accepted(provider: Any, event: Any) -> None:
    """A signed event that is new is answered with 202, its id and its status."""
    reply = provider.send(event)

    assert reply.status == 202
    body = reply.json()
    assert body["id"] == event["id"]
    assert body["status"] in {"pending", "delivered"}


@pytest.mark.brief("`GET /events/<id>` | operators | 200, how far the event has come")
def test_an_event_can_be_followed(provider: Any, operator: Any, ledger: Any, event: Any) -> None:
    """An accepted event is shown to operators, and is delivered in the end."""
    provider.accepted(event)

    seen = operator.event(event["id"])

    assert (seen["id"], seen["type"]) == (event["id"], event["type"])
    assert seen["status"] in {"pending", "delivered"}
    assert operator.awaits(event["id"], "delivered")["last_error"] is None
    assert len(ledger.got(event["id"])) == 1


@pytest.mark.brief(
    "`id` must be a string of 1 to 64 characters out of letters and digits of ASCII, `_` and `-`"
)
def test_ids_at_the_limits_are_fine(provider: Any, unique: Any, new_event: Any) -> None:
    """An id of 64 characters is accepted, and is an id of its own to the last of them."""
    stem = unique("A_z-9").ljust(63, "x")

    for last in "ab":
        assert provider.accepted(new_event(id=stem + last)) == stem + last


@pytest.mark.brief("`id` must be a string of 1 to 64 characters")
def test_an_id_that_is_none_is_named(provider: Any, new_event: Any, invalid: Any) -> None:
    """An id that is empty, too long, of other characters or no string is a 422 that names it."""
    for wrong in ("", "x" * 65, "evt 1", "evt/1", "evt.1", "évt", "evt_1\n", 7, None, ["evt"]):
        invalid(provider.send(new_event(id=wrong)), "id")


@pytest.mark.brief("`type` must be a string of 1 to 80 characters")
def test_a_type_that_is_none_is_named(provider: Any, new_event: Any, invalid: Any) -> None:
    """A type that is empty, too long, of other characters or no string is a 422 that names it."""
    for wrong in ("", " ", "x" * 81, "payment captured", "payment\x00", 7, None, {}):
        invalid(provider.send(new_event(type=wrong)), "type")


@pytest.mark.brief("New types come without notice: all of them are forwarded.")
def test_types_that_nobody_knows_are_forwarded(
    provider: Any, ledger: Any, unique: Any, new_event: Any
) -> None:
    """An event of a type that was never heard of reaches the ledger."""
    event = new_event(type=unique("brand_New.type").ljust(80, "x"))

    provider.accepted(event)

    assert ledger.awaits(event["id"])[0].event == event


@pytest.mark.brief("`data` must be an object.")
def test_data_that_is_no_object_is_named(provider: Any, new_event: Any, invalid: Any) -> None:
    """Data that is no object is a 422 that names it."""
    for wrong in ([], "data", 7, None, True):
        invalid(provider.send(new_event(data=wrong)), "data")


@pytest.mark.brief("`data.amount` must be a JSON integer from 1 to 10¹²")
def test_an_amount_that_is_none_is_named(provider: Any, event: Any, invalid: Any) -> None:
    """An amount that is no integer, or out of range, is a 422 that names it."""
    for wrong in (0, -5, 10**12 + 1, 10**30, 12.5, "1250", True, None, [1250]):
        changed = {**event, "data": {**event["data"], "amount": wrong}}

        invalid(provider.send(changed), "data.amount")


@pytest.mark.brief("`data.amount` must be a JSON integer from 1 to 10¹²")
def test_amounts_at_the_limits_are_fine(provider: Any, ledger: Any, new_event: Any) -> None:
    """The least and the greatest amount are accepted, and arrive as they are."""
    for amount in (1, 10**12):
        event = new_event(data={"amount": amount, "currency": "EUR"})

        provider.accepted(event)

        assert ledger.awaits(event["id"])[0].event == event


@pytest.mark.brief("and `data.currency` three capital letters A to Z")
def test_a_currency_that_is_none_is_named(provider: Any, event: Any, invalid: Any) -> None:
    """A currency that is not three capital letters is a 422 that names it."""
    for wrong in ("", "EU", "EURO", "eur", "E1R", "ÉUR", "EUR\n", 978, None):
        changed = {**event, "data": {**event["data"], "currency": wrong}}

        invalid(provider.send(changed), "data.currency")


@pytest.mark.brief(
    "maps each field that is wrong (all of them, not just the first) to a list of messages",
    "the fields are `id`, `type`, `data`, `data.amount` and `data.currency`",
)
def test_all_fields_that_are_wrong_are_named(provider: Any, new_event: Any, invalid: Any) -> None:
    """A 422 names all that is wrong, and all that is missing."""
    wrong = new_event(id="", type="", data={"amount": "12", "currency": "euro"})

    invalid(provider.send(wrong), "id", "type", "data.amount", "data.currency")
    invalid(provider.send({}), "id", "type", "data")


@pytest.mark.brief("422 | signed and readable, but not acceptable.")
def test_what_was_refused_is_not_stored(
    provider: Any, operator: Any, ledger: Any, event: Any
) -> None:
    """An event that was refused leaves no trace, and is accepted once it is right."""
    wrong = {**event, "data": {**event["data"], "amount": 0}}

    assert provider.send(wrong).status == 422
    assert operator.get(f"/events/{event['id']}").status == 404
    provider.accepted(event)

    assert [one.event for one in ledger.awaits(event["id"])] == [event]

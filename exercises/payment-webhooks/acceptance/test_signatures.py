"""Signatures: what is let in, and what is not."""

import json
import time
from random import Random
from typing import Any

import pytest

SLACK = 20  # seconds between our clock and theirs that tests near the tolerance allow for


def packed(event: Any) -> bytes:
    """Return an event as bytes."""
    return json.dumps(event).encode()


@pytest.fixture
def refused(provider: Any, operator: Any, ledger: Any, error: Any, new_event: Any) -> Any:
    """Check that an event with such a signature is refused, stored nowhere, and sent nowhere."""

    def check(make: Any) -> None:
        event = new_event()
        error(provider.send(event, signed=make(packed(event))), 401)
        assert operator.get(f"/events/{event['id']}").status == 404
        assert not ledger.got(event["id"])

    return check


@pytest.mark.brief("Whatever is missing, malformed, too old or wrong must be answered with a 401")
def test_a_request_without_a_signature_is_refused(refused: Any) -> None:
    """Without the header, the answer is 401."""
    refused(lambda _: "")


@pytest.mark.brief("Whatever is missing, malformed, too old or wrong must be answered with a 401")
def test_a_signature_of_another_secret_is_refused(
    refused: Any, unique: Any, signature: Any, secrets: Any
) -> None:
    """A signature that was made with a secret of somebody else's is refused."""
    for other in (unique("secret"), "", ",".join(secrets), secrets[0].upper()):
        refused(lambda body, other=other: signature(body, secret=other))


@pytest.mark.brief("the body exactly as it was sent, byte for byte")
def test_a_changed_body_is_refused(
    provider: Any, operator: Any, error: Any, event: Any, signature: Any
) -> None:
    """A signature is good for one body only, to the last byte."""
    mark = signature(packed(event))
    event["data"]["amount"] += 1

    error(provider.send(packed(event), signed=mark), 401)
    error(provider.send(packed(event) + b" ", signed=signature(packed(event))), 401)

    assert operator.get(f"/events/{event['id']}").status == 404


@pytest.mark.brief("the body exactly as it was sent, byte for byte")
def test_blanks_and_key_order_are_signed_as_sent(provider: Any, ledger: Any, event: Any) -> None:
    """A body that nobody's JSON library would write so is accepted, since it is signed so."""
    turned = dict(reversed(event.items()))
    body = b"\n " + json.dumps(turned, indent=3, ensure_ascii=False).encode() + b"\t\r\n"

    assert provider.send(body).status == 202

    assert ledger.awaits(event["id"])[0].event == event


@pytest.mark.brief("over the digits of `t`, a full stop, and the body")
def test_a_changed_time_is_refused(refused: Any, signature: Any) -> None:
    """The time is signed, too: an old request does not become young by another `t`."""

    def younger(body: bytes) -> str:
        past = int(time.time()) - 3600
        return signature(body, at=past).replace(str(past), str(int(time.time())))

    refused(younger)
    refused(lambda body: signature(body).replace("t=", "t=0"))


@pytest.mark.brief("`t` must be at most 300 seconds away from our clock, in the past")
def test_an_old_signature_is_refused(refused: Any, signature: Any) -> None:
    """A signature that is older than five minutes is refused."""
    for age in (300 + SLACK, 3600, 10**9):
        refused(lambda body, age=age: signature(body, at=time.time() - age))


@pytest.mark.brief(
    "`t` must be at most 300 seconds away from our clock, in the past or in the future"
)
def test_a_signature_of_the_future_is_refused(refused: Any, signature: Any) -> None:
    """A signature from more than five minutes ahead is refused."""
    for ahead in (300 + SLACK, 3600, 10**9):
        refused(lambda body, ahead=ahead: signature(body, at=time.time() + ahead))


@pytest.mark.brief("`t` must be at most 300 seconds away from our clock")
def test_clocks_may_differ_a_little(provider: Any, new_event: Any, signature: Any) -> None:
    """A signature that is some minutes old, or ahead, is accepted."""
    for off in (-300 + SLACK, 300 - SLACK):
        event = new_event()

        mark = signature(packed(event), at=time.time() + off)

        provider.accepted(event, signed=mark)


@pytest.mark.brief("accepted if any of its `v1` was made with any of our secrets")
def test_an_older_secret_is_still_good(
    provider: Any, new_event: Any, signature: Any, secrets: Any
) -> None:
    """An event is accepted with each of the secrets in WEBHOOK_secrets."""
    for secret in secrets:
        event = new_event()

        provider.accepted(event, signed=signature(packed(event), secret=secret))


@pytest.mark.brief("must be accepted if any of its `v1` was made with any of our secrets")
def test_one_good_signature_of_several_is_enough(
    provider: Any, new_event: Any, unique: Any, dice: Random, signature: Any, secrets: Any
) -> None:
    """Of several signatures in one header one must be good, whichever of them it is."""
    for place in range(3):
        event = new_event()
        now, body = str(int(time.time())), packed(event)
        marks = [
            signature(body, secret=unique("strange"), at=now).partition(",")[2] for _ in range(2)
        ]
        good = signature(body, secret=dice.choice(secrets), at=now).partition(",")[2]
        marks.insert(place, good)

        provider.accepted(event, signed=f"t={now},{','.join(marks)}")


@pytest.mark.brief("Parts of the header that we do not know, such as `v0=…`, are ignored.")
def test_parts_that_nobody_knows_are_ignored(
    provider: Any, error: Any, new_event: Any, signature: Any
) -> None:
    """An unknown part does no harm beside a good signature, and no good in the place of one."""
    event = new_event()
    mark = signature(packed(event))

    error(provider.send(event, signed=mark.replace("v1=", "v0=")), 401)
    provider.accepted(event, signed=f"v0=12ab,{mark},v2=é")


@pytest.mark.brief("Whatever is missing, malformed, too old or wrong must be answered with a 401")
def test_a_malformed_header_is_refused(refused: Any, signature: Any) -> None:
    """A header that cannot be read is a 401, and never a 500."""
    now = str(int(time.time()))
    for wrong in (
        *("nonsense", "=", ",", "t=", f"t={now}", f"t={now},v1=", f"t={now},v1", "v1=00ff"),
        *(f"t={now},v1=é", f"t={now},v1=zz", f"t={now},v1={'f' * 64}", f"t={now},v1={'f' * 4000}"),
    ):
        refused(lambda _, wrong=wrong: wrong)
    for moment in ("soon", "-1", "1e3", "NaN", "", " ", "9" * 30, "9" * 5000):
        refused(lambda body, moment=moment: signature(body, at=moment))


@pytest.mark.brief(
    "The signature comes first: who cannot sign does not learn whether a body is valid."
)
def test_the_signature_is_looked_at_first(
    provider: Any, error: Any, event: Any, signature: Any
) -> None:
    """Without a good signature whatever is sent is a 401: no event, and one that is known."""
    provider.accepted(event)

    for body in (b"", b"{", b"[]", b"\xff", packed({**event, "id": ""}), packed(event)):
        error(provider.send(body, signed=signature(body, secret="not one of ours")), 401)

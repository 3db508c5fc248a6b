"""Accounts: opened, read, renamed, listed and closed."""

from functools import partial
from typing import Any

import pytest

ACCOUNTS = "/api/accounts"
CALLERS = 8


@pytest.mark.brief("201, the new account, which is the caller's own")
def test_a_new_account_answers_201_with_the_account(alice: Any, unique: Any) -> None:
    """Opening an account answers 201 with the account, which is open, empty and the caller's."""
    name = unique("account")

    reply = alice.post(ACCOUNTS, json={"name": name})

    assert reply.status == 201
    account = reply.json()
    assert account["customer_id"] == alice.id
    assert (account["name"], account["status"]) == (name, "open")
    assert account["balance"] == "0.00"


@pytest.mark.brief("A 201 carries a `Location` header that leads to the new thing")
def test_the_location_of_a_new_account_leads_to_it(alice: Any, unique: Any) -> None:
    """The Location header of a new account leads to the account."""
    reply = alice.post(ACCOUNTS, json={"name": unique("account")})

    location = reply.header("Location")
    assert location, "there is no Location header"
    found = alice.get(location[location.index("/api/") :])
    assert found.status == 200
    assert found.json()["id"] == reply.json()["id"]


@pytest.mark.brief("its owner, operator")
def test_an_account_is_read_by_its_owner_and_the_operator(
    alice: Any, operator: Any, open_account: Any, unique: Any
) -> None:
    """An account reads back as it was opened."""
    name = unique("account")
    account = open_account(alice, 1250, name)

    for caller in (alice, operator):
        reply = caller.get(f"{ACCOUNTS}/{account}")
        assert reply.status == 200
        body = reply.json()
        assert (body["id"], body["name"], body["balance"]) == (account, name, "12.50")


@pytest.mark.brief("A customer cannot have two accounts of one name: 409")
def test_a_name_is_taken_once_by_a_customer(
    alice: Any, bob: Any, unique: Any, open_account: Any, error: Any
) -> None:
    """A second account of one name answers 409; another customer may have one."""
    name = unique("account")
    open_account(alice, name=name)

    error(alice.post(ACCOUNTS, json={"name": name}), 409)
    assert bob.post(ACCOUNTS, json={"name": name}).status == 201
    assert alice.get(ACCOUNTS).json()["total"] == 1


@pytest.mark.brief("A customer cannot have two accounts of one name: 409")
def test_one_name_at_one_moment_is_taken_once(alice: Any, unique: Any, http: Any) -> None:
    """Of many accounts of one name at the same moment one is opened."""
    name = unique("account")

    replies = http.parallel([partial(alice.post, ACCOUNTS, json={"name": name})] * CALLERS)

    assert sorted(reply.status for reply in replies) == [201, *[409] * (CALLERS - 1)]


@pytest.mark.brief("the account with another `name`")
def test_an_account_takes_another_name(alice: Any, open_account: Any, unique: Any) -> None:
    """A PATCH gives an account another name, and changes nothing else."""
    account = open_account(alice, 700)
    name = unique("renamed")

    reply = alice.patch(f"{ACCOUNTS}/{account}", json={"name": name})

    assert reply.status == 200
    for body in (reply.json(), alice.get(f"{ACCOUNTS}/{account}").json()):
        assert (body["id"], body["name"], body["balance"]) == (account, name, "7.00")


@pytest.mark.brief("Once somebody has tried to rename an account to a name that they already had")
def test_renaming_works_after_it_was_refused(
    alice: Any, bob: Any, open_account: Any, unique: Any, http: Any, error: Any
) -> None:
    """A name that is taken answers 409 each time, and everybody can rename accounts after that."""
    taken = unique("taken")
    open_account(alice, name=taken)
    path = f"{ACCOUNTS}/{open_account(alice)}"
    for _ in range(3):
        refused = http.parallel([partial(alice.patch, path, json={"name": taken})] * CALLERS)
        for reply in refused:
            error(reply, 409)

    paths = [f"{ACCOUNTS}/{open_account(caller)}" for caller in (alice, bob) * 4]
    for _ in range(3):
        replies = http.parallel(
            [
                partial((alice, bob)[place % 2].patch, each, json={"name": unique("new")})
                for place, each in enumerate(paths)
            ]
        )
        assert [reply.status for reply in replies] == [200] * len(paths)
    assert alice.get(path).json()["name"] != taken


@pytest.mark.brief("an account answers 403 or 404")
def test_an_account_is_nobody_elses(alice: Any, bob: Any, open_account: Any) -> None:
    """An account cannot be read, renamed or closed by anybody else."""
    account = open_account(alice)
    path = f"{ACCOUNTS}/{account}"

    assert bob.get(path).status in (403, 404)
    assert bob.get(f"{path}/statement", query={"month": "2031-05"}).status in (403, 404)
    assert bob.patch(path, json={"name": "Mine"}).status in (403, 404)
    assert bob.post(f"{path}/close").status in (403, 404)
    body = alice.get(path).json()
    assert body["name"] != "Mine"
    assert body["status"] == "open"


@pytest.mark.brief("Only an account with a balance of zero can be closed: else 409")
def test_an_empty_account_can_be_closed(alice: Any, open_account: Any, error: Any) -> None:
    """Closing an account that is empty answers 200; one that is not answers 409 and stays open."""
    empty, full = open_account(alice), open_account(alice, 1)

    reply = alice.post(f"{ACCOUNTS}/{empty}/close")
    assert (reply.status, reply.json()["status"]) == (200, "closed")
    assert alice.get(f"{ACCOUNTS}/{empty}").json()["status"] == "closed"

    error(alice.post(f"{ACCOUNTS}/{full}/close"), 409)
    assert alice.get(f"{ACCOUNTS}/{full}").json()["status"] == "open"


@pytest.mark.brief("A closed account takes part in nothing any more: 409")
def test_a_closed_account_takes_part_in_nothing(
    alice: Any, operator: Any, open_account: Any, pay: Any, share: Any, balance: Any, error: Any
) -> None:
    """Whatever would bring money to a closed account is refused with 409."""
    closed, source, other = open_account(alice), open_account(alice, 900), open_account(alice)
    assert alice.post(f"{ACCOUNTS}/{closed}/close").status == 200

    error(operator.post("/api/deposits", json={"account_id": closed, "amount": "1.00"}), 409)
    error(pay(alice, source, closed, 100), 409)
    error(pay(alice, closed, source, 100), 409)
    error(share(alice, source, 100, {closed: 1, other: 1}), 409)
    assert (balance(closed), balance(source), balance(other)) == (0, 900, 0)


@pytest.mark.brief("a page of accounts: the customer's own")
def test_customers_see_their_own_accounts(alice: Any, bob: Any, open_account: Any) -> None:
    """The list of a customer holds their own accounts with their balances, and no others."""
    mine = {open_account(alice, 100 * n): 100 * n for n in range(3)}
    open_account(bob)

    reply = alice.get(ACCOUNTS)

    assert reply.status == 200
    body = reply.json()
    assert {one["id"] for one in body["items"]} == set(mine)
    assert all(one["balance"] == f"{mine[one['id']] // 100}.00" for one in body["items"])
    assert (body["page"], body["per_page"], body["total"]) == (1, 20, 3)


@pytest.mark.brief("`page` starts at 1, `per_page` is 1 to 100")
def test_pages_put_together_are_the_list(alice: Any, open_account: Any) -> None:
    """Paging through the list shows every account once, and a page after the last is empty."""
    accounts = {open_account(alice) for _ in range(7)}

    found = []
    for page in range(1, 5):
        body = alice.get(ACCOUNTS, query={"page": page, "per_page": 2}).json()
        assert (body["page"], body["per_page"], body["total"]) == (page, 2, 7)
        found += [one["id"] for one in body["items"]]

    assert len(found) == 7
    assert set(found) == accounts
    assert alice.get(ACCOUNTS, query={"page": 9}).json()["items"] == []


@pytest.mark.brief("sorted by name")
def test_accounts_are_sorted_by_name(alice: Any, open_account: Any, dice: Any) -> None:
    """The list is sorted by name, over all pages."""
    names = [f"Pot {letter}" for letter in "ABCDEF"]
    for name in dice.sample(names, len(names)):
        open_account(alice, name=name)

    found = []
    for page in (1, 2):
        body = alice.get(ACCOUNTS, query={"page": page, "per_page": 3}).json()
        found += [one["name"] for one in body["items"]]

    assert found == names


@pytest.mark.brief("The operator may add `customer_id` to see one customer's accounts")
def test_the_operator_sees_one_customers_accounts(
    operator: Any, alice: Any, bob: Any, open_account: Any
) -> None:
    """The operator sees everybody's accounts, and one customer's if they are asked for."""
    hers = {open_account(alice) for _ in range(2)}
    open_account(bob)

    body = operator.get(ACCOUNTS, query={"customer_id": alice.id}).json()

    assert {one["id"] for one in body["items"]} == hers
    assert operator.get(ACCOUNTS).json()["total"] >= 3

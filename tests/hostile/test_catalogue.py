"""No submission raises its score, sees the tests, harms the host or crashes the grading."""

import pytest

from tests.faults.host import HostState
from tests.hostile import table
from tests.hostile.attack import Attack
from tests.hostile.catalogue import (
    build,
    client,
    clone,
    database,
    hiding,
    honest,
    report,
    server,
    static,
)
from tests.hostile.grading import Desk
from tests.hostile.judge import judge

pytestmark = [pytest.mark.network, pytest.mark.timeout(700)]

ATTACKS: tuple[Attack, ...] = (
    *clone.ATTACKS,
    *build.ATTACKS,
    *server.ATTACKS,
    *database.ATTACKS,
    *client.ATTACKS,
    *static.ATTACKS,
    *hiding.ATTACKS,
    *report.ATTACKS,
    *honest.CONTROLS,
)


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack.key for attack in ATTACKS])
def test_an_attack_comes_to_nothing(attack: Attack, desk: Desk) -> None:
    """Every outcome code that applies to the attack holds, and the table of attacks says so."""
    plain = desk.measure(attack)
    work = desk.submission(attack)
    before = HostState.take(desk.folder)

    graded = desk.attacked(attack, work)

    outcomes = judge(attack, graded, plain, before.left(desk.folder), desk.secret)
    table.note(attack, desk.host, outcomes, graded)
    wrong = [f"{one.code}: {one.wrong}" for one in outcomes if one.wrong]
    assert not wrong, "\n".join(wrong)


def test_the_plain_app_is_worth_less_than_the_good_one(desk: Desk) -> None:
    """What the attacks are measured by: the good app earns all, the bad one half of it."""
    assert desk.plain(weighs="served", good=True).total == 100
    assert desk.plain(weighs="served").total == 50

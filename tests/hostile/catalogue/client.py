"""Attacks on the test client by what is answered: K42 to K48."""

from tests.hostile.attack import Attack

ATTACKS: tuple[Attack, ...] = ()

"""Attacks from inside the served application: K24 to K41, K61 and K62."""

from tests.hostile.attack import Attack

ATTACKS: tuple[Attack, ...] = ()

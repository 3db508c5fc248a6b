"""Attacks on whoever reads the report: K59, K60 and K63."""

from tests.hostile.attack import Attack

ATTACKS: tuple[Attack, ...] = ()

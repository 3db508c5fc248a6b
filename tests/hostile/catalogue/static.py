"""Attacks on static analysis, structure and rubric: K49 to K58."""

from tests.hostile.attack import Attack

ATTACKS: tuple[Attack, ...] = ()

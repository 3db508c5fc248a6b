"""Attacks on cloning, and on the tree that comes of it: K01 to K11."""

from tests.hostile.attack import Attack

ATTACKS: tuple[Attack, ...] = ()

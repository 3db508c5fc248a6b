"""Attacks on the build of the environment, and on how it is started: K12 to K23."""

from tests.hostile.attack import Attack

ATTACKS: tuple[Attack, ...] = ()

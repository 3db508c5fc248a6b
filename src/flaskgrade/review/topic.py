"""A question of the interview sheet, and what raises it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A question, and the findings (by the start of their codes) and failed tests that raise it."""

    about: str
    ask: str
    good: str
    findings: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()  # of failed hidden tests and steps
    checks: tuple[str, ...] = ()  # all failed items of these

    def asks(self, check: str, criteria: tuple[str, ...]) -> bool:
        """Tell whether a failed item of a check, of these criteria, raises this question."""
        return check in self.checks or not set(self.criteria).isdisjoint(criteria)


@dataclass(frozen=True, kw_only=True)
class Held:
    """A question on something hard that holds in full."""

    criterion: str
    about: str
    ask: str
    good: str

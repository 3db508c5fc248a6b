"""A clean file: a tool that crashes on this one is broken, whatever a submission holds."""


def double(number: int) -> int:
    """Return twice the number."""
    return number * 2

"""The contract of a report format."""

from collections.abc import Callable
from dataclasses import dataclass

from flaskgrade.model.report import Report


@dataclass(frozen=True, kw_only=True)
class Format:
    """A way to write a report down. `render` is pure: the same report gives the same text."""

    name: str  # what users type
    title: str  # a few words for people
    file_name: str  # within a report folder
    media_type: str
    render: Callable[[Report], str]

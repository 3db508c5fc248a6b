"""The contract of a report format that goes to a file."""

from collections.abc import Callable
from dataclasses import dataclass

from flaskgrade.model.report import Report


@dataclass(frozen=True, kw_only=True)
class Renderer:
    """A way to write a report down. `render` is pure: the same report gives the same text."""

    file_name: str
    media_type: str
    render: Callable[[Report], str]
    prepare: Callable[[], None] = lambda: None  # loads what `render` needs; it may be called or not

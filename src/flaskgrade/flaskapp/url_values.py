"""What the parameters of views are given from the URL."""

import re
from collections.abc import Iterable, Mapping

from flaskgrade.flaskapp.facts import Route

_CONVERTED = re.compile(r"<(?:(\w+)(?:\([^<>]*\))?:)?(\w+)>")
_TEXTS = frozenset({"", "string", "path", "default", "any"})


def url_values(routes: Iterable[Route]) -> Mapping[tuple[str, str], bool]:
    """Return, by the view's name and the parameter's, whether it may be any text."""
    found: dict[tuple[str, str], bool] = {}
    for route in routes:
        view = route.handler.split(".")[-1]
        for converter, name in _CONVERTED.findall(route.rule):
            text = converter in _TEXTS - {"any"}
            found[view, name] = found.get((view, name), False) or text
    return found

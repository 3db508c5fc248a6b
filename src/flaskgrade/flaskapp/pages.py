"""The paths of an application that can be asked for without knowing anything."""

from collections.abc import Iterator, Mapping

from flaskgrade.flaskapp.facts import Blueprint
from flaskgrade.flaskapp.project_facts import ProjectFacts
from flaskgrade.model.evidence import Location

_DEEPEST = 5  # blueprints in blueprints


def page_paths(facts: ProjectFacts) -> tuple[str, ...]:
    """Return the paths that GET answers and that have no variable part, prefixes included."""
    blueprints = {one.location: one for one in facts.blueprints}
    found: dict[str, None] = {}
    for route in facts.routes:
        if "GET" not in route.methods or "<" in route.rule:
            continue
        for prefix in _prefixes(route.owner_at, blueprints, _DEEPEST):
            path = f"{prefix}{route.rule}"
            if path.startswith("/") and "<" not in path:
                found.setdefault(path)
    return tuple(found)


def _prefixes(
    at: Location | None, blueprints: Mapping[Location, Blueprint], depth: int
) -> Iterator[str]:
    """Yield what comes before the rules of an owner, once for each way that leads to it."""
    owner = blueprints.get(at) if at is not None else None
    if owner is None or depth == 0:
        yield ""
        return
    own = (owner.prefix or "").rstrip("/")
    for parent in owner.parents or (None,):
        for outer in _prefixes(parent, blueprints, depth - 1):
            yield f"{outer}{own}"

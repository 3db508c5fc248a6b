"""Which application of a project is the one that it serves, decided by evidence that is shown."""

from collections import Counter
from dataclasses import dataclass

from flaskgrade.flaskapp.facts import AppCreation
from flaskgrade.flaskapp.layout import is_aside
from flaskgrade.flaskapp.project_facts import ProjectFacts
from flaskgrade.model.evidence import Location


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An application and what speaks for it."""

    app: AppCreation
    routes: int  # declared on it, or on what is registered on it
    blueprints: int  # registered on it
    extensions: int  # made in the same file, or bound there
    aside: bool  # in a folder of examples or documentation

    @property
    def weight(self) -> tuple[bool, int, int]:
        """The measure by which candidates are ordered, the largest first."""
        return not self.aside, self.routes + 3 * self.blueprints + self.extensions, 0


def candidates(facts: ProjectFacts) -> tuple[Candidate, ...]:
    """Return the applications, the one that is most likely served first."""
    routes = Counter(route.owner_at for route in facts.routes if route.owner_at is not None)
    registered: Counter[Location] = Counter()
    behind: Counter[Location] = Counter()
    for blueprint in facts.blueprints:
        for parent in blueprint.parents:
            registered[parent] += 1
            behind[parent] += routes[blueprint.location]
    bound = Counter(
        (extension.init_app or extension.location).path for extension in facts.extensions
    )
    found = [
        Candidate(
            app=app,
            routes=routes[app.location] + behind[app.location],
            blueprints=registered[app.location],
            extensions=bound[app.location.path],
            aside=is_aside(app.location.path),
        )
        for app in facts.apps
    ]
    return tuple(
        sorted(found, key=lambda one: (one.weight, -one.app.location.path.count("/")), reverse=True)
    )

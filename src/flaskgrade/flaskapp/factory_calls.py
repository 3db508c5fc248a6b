"""Where a factory is called as a module is imported: what a server is pointed at."""

from flaskgrade.flaskapp.facts import Factory
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.values import Code
from flaskgrade.model.evidence import Location


def find_factory_calls(project: Project, factories: tuple[Factory, ...]) -> tuple[Location, ...]:
    """Return the calls of factories that run at import, tests left out."""
    known = {factory.location for factory in factories}
    return tuple(
        site.location
        for site in project.sites()
        if site.scope.function is None
        and project.variable(site.call) is not None
        and any(
            isinstance(value, Code) and value.scope.place(value.scope.node) in known
            for value in project.values(site.call.func, site.scope)
        )
    )

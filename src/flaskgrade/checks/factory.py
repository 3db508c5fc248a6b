"""Application factory: a function makes the application, afresh for each call.

What it looks at: every call that creates a Flask application (or a subclass, APIFlask, connexion)
outside the tests, and every function that returns one which it creates, under whatever name.

What earns: a function creates the application and returns it; its caller can choose the
configuration by an argument; and no application comes into being by importing a module.
`app = create_app()` in a `wsgi.py` is how a factory is served, and costs nothing.
What counts is the application that is served: a factory beside it is none.

What loses: an application at module level. It cannot be made twice, so tests share its state and
its configuration is fixed before anybody can change it.

Source: Flask's documentation, "Application Factories",
https://flask.palletsprojects.com/en/stable/patterns/appfactories/
"""

from dataclasses import dataclass

from flaskgrade.checks.base import Context, Need
from flaskgrade.flaskapp.entry import served_factories
from flaskgrade.flaskapp.facts import AppCreation, Factory
from flaskgrade.flaskapp.project_facts import ProjectFacts
from flaskgrade.model.evidence import Evidence, Finding, Item, Severity, Status


@dataclass(frozen=True, kw_only=True)
class FactoryCheck:
    """See the module."""

    name: str = "factory"
    title: str = "Application factory"
    needs: frozenset[Need] = frozenset()

    def run(self, context: Context) -> Evidence:
        """Return three items: a factory, with a configuration, and no application at import."""
        facts = context.facts
        at_import = tuple(app for app in facts.apps if app.function is None)
        factory = next(iter(served_factories(facts)), None)
        items = (
            _exists(factory, at_import, facts),
            _takes_config(factory),
            _nothing_at_import(at_import, facts),
        )
        failed = any(item.status is Status.FAILED for item in items)
        return Evidence(
            check=self.name,
            status=Status.FAILED if failed else Status.PASSED,
            summary=_summary(factory, at_import, facts),
            items=items,
            findings=tuple(
                Finding(
                    code=item.id,
                    message=item.message,
                    severity=Severity.MEDIUM if item.id == "factory:exists" else Severity.LOW,
                    location=item.location,
                )
                for item in items
                if item.status is Status.FAILED
            ),
        )


CHECK = FactoryCheck()


def _exists(
    factory: Factory | None, at_import: tuple[AppCreation, ...], facts: ProjectFacts
) -> Item:
    title = "A function creates and returns the application"
    if factory is not None:
        return Item(
            id="factory:exists",
            title=title,
            status=Status.PASSED,
            message=f"{factory.name}() in {factory.location}",
            location=factory.location,
        )
    message = "No function creates and returns a Flask application."
    if facts.factories:
        message = (
            f"The application that is served is created in {facts.served[0]}; "
            f"{facts.factories[0].name}() in {facts.factories[0].location} makes another one."
        )
    if not facts.apps:
        message = "No Flask application is created anywhere."
    if facts.unparsed:
        message += f" Not read: {', '.join(path for path, _ in facts.unparsed[:3])}."
    return Item(
        id="factory:exists",
        title=title,
        status=Status.FAILED,
        message=message,
        location=at_import[0].location if at_import else None,
    )


def _takes_config(factory: Factory | None) -> Item:
    title = "The factory takes its configuration as an argument"
    if factory is None:
        return Item(
            id="factory:takes-config", title=title, status=Status.FAILED, message="No factory."
        )
    return Item(
        id="factory:takes-config",
        title=title,
        status=Status.PASSED if factory.takes_config else Status.FAILED,
        message=""
        if factory.takes_config
        else f"{factory.name}() has no parameter by which a caller could choose a configuration.",
        location=factory.location,
    )


def _nothing_at_import(at_import: tuple[AppCreation, ...], facts: ProjectFacts) -> Item:
    title = "No application is created by importing a module"
    if not facts.apps:
        return Item(
            id="factory:at-import", title=title, status=Status.FAILED, message="No application."
        )
    if not at_import:
        return Item(id="factory:at-import", title=title, status=Status.PASSED)
    places = ", ".join(str(app.location) for app in at_import[:3])
    return Item(
        id="factory:at-import",
        title=title,
        status=Status.FAILED,
        message=f"{at_import[0].kind}(…) is called at module level: {places}",
        location=at_import[0].location,
    )


def _summary(
    factory: Factory | None, at_import: tuple[AppCreation, ...], facts: ProjectFacts
) -> str:
    if factory is None:
        if not facts.apps:
            return "No Flask application was found."
        return f"No application factory; the application is created in {facts.apps[0].location}."
    configured = "" if factory.takes_config else ", without a configuration argument"
    beside = f"; another application is created in {at_import[0].location}" if at_import else ""
    return f"{factory.name}() in {factory.location} is the factory{configured}{beside}."

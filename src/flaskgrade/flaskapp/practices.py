"""How a project goes about its work, as facts for the checks of Flask's good practice."""

from collections.abc import Callable
from dataclasses import dataclass, field

from flaskgrade.flaskapp.background import BackgroundWork, find_background_work
from flaskgrade.flaskapp.binding import Binding, find_bindings
from flaskgrade.flaskapp.celery_use import CeleryUse, find_celery_use
from flaskgrade.flaskapp.central_errors import CentralHandler, find_central_handlers
from flaskgrade.flaskapp.configuration import ConfigClass, find_config_classes
from flaskgrade.flaskapp.contexts import ContextUse, find_context_uses, find_pushed
from flaskgrade.flaskapp.dormant import Dormant
from flaskgrade.flaskapp.environment_reads import EnvironmentRead, find_environment_reads
from flaskgrade.flaskapp.escaping import Unescaped, find_unescaped_values
from flaskgrade.flaskapp.facts import Blueprint, Extension, Factory, Model, Route
from flaskgrade.flaskapp.imports import Circle, find_circles
from flaskgrade.flaskapp.layers import DirectAccess, find_direct_access, find_views
from flaskgrade.flaskapp.own_errors import OwnAnswer, find_own_answers
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.repeated_work import Repeated, find_repeated_work
from flaskgrade.flaskapp.route_design import RouteDesign, find_route_design
from flaskgrade.flaskapp.secrets import Secret, find_secrets
from flaskgrade.flaskapp.settings import Settings, find_settings
from flaskgrade.flaskapp.shared_work import SharedWork, find_shared_work
from flaskgrade.flaskapp.sql_use import SqlUse, find_sql_use
from flaskgrade.flaskapp.state import ModuleState, find_module_state
from flaskgrade.flaskapp.suite_configuration import find_suite_configuration
from flaskgrade.flaskapp.template_pages import Page, find_inline_templates, own_pages, read_pages
from flaskgrade.flaskapp.templates import is_template
from flaskgrade.flaskapp.transactions import Transactions, find_transactions
from flaskgrade.flaskapp.upward import UpwardImport, find_upward_imports
from flaskgrade.model.evidence import Location


@dataclass(frozen=True, kw_only=True)
class Practices:
    """What the project's own code does outside its tests."""

    config_classes: tuple[ConfigClass, ...] = ()
    environment_reads: tuple[EnvironmentRead, ...] = ()
    secrets: tuple[Secret, ...] = ()
    settings: Settings = field(default_factory=Settings)
    suite_configuration: Location | None = None  # where tests choose a configuration
    bindings: tuple[Binding, ...] = ()
    context_uses: tuple[ContextUse, ...] = ()
    pushed_contexts: tuple[Location, ...] = ()  # for good, as modules are imported
    background: tuple[BackgroundWork, ...] = ()
    celery: CeleryUse = field(default_factory=CeleryUse)
    central_errors: tuple[CentralHandler, ...] = ()
    own_answers: tuple[OwnAnswer, ...] = ()
    shared_work: tuple[SharedWork, ...] = ()
    repeated_work: tuple[Repeated, ...] = ()
    module_state: tuple[ModuleState, ...] = ()
    circles: tuple[Circle, ...] = ()
    upward_imports: tuple[UpwardImport, ...] = ()
    views: tuple[Location, ...] = ()
    direct_access: tuple[DirectAccess, ...] = ()
    pages: tuple[Page, ...] = ()
    inline_templates: tuple[Location, ...] = ()
    unescaped_values: tuple[Unescaped, ...] = ()
    sql_use: SqlUse = field(default_factory=SqlUse)
    transactions: Transactions = field(default_factory=Transactions)
    route_design: RouteDesign = field(default_factory=RouteDesign)


def find_practices(
    project: Project,
    routes: tuple[Route, ...],
    models: tuple[Model, ...],
    *,
    blueprints: tuple[Blueprint, ...],
    extensions: tuple[Extension, ...],
    factories: tuple[Factory, ...],
    everything: tuple[str, ...],
    read: Callable[[str], str],
) -> Practices:
    """Return the practices of a project; `read` gives the text of one of its files."""
    templates = {path: read(path) for path in everything if is_template(path)}
    secrets, dormant = find_secrets(project), Dormant(project, factories)
    return Practices(
        config_classes=find_config_classes(project),
        environment_reads=find_environment_reads(project),
        secrets=secrets,
        settings=find_settings(project, secrets, everything),
        suite_configuration=find_suite_configuration(project, factories, everything, read),
        bindings=find_bindings(project, extensions, factories, dormant),
        context_uses=find_context_uses(project),
        pushed_contexts=find_pushed(project),
        background=find_background_work(project, models),
        celery=find_celery_use(project, models),
        central_errors=find_central_handlers(project, blueprints, dormant),
        own_answers=find_own_answers(project, routes),
        shared_work=find_shared_work(
            project, routes, blueprints=blueprints, extensions=extensions, dormant=dormant
        ),
        repeated_work=find_repeated_work(project, routes),
        module_state=find_module_state(project),
        circles=find_circles(project),
        upward_imports=find_upward_imports(project, routes, models),
        views=find_views(project, routes),
        direct_access=find_direct_access(project, routes, models),
        pages=read_pages(templates),
        inline_templates=find_inline_templates(project),
        unescaped_values=find_unescaped_values(project, own_pages(templates)),
        sql_use=find_sql_use(project, routes),
        transactions=find_transactions(project, routes),
        route_design=find_route_design(project, routes),
    )

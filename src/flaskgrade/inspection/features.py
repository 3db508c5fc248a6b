"""What a project has besides its routes: forms protected, logging set up, containers, CI."""

from typing import Any

from flaskgrade.flaskapp.api_description import openapi_files, openapi_libraries
from flaskgrade.flaskapp.application import application_files, is_launcher
from flaskgrade.flaskapp.fixtures import find_factory_use, find_framework
from flaskgrade.flaskapp.forms import find_protection
from flaskgrade.flaskapp.handlers import find_error_handlers
from flaskgrade.flaskapp.imports import reached
from flaskgrade.flaskapp.logging_setup import LoggingSetup, find_logging_setups
from flaskgrade.flaskapp.migrations import migration_files
from flaskgrade.flaskapp.suite import has_tests
from flaskgrade.flaskapp.type_hints import find_type_hints
from flaskgrade.inspection.architecture import served
from flaskgrade.inspection.inspect import Inspection


def features(inspection: Inspection) -> dict[str, Any]:
    """Return what is there and what is not, by the names of the schema."""
    project, around = inspection.project, inspection.surroundings
    packages = project.packages()
    return {
        "celery": not packages.isdisjoint({"celery", "flask_celeryext", "flask_celery"}),
        "ci_config": bool(around.deployment.ci),
        "csrf": find_protection(project).on,
        "docker_compose": bool(around.deployment.compose),
        "dockerfile": bool(around.deployment.dockerfiles),
        "error_handlers": bool(find_error_handlers(project)),
        "logging_config": bool(_logging(inspection)),
        "openapi": bool(openapi_libraries(project) or openapi_files(inspection.tree.files)),
        "pinned_deps": around.pinning.pinned,
        "pyproject": around.has("pyproject.toml"),
        "type_hints": find_type_hints(project).degree,
    }


def tests(inspection: Inspection) -> dict[str, Any]:
    """Return whether there are tests, how many pytest would collect, and what app they test."""
    facts = inspection.facts
    present = facts.test_functions > 0 or has_tests(inspection.project)
    uses = find_factory_use(inspection.project, (*facts.factories, *facts.preparers))
    return {
        "present": present,
        "test_function_count": facts.test_functions,
        "framework": find_framework(inspection.project) if present else None,
        "app_fixture_uses_factory": bool(uses) if present else None,
    }


def _logging(inspection: Inspection) -> list[LoggingSetup]:
    """Return the set-ups in code that the served application comes from or runs through."""
    starts = {call.path for call in inspection.facts.factory_calls}
    starts |= {run.location.path for run in inspection.runs}
    starts |= {
        file.source.path
        for file in application_files(inspection.project)
        if is_launcher(file.source.path)
    }
    main = served(inspection)
    if main is not None:
        starts.add(main["file"])
    else:
        starts |= {one.location.path for one in inspection.facts.blueprints}
    files = reached(inspection.project, starts) - migration_files(inspection.project)
    return [one for one in find_logging_setups(inspection.project) if one.location.path in files]

"""Imports that run the wrong way: from models to the views above them."""

from dataclasses import dataclass

from flaskgrade.flaskapp.facts import Model, Route
from flaskgrade.flaskapp.imports import imported_files
from flaskgrade.flaskapp.layers import find_views
from flaskgrade.flaskapp.project import Project
from flaskgrade.model.evidence import Location


@dataclass(frozen=True, kw_only=True)
class UpwardImport:
    """An import, as the module is imported, of a file of views by a file of models."""

    location: Location
    views: str  # the path of the file of views


def find_upward_imports(
    project: Project, routes: tuple[Route, ...], models: tuple[Model, ...]
) -> tuple[UpwardImport, ...]:
    """Return the imports outside the tests that go from models to views.

    Files that hold both are no layer, and neither is a package's `__init__`: what models import
    from there is most often the database.
    """
    views = {place.path for place in find_views(project, routes)}
    below = {model.location.path for model in models} - views
    return tuple(
        UpwardImport(location=place, views=to)
        for path, imported in imported_files(project).items()
        if path in below
        for to, place in imported.items()
        if to in views and not to.endswith("__init__.py")
    )

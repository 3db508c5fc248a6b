"""Settings in Python's syntax under other names: what `config.from_pyfile("app.cfg")` runs."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from flaskgrade.flaskapp.deployment import secrets_in
from flaskgrade.flaskapp.layout import is_aside, is_test
from flaskgrade.flaskapp.literals import called, texts
from flaskgrade.inspection.inspect import Inspection
from flaskgrade.model.evidence import Location


def secrets_in_pyfiles(inspection: Inspection) -> Iterator[tuple[str, Location]]:
    """Return the secrets with a value in the files that the code loads: name, place."""
    for path in _loaded(inspection):
        yield from secrets_in(path, inspection.tree.text(path))


def _loaded(inspection: Inspection) -> Iterator[str]:
    project = inspection.project
    names = {
        PurePosixPath(text.value).name
        for site in project.sites()
        if called(site.call) == "from_pyfile"
        for node in site.call.args[:1]
        for text in texts(project, node, site.scope)
    }
    for path in inspection.tree.files:
        name = PurePosixPath(path).name
        if name in names and not name.endswith(".py") and not is_test(path) and not is_aside(path):
            yield path

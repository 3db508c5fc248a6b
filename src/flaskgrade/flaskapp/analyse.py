"""A submission's source text in, facts out. Nothing of the submission runs."""

from collections.abc import Mapping

from flaskgrade.flaskapp.apps import find_apps, find_factories
from flaskgrade.flaskapp.blueprints import find_blueprints
from flaskgrade.flaskapp.data import find_database, find_models
from flaskgrade.flaskapp.extensions import find_extensions
from flaskgrade.flaskapp.facts import ProjectFacts
from flaskgrade.flaskapp.kinds import APPS
from flaskgrade.flaskapp.layout import is_test, own_python
from flaskgrade.flaskapp.lines import Text, source_lines
from flaskgrade.flaskapp.migrations import find_migrations, migration_files
from flaskgrade.flaskapp.parsing import parse_all
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.routes import find_routes
from flaskgrade.flaskapp.suite import count_tests
from flaskgrade.model.submission import Submission

_FLASK = frozenset(package for package, _ in APPS) - {"eve"}


def read_project(submission: Submission) -> ProjectFacts:
    """Read the Python files of a submission and return what it is made of."""
    paths = own_python(file.path for file in submission.files)
    return analyse({path: submission.text(path) for path in paths})


def analyse(texts: Mapping[str, str]) -> ProjectFacts:
    """Return what a project is made of, from its Python files: POSIX path to text.

    Never raises for what the texts say: a file that cannot be parsed is named in `unparsed` and
    the rest is read all the same.
    """
    paths = own_python(texts)
    parsed = parse_all(paths, texts)
    project = Project(parsed.sources)
    migrations = migration_files(project)
    trees = {source.path: source.tree for source in parsed.sources}
    return ProjectFacts(
        python_files=paths,
        test_files=tuple(path for path in paths if is_test(path)),
        source_lines=source_lines(
            Text(
                text=texts[path],
                tree=trees.get(path),
                counts=not is_test(path) and path not in migrations,
            )
            for path in paths
        ),
        uses_flask=not _FLASK.isdisjoint(project.packages()),
        apps=find_apps(project),
        factories=find_factories(project),
        blueprints=find_blueprints(project),
        routes=find_routes(project),
        extensions=find_extensions(project),
        migrations=find_migrations(project),
        database=find_database(project),
        models=find_models(project),
        test_functions=count_tests(project),
        unparsed=parsed.unparsed,
        too_large=parsed.too_large,
    )

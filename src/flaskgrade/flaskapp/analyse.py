"""A submission's source text in, facts out. Nothing of the submission runs."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from flaskgrade.flaskapp.apps import find_apps, find_factories, find_preparers
from flaskgrade.flaskapp.blueprints import find_blueprints
from flaskgrade.flaskapp.copies import annotated_padding, copies, padding_files
from flaskgrade.flaskapp.data import find_database, find_models
from flaskgrade.flaskapp.disguised import find_disguised
from flaskgrade.flaskapp.entry import find_served, written_apps
from flaskgrade.flaskapp.extensions import find_extensions
from flaskgrade.flaskapp.factory_calls import find_factory_calls
from flaskgrade.flaskapp.facts import Route
from flaskgrade.flaskapp.hidden import find_hidden
from flaskgrade.flaskapp.kinds import APPS
from flaskgrade.flaskapp.layout import is_test, own_python
from flaskgrade.flaskapp.lines import Text, source_lines
from flaskgrade.flaskapp.migrations import find_migrations, migration_files, migration_tool
from flaskgrade.flaskapp.parsing import PROJECT_TOKENS, Parsed, parse_all
from flaskgrade.flaskapp.practices import find_practices
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.project_facts import ProjectFacts
from flaskgrade.flaskapp.resolve import STEPS
from flaskgrade.flaskapp.routes import find_routes
from flaskgrade.flaskapp.specifications import specification_files, specified
from flaskgrade.flaskapp.suite import count_tests, idle_tests
from flaskgrade.flaskapp.use import unused
from flaskgrade.model.submission import Submission

AUTO = "auto"  # an exercise that leaves to the submission what is served
_FLASK = frozenset(package for package, _ in APPS) - {"eve"}


def read_project(submission: Submission, app: str = AUTO) -> ProjectFacts:
    """Read the Python files of a submission and return what it is made of.

    `app` is the exercise's word on what is served: a value of FLASK_APP.
    """
    everything = tuple(file.path for file in submission.files)
    texts = {path: submission.text(path) for path in own_python(everything)}
    facts = analyse(texts, everything=everything, read=submission.text, app=app)
    return replace(facts, hidden=(*facts.hidden, *find_disguised(submission, tuple(texts))))


def _nothing(_: str) -> str:
    return ""


def analyse(
    texts: Mapping[str, str],
    *,
    everything: Iterable[str] = (),
    read: Callable[[str], str] = _nothing,
    app: str = AUTO,
) -> ProjectFacts:
    """Return what a project is made of, from its Python files: POSIX path to text.

    `everything` are the paths of all its files, `read` gives the text of one.

    Never raises for what the texts say: a file that cannot be parsed is named in `unparsed` and
    the rest is read all the same.
    """
    code, paths = load(texts), tuple(everything)
    facts = facts_of(code, everything=paths, read=read, app=app)
    return measured(code, facts, paths, read)


@dataclass(frozen=True, kw_only=True)
class Code:
    """A project's own Python files: their texts, what could be parsed of them, and the index."""

    paths: tuple[str, ...]
    texts: Mapping[str, str]
    parsed: Parsed
    project: Project


def load(
    texts: Mapping[str, str],
    budget: int = PROJECT_TOKENS,
    *,
    steps: int = STEPS,
    python2: bool = False,
) -> Code:
    """Parse a project's Python files, POSIX path to text, up to a budget of tokens.

    Questions about them are answered within a budget of steps.
    """
    paths = own_python(texts)
    parsed = parse_all(paths, texts, budget, python2=python2)
    project = Project(parsed.sources, steps)
    return Code(paths=paths, texts=texts, parsed=parsed, project=project)


def facts_of(
    code: Code,
    *,
    everything: tuple[str, ...] = (),
    read: Callable[[str], str] = _nothing,
    app: str = AUTO,
) -> ProjectFacts:
    """Return what parsed code is made of, among all the files of a submission."""
    project = code.project
    apps, factories = find_apps(project), find_factories(project)
    blueprints, routes = find_blueprints(project), _routes(project, everything, read)
    entries = written_apps(everything, read) if app == AUTO else (app,)
    return ProjectFacts(
        python_files=code.paths,
        test_files=tuple(path for path in code.paths if is_test(path)),
        source_lines=0,
        uses_flask=not _FLASK.isdisjoint(project.packages()),
        apps=apps,
        factories=factories,
        factory_calls=find_factory_calls(project, factories),
        blueprints=blueprints,
        routes=routes,
        extensions=find_extensions(project),
        migrations=find_migrations(project),
        database=find_database(project),
        models=find_models(project),
        test_functions=count_tests(project),
        preparers=find_preparers(project),
        migration_tool=migration_tool(project),
        unparsed=code.parsed.unparsed,
        too_large=code.parsed.too_large,
        served=find_served(
            project,
            entries,
            apps=apps,
            factories=factories,
            blueprints=blueprints,
            routes=routes,
        ),
    )


def measured(
    code: Code, facts: ProjectFacts, everything: tuple[str, ...], read: Callable[[str], str]
) -> ProjectFacts:
    """Return the facts with what only a grade asks for: how much code counts, and what hides."""
    project = code.project
    migrations = migration_files(project)
    trees = {source.path: source.tree for source in code.parsed.sources}
    written = {path: tree for path, tree in trees.items() if path not in migrations}
    in_tests = {id(node) for path, tree in trees.items() if is_test(path) for node in tree.body}
    idle, copied = unused(tuple(trees.values())) - in_tests, copies(trees.values())
    return replace(
        facts,
        source_lines=source_lines(
            Text(
                text=code.texts[path],
                tree=trees.get(path),
                counts=not is_test(path) and path not in migrations,
            )
            for path in code.paths
        ),
        practices=find_practices(
            project,
            facts.routes,
            facts.models,
            blueprints=facts.blueprints,
            extensions=facts.extensions,
            factories=(*facts.factories, *facts.preparers),
            everything=everything,
            read=read,
        ),
        hidden=find_hidden(project, set(everything) - {p for p, _ in code.parsed.unparsed}, read),
        padding_files=padding_files(written, idle, copied),
        annotated_padding=annotated_padding(written.values(), idle, copied),
        idle_tests=idle_tests(project),
    )


def _routes(
    project: Project, everything: tuple[str, ...], read: Callable[[str], str]
) -> tuple[Route, ...]:
    documents = {path: read(path) for path in specification_files(project, everything)}
    return (*find_routes(project), *specified(project, documents))

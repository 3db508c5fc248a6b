"""Where the tests give the application a configuration of their own."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from flaskgrade.flaskapp.environment_reads import is_environ
from flaskgrade.flaskapp.facts import Factory
from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.nodes import Nodes
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Scope, Site
from flaskgrade.model.evidence import Location

_LOADERS = frozenset({"from_object", "from_mapping", "from_pyfile", "from_file", "from_envvar"})
_CHANGES = frozenset({"update", "setdefault", "from_prefixed_env", *_LOADERS})
_FILES = frozenset({"pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg", "pytest.toml"})
# Of pytest-env, or of tox.
_ENVIRONMENT = re.compile(
    r"^\s*(\[tool\.pytest_env\]|env\s*=|setenv\s*=|set_env\s*=)", re.MULTILINE
)


def find_suite_configuration(
    project: Project,
    factories: Sequence[Factory],
    everything: Iterable[str],
    read: Callable[[str], str],
) -> Location | None:
    """Return where the tests first choose a configuration, None if they take what there is.

    They may give the factory an argument, change the configuration of the application, set
    environment variables, or name a class of settings that is for testing.
    """
    return next(_places(project, factories, everything, read), None)


def _places(
    project: Project,
    factories: Sequence[Factory],
    everything: Iterable[str],
    read: Callable[[str], str],
) -> Iterator[Location]:
    files = [file for file in project.all_files if file.source.test]
    names = {factory.name.split(".")[-1] for factory in factories}
    yield from (site.location for file in files for site in file.sites if _configures(site, names))
    for spot in Nodes(files).of(ast.Assign):
        if any(_is_setting(target, spot.scope) for target in spot.node.targets):
            yield spot.location
    for path in everything:
        if PurePosixPath(path).name in _FILES and _ENVIRONMENT.search(read(path)):
            yield Location(path=path, line=1)


def _is_setting(target: ast.expr, scope: Scope) -> bool:
    match target:
        case ast.Subscript(value=owner):
            return _is_configuration(owner) or is_environ(owner, scope)
        case ast.Attribute(attr="testing"):
            return True
    return False


def _is_configuration(node: ast.expr) -> bool:
    match node:
        case ast.Attribute(attr="config") | ast.Name(id="config"):
            return True
    return False


def _configures(site: Site, factories: set[str]) -> bool:
    name, call = called(site.call), site.call
    if name in factories:
        return bool(call.args or call.keywords)
    if not isinstance(call.func, ast.Attribute):
        return False
    changed: ast.expr | None = None
    if name in _CHANGES:
        changed = call.func.value
    elif name in {"dict", "setitem"}:  # patch.dict(os.environ, …), monkeypatch.setitem(…)
        changed = call.args[0] if call.args else None
    if isinstance(changed, ast.Constant):
        return changed.value == "os.environ"
    return name == "setenv" or (
        changed is not None and (_is_configuration(changed) or is_environ(changed, site.scope))
    )

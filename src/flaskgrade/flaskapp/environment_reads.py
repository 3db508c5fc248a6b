"""Where the application takes a setting from the environment."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from flaskgrade.flaskapp.application import application_files
from flaskgrade.flaskapp.literals import called, key_of
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Assigned, Imported, Scope, Site
from flaskgrade.flaskapp.values import Code, External, Instance
from flaskgrade.model.evidence import Location

# The machine's, the shell's and the server's own variables: nobody configures by them.
_NO_SETTINGS = frozenset(
    {
        *("PATH", "HOME", "USER", "USERNAME", "LOGNAME", "PWD", "SHELL", "TERM", "LANG", "EDITOR"),
        *("DISPLAY", "PYTHONPATH", "VIRTUAL_ENV", "TMP", "TEMP", "TMPDIR", "APPDATA"),
        *("WERKZEUG_RUN_MAIN", "WERKZEUG_SERVER_FD", "COLUMNS"),
    }
)
BINDINGS = 20  # of one name; a file can bind it as often as it is used

_FLASK_LOADERS = frozenset({"from_envvar", "from_prefixed_env"})
_READ_METHODS = frozenset({"get", "items", "keys", "values", "pop", "__getitem__"})
_CLICK = frozenset({"envvar", "auto_envvar_prefix"})
_READERS = frozenset(
    {
        *("os.getenv", "os.getenvb", "decouple.config", "decouple.AutoConfig", "envparse.env"),
        *("dotenv.dotenv_values", "prettyconf.config"),
    }
)
READER_CLASSES = frozenset(
    {
        *(("environs", "Env"), ("environs", "FlaskEnv"), ("environ", "Env"), ("envparse", "Env")),
        *(("pydantic", "BaseSettings"), ("pydantic_settings", "BaseSettings")),
        *(("starlette", "Config"), ("dynaconf", "Dynaconf"), ("dynaconf", "FlaskDynaconf")),
        *(("flask_env", "MetaFlaskEnv"), ("decouple", "Config"), ("decouple", "AutoConfig")),
    }
)
_AT_ONCE = frozenset({("dynaconf", "Dynaconf"), ("dynaconf", "FlaskDynaconf")})


@dataclass(frozen=True, kw_only=True)
class EnvironmentRead:
    """A place where the environment is read, and the variable's name where it is written there."""

    variable: str | None
    location: Location


def find_environment_reads(project: Project) -> tuple[EnvironmentRead, ...]:
    """Return where code of the application or its launchers reads settings from the environment."""
    paths = {file.source.path for file in application_files(project)}
    found = (*_calls(project), *_subscripts(project), *_tests(project), *_classes(project))
    return tuple(
        sorted(
            {
                one
                for one in found
                if one.location.path in paths and one.variable not in _NO_SETTINGS
            },
            key=lambda one: (one.location.path, one.location.line or 0, one.variable or ""),
        )
    )


def _calls(project: Project) -> Iterator[EnvironmentRead]:
    for site in project.sites():
        if _reads(project, site):
            yield EnvironmentRead(variable=key_of(site.call), location=site.location)
        for keyword in site.call.keywords:
            if keyword.arg in _CLICK and not _is_none(keyword.value):
                name = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
                yield EnvironmentRead(
                    variable=name if isinstance(name, str) else None, location=site.location
                )


def _reads(project: Project, site: Site) -> bool:
    function = site.call.func
    name = called(site.call)
    if name in _FLASK_LOADERS:
        return True
    if isinstance(function, ast.Attribute):
        if is_environ(function.value, site.scope):
            return name in _READ_METHODS
        owners = project.values(function.value, site.scope)
        if any(isinstance(one, Instance) and project.kind(one) in READER_CLASSES for one in owners):
            return True
    for value in project.values(function, site.scope):
        if isinstance(value, External) and (value.name in _READERS or value.kind in _AT_ONCE):
            return True
        if isinstance(value, Instance) and project.kind(value) in READER_CLASSES:
            return True
    return False


def _subscripts(project: Project) -> Iterator[EnvironmentRead]:
    for spot in project.nodes.of(ast.Subscript):
        if isinstance(spot.node.ctx, ast.Load) and is_environ(spot.node.value, spot.scope):
            key = spot.node.slice
            name = key.value if isinstance(key, ast.Constant) else None
            yield EnvironmentRead(
                variable=name if isinstance(name, str) else None, location=spot.location
            )


def _tests(project: Project) -> Iterator[EnvironmentRead]:
    """Return where the environment is asked whether it has a variable."""
    for spot in project.nodes.of(ast.Compare):
        for operator, right in zip(spot.node.ops, spot.node.comparators, strict=True):
            if isinstance(operator, ast.In | ast.NotIn) and is_environ(right, spot.scope):
                left = spot.node.left
                name = left.value if isinstance(left, ast.Constant) else None
                yield EnvironmentRead(
                    variable=name if isinstance(name, str) else None, location=spot.location
                )


def _classes(project: Project) -> Iterator[EnvironmentRead]:
    """Return the classes whose fields a library fills from the environment."""
    for scope in project.classes():
        if not READER_CLASSES.isdisjoint(project.class_kinds(Code(scope))):
            yield EnvironmentRead(variable=None, location=scope.place(scope.node))


def is_environ(node: ast.expr, scope: Scope) -> bool:
    """Tell whether an expression is `os.environ`."""
    match node:
        case ast.Attribute(attr="environ" | "environb", value=ast.Name() as module):
            return _imported(module.id, None, scope)
        case ast.Name(id=name):
            home = scope.home(name)
            return any(
                isinstance(binding, Assigned)
                and not isinstance(binding.value, ast.Name)
                and is_environ(binding.value, binding.scope)
                for binding in (home.bindings[name][:BINDINGS] if home is not None else ())
            ) or _imported(name, "environ", scope)
    return False


def _imported(name: str, member: str | None, scope: Scope) -> bool:
    """Tell whether a name is the module `os`, or was imported from it as `member`."""
    home = scope.home(name)
    return any(
        isinstance(binding, Imported)
        and binding.module in {"os", "six.moves.os"}
        and (binding.name or "").removesuffix("b") == (member or "")
        for binding in (home.bindings[name][:BINDINGS] if home is not None else ())
    )


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None

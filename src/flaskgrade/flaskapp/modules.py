"""Which file an import means.

Nothing says for sure which folders are on the import path when a submission runs, so several are
tried, likely ones first: where the importing package lies, the folders above, every other one, and
those that the code adds to the path itself.
"""

import sys
from collections.abc import Iterable
from pathlib import PurePosixPath

from flaskgrade.flaskapp.import_path import added_folders
from flaskgrade.flaskapp.scopes import Imported, Scanned
from flaskgrade.flaskapp.templated import plain

ROOTS = 40  # folders that imports may start at; more are not tried

_ALWAYS_INSTALLED = frozenset({"flask", "flask_sqlalchemy", "sqlalchemy", "celery", "connexion"})

# What a module of a package is often named after, and imports.
_INSTALLED = _ALWAYS_INSTALLED | frozenset(
    {
        *(
            "flask_restful",
            "flask_restx",
            "flask_login",
            "flask_migrate",
            "flask_mail",
            "flask_wtf",
        ),
        *("redis", "rq", "kafka", "pika", "kombu", "elasticsearch", "minio", "boto3", "stripe"),
        *("jwt", "oauthlib", "authlib", "ldap", "ldap3", "marshmallow", "pydantic", "wtforms"),
        *("werkzeug", "jinja2", "click", "requests", "yaml", "dotenv", "alembic", "peewee"),
        *("mongoengine", "pymongo", "psycopg2", "pymysql", "docker", "github", "slack", "telegram"),
        *("openai", "dash", "bokeh", "plotly", "pandas", "numpy", "socketio", "graphene", "grpc"),
        *("sentry_sdk", "structlog", "loguru", "prometheus_client", "apscheduler", "gunicorn"),
        *("whoosh", "babel", "markdown", "pytest", "twilio", "sendgrid", "firebase_admin"),
    }
)


class Modules:
    """The files of a project by path, and as modules."""

    def __init__(self, scanned: Iterable[Scanned]) -> None:
        self._files = {PurePosixPath(file.source.path): file for file in scanned}
        self._files_of: dict[PurePosixPath, Scanned | None] = {}
        self._targets: dict[Imported, PurePosixPath | None] = {}
        self._folders = {parent for path in self._files for parent in path.parents}
        parts = {part for path in self._folders for part in path.parts if "{{" in part}
        self._templates = {plain(part): part for part in parts}
        packages = {path.parent for path in self._files if path.name == "__init__.py"}
        self._root_of = {path: _root(path.parent, packages) for path in self._files}
        self._roots = sorted(
            {*self._root_of.values()}, key=lambda root: (len(root.parts), str(root))
        )[:ROOTS]
        self._added = added_folders(self._files.values())[:ROOTS]
        self._wanted = {name for file in self._files.values() for name in _absolute_imports(file)}

    def name(self, file: Scanned) -> str:
        """Return a file's dotted module name, from the folder that imports start at.

        That is the folder above its packages, unless the project imports it by a longer name.
        """
        path = PurePosixPath(file.source.path)
        whole = path.parent if path.name == "__init__.py" else path.with_suffix("")
        shortest = whole.relative_to(self._root_of[path])
        for start in range(len(whole.parts) - len(shortest.parts)):
            longer = ".".join(whole.parts[start:])
            if longer in self._wanted:
                return longer
        return ".".join(shortest.parts) or str(whole)

    def root(self, path: str) -> PurePosixPath:
        """Return the folder that a file's imports start at: the one above its packages."""
        return self._root_of[PurePosixPath(path)]

    def target(self, imported: Imported) -> PurePosixPath | None:
        """Return the module that an import takes from: a folder or file without its suffix.

        None means that it is not the project's own.
        """
        if imported not in self._targets:
            self._targets[imported] = self._target(imported)
        return self._targets[imported]

    def _target(self, imported: Imported) -> PurePosixPath | None:
        path = PurePosixPath(imported.scope.source.path)
        parts = tuple(part for part in imported.module.split(".") if part)
        if imported.level:
            if imported.level > len(path.parts):
                return None
            base = path.parents[imported.level - 1]
            return self._exists(base.joinpath(*parts))
        return self.absolute(parts, path)

    def absolute(self, parts: tuple[str, ...], importer: PurePosixPath) -> PurePosixPath | None:
        """Return the module of a dotted name, as `target` does."""
        if not parts or parts[0] in _ALWAYS_INSTALLED:
            return None
        parts = tuple(self._templates.get(part, part) for part in parts)
        own = self._root_of.get(importer, PurePosixPath())
        for root in dict.fromkeys((own, *own.parents, *self._roots, *self._added)):
            found = self._exists(root.joinpath(*parts))
            if found is not None:
                return found
        return self._beside(parts, importer, own)

    def _beside(
        self, parts: tuple[str, ...], importer: PurePosixPath, own: PurePosixPath
    ) -> PurePosixPath | None:
        """Return the module of that name in a package around the importer.

        A package's modules import each other so in Python 2 (PEP 328), and wherever the package is
        the folder that a script is started in. What has an installed package's name is that.
        """
        if parts[0] in _INSTALLED or parts[0] in sys.stdlib_module_names:
            return None
        for folder in importer.parents:
            if folder == own:
                break
            found = self._exists(folder.joinpath(*parts))
            if found is not None and found != importer.with_suffix(""):
                return found
        return None

    def file(self, module: PurePosixPath) -> Scanned | None:
        """Return the file of a module, None for a folder without `__init__.py`."""
        if module not in self._files_of:
            self._files_of[module] = self._files.get(module / "__init__.py") or self._files.get(
                module.parent / f"{module.name}.py"
            )
        return self._files_of[module]

    def member(self, module: PurePosixPath, name: str) -> PurePosixPath | None:
        """Return the module of that name within a package, if there is one."""
        return self._exists(module / name) if module in self._folders else None

    def _exists(self, module: PurePosixPath) -> PurePosixPath | None:
        known = module in self._folders or self.file(module) is not None
        return module if known else None


def _root(folder: PurePosixPath, packages: set[PurePosixPath]) -> PurePosixPath:
    while folder in packages and folder.name:
        folder = folder.parent
    return folder


def _absolute_imports(file: Scanned) -> Iterable[str]:
    for scope in (file.module, *file.scopes):
        for bound in (*scope.stars, *(b for group in scope.bindings.values() for b in group)):
            if isinstance(bound, Imported) and not bound.level:
                yield bound.module
                if bound.name:
                    yield f"{bound.module}.{bound.name}"

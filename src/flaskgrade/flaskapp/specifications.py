"""Rules that a specification declares: connexion makes one of each operation in it."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from flaskgrade.flaskapp.facts import Route
from flaskgrade.flaskapp.layout import in_test_folder
from flaskgrade.flaskapp.openapi import is_openapi, operations
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Scope, Site
from flaskgrade.flaskapp.values import Instance
from flaskgrade.model.evidence import Location

MOST = 500  # documents that are looked into

_SUFFIXES = (".yaml", ".yml", ".json")


def specification_files(project: Project, everything: Iterable[str]) -> tuple[str, ...]:
    """Return the files that may be specifications, where anything would read them."""
    if "connexion" not in project.packages():
        return ()
    return tuple(path for path in everything if path.endswith(_SUFFIXES))[:MOST]


def specified(project: Project, documents: Mapping[str, str]) -> Iterator[Route]:
    """Return the rules of the specifications that code adds to a connexion application."""
    for site in project.sites():
        function = site.call.func
        if not isinstance(function, ast.Attribute) or function.attr != "add_api":
            continue
        owner = next(
            (
                value
                for value in project.values(function.value, site.scope)
                if isinstance(value, Instance) and (project.kind(value) or ("",))[0] == "connexion"
            ),
            None,
        )
        for path in _paths(project, site, documents):
            for operation in operations(documents[path]):
                yield Route(
                    rule=operation.path,
                    methods=(operation.method,),
                    handler=operation.handler.rsplit(".", 1)[-1],
                    location=Location(path=path, line=operation.line),
                    owner=(project.variable(owner.call) if owner else None) or "",
                    on_blueprint=False,
                    layer="connexion",
                    owner_at=owner.scope.place(owner.call) if owner and owner.call else None,
                )


def _paths(project: Project, site: Site, documents: Mapping[str, str]) -> tuple[str, ...]:
    """Return the documents that a call names, near ones first; all there are if it names none."""
    known = [path for path, text in documents.items() if is_openapi(text)]
    known = [path for path in known if not in_test_folder(path)] or known
    nodes = (
        *site.call.args[:1],
        *(k.value for k in site.call.keywords if k.arg == "specification"),
    )
    names = {
        PurePosixPath(text).name for node in nodes for text in _texts(project, node, site.scope)
    }
    named = [path for path in known if PurePosixPath(path).name in names]
    if not names:
        return tuple(known)
    folder = PurePosixPath(site.scope.source.path).parent
    named.sort(key=lambda path: _distance(folder, PurePosixPath(path)))
    return tuple(named[:1])


def _texts(project: Project, node: ast.expr, scope: Scope) -> Iterator[str]:
    """Return the file names in an expression, wherever in it: it may be joined or a path."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.expr):
            for text in project.resolver.texts(inner, scope):
                if text.endswith(_SUFFIXES):
                    yield text


def _distance(folder: PurePosixPath, path: PurePosixPath) -> int:
    """Return how many steps lie between two places of the tree."""
    shared = sum(1 for one, two in zip(folder.parts, path.parent.parts, strict=False) if one == two)
    return len(folder.parts) + len(path.parent.parts) - 2 * shared

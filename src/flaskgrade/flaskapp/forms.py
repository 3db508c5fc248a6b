"""Whether forms are protected from cross-site requests (CSRF)."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from flaskgrade.flaskapp.application import is_testing
from flaskgrade.flaskapp.names import current_name
from flaskgrade.flaskapp.project import Project, imports
from flaskgrade.flaskapp.scopes import Scope
from flaskgrade.flaskapp.values import Code
from flaskgrade.model.evidence import Location

_SETTING = "WTF_CSRF_ENABLED"
_PROTECTS_ALL = frozenset(
    {("flask_wtf", "CSRFProtect"), ("flask_wtf", "CsrfProtect"), ("flask_seasurf", "SeaSurf")}
)
_FORMS = frozenset({("flask_wtf", "FlaskForm"), ("flask_wtf", "Form"), ("flask_wtf", "SecureForm")})


@dataclass(frozen=True, kw_only=True)
class Protection:
    """How requests are protected: for the whole application, or form by form."""

    whole: bool
    forms: bool
    switched_off: tuple[Location, ...]  # outside of testing

    @property
    def on(self) -> bool:
        """Whether anything is protected."""
        return self.whole or (self.forms and not self.switched_off)


def find_protection(project: Project) -> Protection:
    """Return how the code outside the tests protects its forms."""
    kinds = {
        (current_name(imported.module).split(".")[0], imported.name)
        for file in project.files
        for imported in imports(file)
        if not imported.level and imported.name is not None
    }
    kinds |= {
        kind
        for site in project.sites()
        if isinstance(site.call.func, ast.Attribute)
        and site.call.func.attr in {"CSRFProtect", "CsrfProtect", "SeaSurf"}
        for value in project.resolver.direct(site.call, site.scope)
        if (kind := project.kind(value)) is not None
    }
    kinds |= {
        kind
        for scope in project.classes()
        if isinstance(scope.node, ast.ClassDef)
        and any(isinstance(base, ast.Attribute) for base in scope.node.bases)
        for kind in project.class_kinds(Code(scope))
    }
    settings = list(_settings(project))
    on = any(value for value, _ in settings)
    return Protection(
        whole=not _PROTECTS_ALL.isdisjoint(kinds),
        forms=not _FORMS.isdisjoint(kinds),
        switched_off=() if on else tuple(place for value, place in settings if not value),
    )


def _settings(project: Project) -> Iterator[tuple[bool, Location]]:
    """Return what the setting is put to outside of testing."""
    for spot in project.nodes.of(ast.Assign):
        for target in spot.node.targets:
            match target, spot.node.value:
                case (
                    ast.Name(id=name) | ast.Subscript(slice=ast.Constant(value=name)),
                    ast.Constant(value=bool() as value),
                ) if name == _SETTING and not _for_testing(spot.scope):
                    yield value, spot.location
                case _:
                    continue
    for site in project.sites():
        for keyword in site.call.keywords:
            match keyword:
                case ast.keyword(arg=name, value=ast.Constant(value=bool() as value)) if (
                    name == _SETTING and not _for_testing(site.scope)
                ):
                    yield value, site.location
                case _:
                    continue


def _for_testing(scope: Scope) -> bool:
    if is_testing(scope.source.path):
        return True
    return any(is_testing(part) for part in scope.qualname.split("."))

"""Classes of settings, and whether the application loads them."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from flaskgrade.flaskapp.literals import called, texts
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Assigned, Defined, Scope, Site
from flaskgrade.flaskapp.values import Code, Instance, Literal, Module, Value
from flaskgrade.model.evidence import Location

_LOADERS = frozenset({"from_object", "from_mapping", "update"})
_NAMED = re.compile(r"(config|configuration|settings?)$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class ConfigClass:
    """A class of upper-case settings that comes into `app.config`."""

    name: str
    location: Location
    loaded: Location


def find_config_classes(project: Project) -> tuple[ConfigClass, ...]:
    """Return the classes of settings that are loaded.

    Where reading cannot tell what is loaded (a name from the environment), every class that holds
    settings may be.
    """
    found: dict[int, ConfigClass] = {}
    for site in project.sites():
        if called(site.call) not in _LOADERS or not _on_config(site):
            continue
        loaded = list(_loaded(project, site))
        known = any(isinstance(value, Module) or _class(value) is not None for value in loaded)
        if not known and (called(site.call) == "from_object" or _flattens(site)):
            loaded = [Code(scope) for scope in project.classes() if _is_settings(project, scope)]
        for value in loaded:
            scope = _class(value)
            if scope is not None and _holds_settings(project, scope):
                found.setdefault(
                    id(scope),
                    ConfigClass(
                        name=scope.qualname,
                        location=scope.place(scope.node),
                        loaded=site.location,
                    ),
                )
    return tuple(sorted(found.values(), key=lambda one: str(one.location)))


def find_config_modules(project: Project) -> frozenset[PurePosixPath]:
    """Return the modules of the project, without suffix, whose upper-case names are loaded."""
    return frozenset(
        value.path
        for site in project.sites()
        if called(site.call) == "from_object" and _on_config(site)
        for value in _loaded(project, site)
        if isinstance(value, Module)
    )


def _flattens(site: Site) -> bool:
    """Tell whether it is the attributes of an object that are loaded: `{k: getattr(obj, k) …}`."""
    pending = [(node, 0) for node in site.call.args[:1]]
    while pending:
        node, depth = pending.pop()
        for part in ast.walk(node):
            match part:
                case ast.Call(func=ast.Name(id="getattr")):
                    return True
                case ast.Name(id=name) if depth == 0:
                    home = site.scope.home(name)
                    bound = home.bindings[name] if home is not None else []
                    pending += [(one.value, 1) for one in bound if isinstance(one, Assigned)]
    return False


def _on_config(site: Site) -> bool:
    """Tell whether it is a configuration that is loaded: `app.config.update`, not any `update`."""
    if not isinstance(site.call.func, ast.Attribute) or not (site.call.args or site.call.keywords):
        return False
    if site.call.func.attr == "from_object":
        return True
    match site.call.func.value:
        case ast.Attribute(attr="config") | ast.Name(id="config"):
            return True
    return False


def _loaded(project: Project, site: Site) -> Iterator[Value]:
    for node in (*site.call.args[:1], *(keyword.value for keyword in site.call.keywords)):
        inner = node
        match node:  # `vars(Config)`, `Config.__dict__`
            case ast.Call(func=ast.Name(id="vars"), args=[inner]):
                pass
            case ast.Attribute(attr="__dict__", value=inner):
                pass
            case _ if called(site.call) != "from_object":
                continue
        if isinstance(inner, ast.Name) and inner.id == "__name__":
            path = PurePosixPath(site.scope.source.path)
            yield Module(path.parent if path.name == "__init__.py" else path.with_suffix(""))
            continue
        named = {text.value for text in texts(project, inner, site.scope)}
        for value in project.values(inner, site.scope):
            if isinstance(value, Literal):
                named |= {value.value} if isinstance(value.value, str) else set()
            else:
                yield value
        for name in sorted(named):
            yield from _by_text(project, name, site.scope)


def _by_text(project: Project, text: str, scope: Scope) -> Iterator[Value]:
    """Return what `from_object("package.module.Class")` loads; `{}` stands for any text."""
    path = PurePosixPath(scope.source.path)
    *parts, last = text.replace(":", ".").strip(".").split(".")
    whole = project.modules.absolute((*parts, last), path)
    if whole is not None:
        yield Module(whole)
        return
    module = project.modules.absolute(tuple(parts), path) if parts else None
    if module is None:
        return
    if "{}" not in last:
        yield from project.resolver.member(module, last)
        return
    pattern = re.compile(".*".join(map(re.escape, last.split("{}"))))
    file = project.modules.file(module)
    for name, bindings in (file.module.bindings if file is not None else {}).items():
        if pattern.fullmatch(name) and isinstance(bindings[-1], Defined):
            yield Code(bindings[-1].scope)


def _class(value: Value) -> Scope | None:
    if isinstance(value, Instance):
        return _class(value.of)
    if isinstance(value, Code) and isinstance(value.scope.node, ast.ClassDef):
        return value.scope
    return None


def _holds_settings(project: Project, scope: Scope) -> bool:
    bases = (base.scope for _, base in project.resolver.lineage(scope) if isinstance(base, Code))
    return any(_settings(heir) for heir in (scope, *bases))


def _settings(scope: Scope) -> int:
    """Return how many upper-case names a class or its instances are given."""
    return sum(
        name.isupper() and any(isinstance(binding, Assigned | Defined) for binding in bindings)
        for name, bindings in (*scope.bindings.items(), *scope.attributes.items())
    )


def _is_settings(project: Project, scope: Scope) -> bool:
    """Tell whether a class is, by its name and contents, one of settings.

    A model or a form that is called so has mostly names in lower case.
    """
    if not _NAMED.search(scope.qualname.split(".")[-1]):
        return False
    bases = (base.scope for _, base in project.resolver.lineage(scope) if isinstance(base, Code))
    family = (scope, *bases)
    others = sum(
        not name.isupper() and not name.startswith("_") and isinstance(bindings[-1], Assigned)
        for heir in family
        for name, bindings in (*heir.bindings.items(), *heir.attributes.items())
    )
    return sum(map(_settings, family)) > others

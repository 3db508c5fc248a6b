"""Where values from outside get into a page unescaped, or become a part of a template."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flaskgrade.flaskapp.jinja_text import Names, names, safe_values, tags
from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.outside import Outside
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Assigned, Scope, Site
from flaskgrade.model.evidence import Location

_PLAIN_FILTERS = frozenset(  # that let markup through
    {
        *("trim", "upper", "lower", "title", "capitalize", "default", "d", "replace", "truncate"),
        *(
            "",
            "join",
            "wordwrap",
            "indent",
            "string",
            "first",
            "last",
            "center",
            "reverse",
            "format",
        ),
    }
)
_PATH = re.compile(r"[A-Za-z_]\w*(?:\.\w+|\[[^\]]*\]|\.get\([^()]*\))*")
_FLASHED = "get_flashed_messages"
_FROM_OUTSIDE = frozenset({"request", "current_user"})
_OF_THE_SERVER = frozenset(
    {"script_root", "host_url", "url_root", "host", "endpoint", "blueprint", "method", "id"}
)
_MADE_HERE = ("form", "field", "config")
_FOLLOWED = 5  # names of a template that stand for one another
_MEANINGS = 60  # of one name in the code
_SHOWN = 60  # characters of a value


@dataclass(frozen=True, kw_only=True)
class Unescaped:
    """A place, and what gets through there."""

    kind: str  # "safe", "Markup", "injection", "autoescape"
    what: str
    location: Location


def find_unescaped_values(project: Project, templates: Mapping[str, str]) -> tuple[Unescaped, ...]:
    """Return where code outside the tests, or one of the templates, lets values through."""
    found = _Escaping(project)
    return tuple(
        dict.fromkeys(
            (
                *found.in_code(),
                *(one for path, text in templates.items() for one in found.in_template(path, text)),
            )
        )
    )


class _Escaping:
    def __init__(self, project: Project) -> None:
        self._project = project
        self._outside = Outside(project)
        self._given: dict[str, list[tuple[ast.expr, Scope]]] = {}
        self._flashes_values = False
        self._defined = {scope.qualname.split(".")[-1] for scope in project.functions()}
        for site in project.sites():
            if called(site.call) in {"render_template", "render_template_string", "render"}:
                for keyword in site.call.keywords:
                    if keyword.arg is not None:
                        given = (keyword.value, site.scope)
                        self._given.setdefault(keyword.arg, []).append(given)
            elif called(site.call) == "flash" and site.call.args and not self._flashes_values:
                self._flashes_values = self._outside.holds(site.call.args[0], site.scope)

    # Code

    def in_code(self) -> Iterator[Unescaped]:
        for spot in self._project.nodes.of(ast.Assign):
            for target in spot.node.targets:
                match target, spot.node.value:
                    case ast.Attribute(attr="autoescape"), ast.Constant(value=False):
                        yield Unescaped(
                            kind="autoescape", what=ast.unparse(target), location=spot.location
                        )
                    case _:
                        continue
        for site in self._project.sites():
            if not site.call.args:
                continue
            given = site.call.args[0]
            if called(site.call) == "Markup" and self._marks(given, site):
                yield _unescaped("Markup", given, site)
            elif called(site.call) == "render_template_string" and self._injects(given, site):
                yield _unescaped("injection", given, site)

    def _marks(self, given: ast.expr, site: Site) -> bool:
        at: Scope | None = site.scope
        while at is not None:
            if id(at) in self._outside.careful:
                return False
            at = at.parent
        return self._outside.holds(given, site.scope)

    def _injects(self, given: ast.expr, site: Site) -> bool:
        """Tell whether a template's source is put together with values, or is one."""
        pending: list[tuple[ast.expr, Scope]] = [(given, site.scope)]
        for _ in range(_FOLLOWED):
            if not pending:
                return False
            node, scope = pending.pop()
            if self._outside.from_request(node, scope):
                return True
            if isinstance(node, ast.Name):
                home = scope.home(node.id)
                bindings = home.bindings[node.id][:_MEANINGS] if home is not None else []
                pending.extend((b.value, b.scope) for b in bindings if isinstance(b, Assigned))
            elif _is_built(node) and self._outside.holds(node, scope):
                return True
        return False

    # Templates

    def in_template(self, path: str, text: str) -> Iterator[Unescaped]:
        if "safe" not in text and "autoescape" not in text:
            return
        found = tuple(tags(text))
        known = names(found)
        for tag in found:
            location = Location(path=path, line=tag.line)
            if tag.statement and re.match(r"autoescape\s+[fF]alse\b", tag.text):
                yield Unescaped(kind="autoescape", what="autoescape false", location=location)
            for value, filters in safe_values(tag):
                if self._passes(value, filters, known):
                    yield Unescaped(kind="safe", what=value[:_SHOWN], location=location)

    def _passes(self, value: str, filters: str, known: Names) -> bool:
        """Tell whether a value that a template marks as safe comes from outside, as it came."""
        applied = {part.split("(")[0].strip() for part in filters.split("|")}
        if "&lt;" in filters or not applied <= _PLAIN_FILTERS:
            return False
        meant = _meant(value, known)
        if meant.startswith(_FLASHED):
            return self._flashes_values
        if not _PATH.fullmatch(meant):
            return False
        root, *rest = re.findall(r"\w+", meant)
        if root in _FROM_OUTSIDE:
            return _OF_THE_SERVER.isdisjoint(rest)
        made = root.endswith(_MADE_HERE) or (
            bool(rest) and (rest[-1] in self._defined or rest[-1] in self._outside.cleaned)
        )
        return not made and any(
            self._gives(node, scope, parts=bool(rest)) for node, scope in self._given.get(root, ())
        )

    def _gives(self, node: ast.expr, scope: Scope, *, parts: bool) -> bool:
        """Tell whether a view gives a template a value from outside, or records of such values."""
        if id(scope) in self._outside.careful:
            return False
        if self._outside.holds(node, scope):
            return not (isinstance(node, ast.Attribute) and node.attr in self._outside.cleaned)
        return parts and self._is_record(node, scope)

    def _is_record(self, node: ast.expr, scope: Scope) -> bool:
        if isinstance(node, ast.Name):
            home = scope.home(node.id)
            bindings = home.bindings[node.id][:_MEANINGS] if home is not None else []
            return any(
                isinstance(one, Assigned)
                and isinstance(one.value, ast.Call | ast.Await | ast.Attribute)
                for one in bindings
            )
        return isinstance(node, ast.Call | ast.Await | ast.Attribute)


def _meant(value: str, known: Names) -> str:
    """Return what a value stands for, by what the template itself gives to names."""
    for _ in range(_FOLLOWED):
        name = re.match(r"\w*", value)
        root = name[0] if name else ""
        if root not in known.given or not _PATH.fullmatch(value):
            return value
        meant = known.given[root]
        value = f"{meant}{value[len(root) :]}" if meant else ""
    return ""


def _is_built(node: ast.expr) -> bool:
    """Tell whether a text is put together where it stands."""
    return isinstance(node, ast.JoinedStr | ast.BinOp) or (
        isinstance(node, ast.Call) and called(node) == "format"
    )


def _unescaped(kind: str, node: ast.expr, site: Site) -> Unescaped:
    text = " ".join(ast.unparse(node).split())
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return Unescaped(kind=kind, what=shown, location=site.location)

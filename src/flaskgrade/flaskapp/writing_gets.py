"""Views that write when they are asked with GET."""

import ast
import re
from collections.abc import Iterator

from flaskgrade.flaskapp.facts import Route
from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Assigned, FunctionNode, Scope, Site
from flaskgrade.flaskapp.sessions import is_commit, is_write
from flaskgrade.flaskapp.values import Code
from flaskgrade.model.evidence import Location

CALLERS = 50  # of a function that writes
BINDINGS = 20

_MODELS_DO = frozenset({"save", "delete_instance"})
_ASKS = frozenset({"request", "form", "method", "validate_on_submit", "is_submitted"})
# A link in a mail or from somebody's login can be followed by GET alone.
_BY_LINK = frozenset(
    {
        *("callback", "oauth", "oauth2", "auth", "authorize", "authorized", "login", "logout"),
        *("signin", "signout", "sso", "saml", "confirm", "confirmation", "verify", "verification"),
        *("activate", "activation", "token", "unsubscribe", "invite", "invitation", "accept"),
        *(
            "track",
            "tracking",
            "pixel",
            "join",
            "webhook",
            "webhooks",
            "setup",
            "install",
            "seed",
            "init",
            "demo",
            "cron",
        ),
    }
)
# What is noted about the request itself is no effect that anybody asks for.
_NOTES = frozenset(
    {
        *("view", "views", "viewed", "visit", "visits", "visited", "seen", "hit", "hits", "click"),
        *("clicks", "count", "counter", "access", "accessed", "last", "log", "logs", "audit"),
        *("ping", "track", "tracking", "read", "viewcount", "download", "downloads", "history"),
        *("check", "cache", "cached"),
    }
)
_WRITING = frozenset(
    {
        *("create", "add", "insert", "update", "edit", "modify", "delete", "remove", "destroy"),
        *("save", "set", "store", "make", "cancel", "register", "approve", "reject", "toggle"),
    }
)


class WritingGets:
    """Finds where a GET writes."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._writers = _writers(project)
        self._asking = frozenset(_asking(project))
        self._found: dict[int, Location | None] = {}  # by the view's id

    def of(self, route: Route, view: Scope) -> Location | None:
        """Return where a view writes that a GET of the rule gets to, if it does."""
        name = view.qualname.rpartition(".")[2]
        if "GET" not in route.methods or (view.owner is not None and name != "get"):
            return None
        if view.owner is None and len(route.methods) > 1 and id(view) in self._asking:
            return None
        if not _BY_LINK.isdisjoint(_words(f"{route.rule} {route.handler}")):
            return None
        if id(view) not in self._found:
            places = (site.location for site in self._writes(view))
            self._found[id(view)] = next(places, None)
        return self._found[id(view)]

    def _writes(self, view: Scope) -> Iterator[Site]:
        commits: list[Site] = []
        for site in self._project.sites_within(view):
            call = site.call
            if is_write(self._project, call, site.scope):
                if _notes(call, site.scope):
                    return
                yield site
            elif is_commit(call) or _saves(call):
                commits.append(site)
            elif self._is_writer(site):
                yield site
        if commits and not _changes_notes(view):
            yield commits[0]

    def _is_writer(self, site: Site) -> bool:
        words = _words(called(site.call))
        if not words or words[0] not in _WRITING or not _NOTES.isdisjoint(words):
            return False
        return any(
            isinstance(value, Code) and id(value.scope) in self._writers
            for value in self._project.values(site.call.func, site.scope)
        )


def _saves(call: ast.Call) -> bool:
    """Tell whether a call is `room.save()`, as models of some libraries have it."""
    plain = not call.args and not call.keywords
    return plain and isinstance(call.func, ast.Attribute) and call.func.attr in _MODELS_DO


def _writers(project: Project) -> frozenset[int]:
    """Return the functions that write, by themselves or by others that they call."""
    pending = [
        site.scope
        for site in project.sites()
        if is_commit(site.call) or is_write(project, site.call, site.scope)
    ]
    found: set[int] = set()
    while pending:
        scope = pending.pop()
        if id(scope) not in found and isinstance(scope.node, FunctionNode):
            found.add(id(scope))
            callers = project.resolver.callers.get(id(scope), ())[:CALLERS]
            pending.extend(site.scope for site in callers)
    return frozenset(found)


def _asking(project: Project) -> Iterator[int]:
    """Return the functions that look at what kind of request it is."""
    for spot in project.nodes.of(ast.Name):
        if spot.node.id in _ASKS:
            yield from _around(spot.scope)
    for site in project.sites():
        if "form" in called(site.call).lower() or called(site.call) in _ASKS:
            yield from _around(site.scope)


def _around(scope: Scope | None) -> Iterator[int]:
    while scope is not None:
        yield id(scope)
        scope = scope.parent


def _notes(call: ast.Call, scope: Scope) -> bool:
    """Tell whether what is written is a note about the request: `add(PageView(…))`."""
    for given in call.args[:1]:
        names = [n.id for n in ast.walk(given) if isinstance(n, ast.Name)]
        if isinstance(given, ast.Name):
            bound = scope.bindings.get(given.id, ())[:BINDINGS]
            values = (b.value for b in bound if isinstance(b, Assigned))
            names.extend(called(value) for value in values if isinstance(value, ast.Call))
        if any(not _NOTES.isdisjoint(_words(name)) for name in names):
            return True
    return False


def _changes_notes(view: Scope) -> bool:
    """Tell whether all that a view changes before its commit are counters and dates of access."""
    changed = [
        target.attr
        for node in ast.walk(view.node)
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute)
    ]
    if not changed:
        calls = (called(node) for node in ast.walk(view.node) if isinstance(node, ast.Call))
        return any(not _NOTES.isdisjoint(_words(name)) for name in calls if "_" in name)
    return all(not _NOTES.isdisjoint(_words(name)) for name in changed)


def _words(text: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", text[:300])]

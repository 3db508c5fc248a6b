"""The map of a project for a terminal, drawn from the inspection's document."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from flaskgrade.report import plain

Facts = Mapping[str, Any]

WORDS = 200  # of one text from the project
DEEP = 8  # blueprints on blueprints


def render(facts: Facts, *, name: str, width: int, color: bool) -> str:
    """Return the map for a terminal of `width` columns; without colour, no escape sequence."""
    buffer = StringIO()
    console = Console(
        file=buffer,
        width=max(width, 40),
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
        legacy_windows=False,
        markup=False,
        highlight=False,
        emoji=False,
        _environ={},
    )
    console.print(Group(*_parts(facts, name)))
    lines = (line.rstrip() for line in buffer.getvalue().split("\n"))
    return "\n".join(lines).rstrip() + "\n"


def _parts(facts: Facts, name: str) -> Iterator[RenderableType]:
    yield Rule(_text(name, "bold"), characters="━", style="dim")
    yield from _headline(facts)
    yield _heading("Applications")
    yield from _applications(facts)
    yield _heading(_counted(facts["routes"]["total_declared"], "route"))
    yield _Routes(facts).tree()
    if facts["extensions"]:
        yield _heading(_counted(len(facts["extensions"]), "extension"))
        yield _rows(_extension(one) for one in facts["extensions"])
    if facts["models"]:
        yield _heading(f"{_counted(len(facts['models']), 'model')} ({facts['orm']})")
        yield _rows((_text(m["name"]), _at(m)) for m in facts["models"])
    yield _heading("Migrations")
    yield from _migrations(facts["migrations"])
    yield _heading("Also there")
    yield _note(_features(facts["features"]))
    if facts["import_circles"]:
        yield _heading(_counted(len(facts["import_circles"]), "circle") + " of imports")
        yield _rows(
            (_text(", ".join(one["files"])), _text(one["imports"][0], "dim"))
            for one in facts["import_circles"]
        )
    if flags := facts.get("red_flags"):
        yield _heading("Red flags")
        yield from _red_flags(flags)
    if facts["python2"]:
        yield _heading(f"Python 2: {_counted(len(facts['python2']), 'file')}, read all the same")
        yield _rows([_text(path)] for path in facts["python2"])
    if facts["unread"]:
        yield _heading(f"Not read: {_counted(len(facts['unread']), 'file')}")
        yield _rows((_text(one["file"], "yellow"), _text(one["reason"])) for one in facts["unread"])


def _headline(facts: Facts) -> Iterator[RenderableType]:
    if not facts["flask_app"]:
        yield _text("No Flask application: nothing here makes one.", "yellow")
        return
    served = facts["served"]
    if served is None:
        yield _text("Blueprints only: no application is made here.", "yellow")
    else:
        yield Text.assemble(
            ("Served: ", "bold"),
            _text(f"{served['kind']} {served['name']}"),
            "  ",
            _at(served),
            "\n",
            _text(served["why"], "dim"),
        )
    tests = facts["tests"]["test_function_count"]
    yield _text(f"Data: {facts['orm']} · tests: {tests} · imports start at {facts['app_root']}")


def _applications(facts: Facts) -> Iterator[RenderableType]:
    factory = facts["app_factory"]
    rows: list[Sequence[Text]] = []
    if factory["present"]:
        takes = "takes a configuration" if factory["takes_config_arg"] else "takes no configuration"
        rows.append(
            (_text(f"{factory['name']}()", "green"), _text(f"factory, {takes}"), _at(factory))
        )
    rows.extend(
        (_text(f"{name}()"), _text("another factory"), _text(f"{file}:{line}", "dim"))
        for name, file, line in factory["other_factories"]
    )
    for app in facts["apps"]:
        where = f"in {app['function']}()" if app["function"] else "as the module is imported"
        rows.append(
            (_text(app["variable"] or "–"), _text(f"{app['kind']}, made {where}"), _at(app))
        )
    rows.extend(
        (
            _text(""),
            _text("a factory is called as the module is imported"),
            _text(f"{f}:{n}", "dim"),
        )
        for f, n in facts["module_level_factory_calls"]
    )
    yield _rows(rows) if rows else _note("None is made here.")


class _Routes:
    """Applications, the blueprints that go on them, and the rules of each."""

    def __init__(self, facts: Facts) -> None:
        self._of: dict[str, list[Facts]] = defaultdict(list)
        for route in facts["routes"]["list"]:
            self._of[route["owner_at"] or f"? {route['owner']}"].append(route)
        self._on: dict[str, list[Facts]] = defaultdict(list)
        self._loose: list[Facts] = []
        for blueprint in facts["blueprints"]["details"]:
            for parent in blueprint["registered_on"]:
                self._on[parent].append(blueprint)
            if not blueprint["registered_on"]:
                self._loose.append(blueprint)
        self._apps = facts["apps"]
        self._drawn: set[str] = set()

    def tree(self) -> RenderableType:
        """Return all of it as one tree."""
        top = Tree(Text(""), hide_root=True, guide_style="dim")
        for app in self._apps:
            key = f"{app['file']}:{app['line']}"
            if self._of[key] or self._on[key]:
                node = top.add(_title(app["variable"] or app["kind"], app["kind"], key))
                self._fill(node, key, 0)
        for blueprint in self._loose:
            self._blueprint(top, blueprint, 0)
        for key in [key for key in self._of if key not in self._drawn]:
            routes = self._of[key]
            if routes:
                node = top.add(
                    _title(routes[0]["owner"] or "?", routes[0]["layer"], key.lstrip("? "))
                )
                self._rules(node, key)
        return top if top.children else _note("None is declared.")

    def _fill(self, node: Tree, key: str, depth: int) -> None:
        self._rules(node, key)
        if depth < DEEP:
            for blueprint in self._on[key]:
                self._blueprint(node, blueprint, depth + 1)

    def _blueprint(self, node: Tree, blueprint: Facts, depth: int) -> None:
        key = f"{blueprint['file']}:{blueprint['line']}"
        again = key in self._drawn
        kind = "blueprint" if blueprint["registered_at"] else "blueprint, never registered"
        if blueprint["prefix"]:
            kind = f"{kind}, under {blueprint['prefix']}"
        inner = node.add(_title(blueprint["name"], f"{kind}, see above" if again else kind, key))
        if not again:
            self._fill(inner, key, depth)

    def _rules(self, node: Tree, key: str) -> None:
        self._drawn.add(key)
        for route in self._of[key]:
            node.add(
                Text.assemble(
                    _text(" ".join(route["methods"]), "cyan"),
                    " ",
                    _text(route["rule"] or '""', "bold"),
                    "  ",
                    _text(route["handler"]),
                    "  ",
                    _at(route),
                )
            )


def _extension(one: Facts) -> Sequence[Text]:
    how = "bound as it is made" if one["bound_at_creation"] else "never bound here"
    if one["init_app"]:
        how = f"init_app in {one['init_app']}"
    return _text(one["variable"] or "–"), _text(f"{one['kind']}, {how}"), _at(one)


def _migrations(found: Facts) -> Iterator[RenderableType]:
    if not found["present"]:
        tool = found["tool"]
        yield _note("None." if tool == "none" else f"{tool} is there, and no revision.")
        return
    for one in (found, *found["others"]):
        words = [f"{one['tool']} in {one['dir']}"]
        if one["revision_count"] is not None:
            words.append(_counted(one["revision_count"], "revision"))
        if one["multiple_heads"]:
            words.append("several heads")
        if one["all_have_downgrade"] is False:
            words.append("downgrades are missing")
        if one["empty_downgrades"]:
            words.append(f"{one['empty_downgrades']} with an empty downgrade")
        yield _note(", ".join(words))


def _features(found: Facts) -> str:
    """Return the features that are there, by their names, and the degree of type hints."""
    words = [name.replace("_", " ") for name, there in found.items() if there is True]
    return ", ".join((*words, f"type hints: {found['type_hints']}"))


def _red_flags(flags: Facts) -> Iterator[RenderableType]:
    rows = [
        (name.replace("_", " "), place) for name, places in flags.items() for place in places or ()
    ]
    if not rows:
        yield _note("None.")
    else:
        yield _rows((_text(name, "red"), _text(place)) for name, place in rows)


def _rows(rows: "Iterator[Sequence[Text]] | list[Sequence[Text]]") -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for row in rows:
        table.add_row(*row)
    return Padding(table, (0, 0, 0, 2))


def _title(name: str, kind: str, at: str) -> Text:
    return Text.assemble(_text(name, "bold green"), "  ", _text(kind), "  ", _text(at, "dim"))


def _heading(words: str) -> RenderableType:
    return Padding(_text(words, "bold"), (1, 0, 0, 0))


def _note(words: str) -> RenderableType:
    return Padding(_text(words), (0, 0, 0, 2))


def _at(one: Facts) -> Text:
    return _text(f"{one['file']}:{one['line']}", "dim")


def _text(words: str, style: str = "") -> Text:
    """Return a text of the project as it may stand on a terminal."""
    return Text(plain.line(words, WORDS), style=style)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"

"""The one reader and writer of YAML. A file in, a cursor out whose values know file and line.

Loaders ask the cursor for what they expect (`text`, `number`, `table`, …) and get it, or a
`FileError` that names the line. The reader takes a plain subset of YAML: no anchors, aliases,
tags or second documents, which configuration does not need and readers trip over.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from flaskgrade.errors import FileError

MAX_BYTES = 1_000_000
MAX_DEPTH = 20

_STRING = "tag:yaml.org,2002:str"
# Longer numbers than these are typing errors, and would cost time to compute with.
_DECIMALS = 12
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,11})")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,12})?")
_LISTED = 20  # names that a hint lists
_SHOWN = 60  # characters of a wrong value that a message repeats


def read_yaml(path: Path) -> "Value":
    """Return the document of a YAML file. Raises FileError if there is none, or not just one."""
    text = _decoded(path)
    try:
        node = _PlainLoader(text).get_single_node()
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise FileError(
            path, line, f"the character U+{ord(text[error.position]):04X} is not allowed in YAML"
        ) from error
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(path, error) from error
    if node is None:
        raise FileError(path, None, "the file is empty")
    return Value(path=path, name="", node=node)


@dataclass(frozen=True, kw_only=True)
class Value:
    """A value at a line of a file. Each method returns it as one type or raises FileError."""

    path: Path
    name: str  # where it stands, for messages: "criteria.C1.weight"; empty for the whole file
    node: yaml.Node

    @property
    def line(self) -> int:
        """The line that it starts on, from 1."""
        return int(self.node.start_mark.line) + 1

    @property
    def is_table(self) -> bool:
        """Tell whether it is a mapping."""
        return isinstance(self.node, yaml.MappingNode)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is written after the key."""
        node = self.node
        return isinstance(node, yaml.ScalarNode) and node.style is None and not node.value

    @property
    def is_text(self) -> bool:
        """Tell whether YAML reads it as text: no number, no truth value, no list."""
        return isinstance(self.node, yaml.ScalarNode) and self.node.tag == _STRING

    @property
    def is_list(self) -> bool:
        """Tell whether it is a list."""
        return isinstance(self.node, yaml.SequenceNode)

    def error(self, message: str, *, hint: str = "") -> FileError:
        """Return the error that says what is wrong with this value, for the caller to raise."""
        about = f"{self.name}: {message}" if self.name else message
        return FileError(self.path, self.line, about, hint=hint)

    def text(self, pattern: str = "", *, of: str = "text", longest: int = 200) -> str:
        """Return a non-empty text, of `longest` characters at most, that matches all of `pattern`.

        `of` says in words what the pattern asks for.
        """
        if not isinstance(self.node, yaml.ScalarNode):
            raise self.error(f"must be text, not {self._found}")
        if self.node.tag != _STRING:
            raise self.error(
                f"must be text, but YAML reads {self._found} as another type",
                hint=f'Put it in quotes: "{_short(self.node.value)}".',
            )
        text = str(self.node.value)
        if not text.strip():
            raise self.error("must not be empty")
        if len(text) > longest:
            raise self.error(f"is {len(text)} characters long; {longest} are allowed")
        if pattern and not re.fullmatch(pattern, text):
            raise self.error(f"{self._found} is not {of}")
        return text

    def number(
        self, *, at_least: int | Fraction | None = None, at_most: int | Fraction | None = None
    ) -> Fraction:
        """Return a decimal number, exactly as written."""
        if not self._plain(_NUMBER):
            raise self.error(f"must be a number such as 2 or 0.25, not {self._found}")
        number = Fraction(self.node.value)
        self._check_range(number, at_least, at_most)
        return number

    def integer(self, *, at_least: int | None = None, at_most: int | None = None) -> int:
        """Return a whole number."""
        if not self._plain(_INTEGER):
            raise self.error(f"must be a whole number, not {self._found}")
        number = int(self.node.value)
        self._check_range(number, at_least, at_most)
        return number

    def flag(self) -> bool:
        """Return a truth value, written `true` or `false`."""
        if not self._plain(re.compile("true|false")):
            raise self.error(f"must be true or false, not {self._found}")
        return bool(self.node.value == "true")

    def choice(self, names: Iterable[str], *, hint: str = "") -> str:
        """Return a text that is one of `names`; without a hint, an error lists them."""
        known = sorted(names)
        text = self.text()
        if text not in known:
            listed = ", ".join(known[:_LISTED]) or "none"
            more = f" and {len(known) - _LISTED} more" if len(known) > _LISTED else ""
            raise self.error(
                f"unknown name '{_short(text)}'{_proposal(text, known)}",
                hint=hint or f"There are: {listed}{more}.",
            )
        return text

    def items(self) -> "tuple[Value, ...]":
        """Return the values of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.error(f"must be a list, not {self._found}")
        return tuple(
            Value(path=self.path, name=f"{self.name}[{index}]", node=node)
            for index, node in enumerate(self.node.value)
        )

    def table(self) -> "Table":
        """Return a mapping. A key that is no text or comes twice is an error."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.error(f"must be keys with values, not {self._found}")
        entries: dict[str, Entry] = {}
        for key_node, node in self.node.value:
            written = Value(path=self.path, name=self.name, node=key_node)
            if not isinstance(key_node, yaml.ScalarNode) or not key_node.value:
                raise written.error("a key must be a word")
            key = str(key_node.value)
            if key in entries:
                first = entries[key].key.line
                raise written.error(f"the key '{_short(key)}' is here twice, first on line {first}")
            name = f"{self.name}.{key}" if self.name else key
            entries[key] = Entry(
                key=written, value=Value(path=self.path, name=_short(name), node=node)
            )
        return Table(at=self, entries=entries)

    @property
    def _found(self) -> str:
        """What stands here, in words."""
        if isinstance(self.node, yaml.MappingNode):
            return "keys with values"
        if isinstance(self.node, yaml.SequenceNode):
            return "a list"
        return f"'{_short(self.node.value)}'" if self.node.value else "nothing"

    def _plain(self, pattern: re.Pattern[str]) -> bool:
        """Tell whether this is a scalar without quotes that matches all of `pattern`."""
        return (
            isinstance(self.node, yaml.ScalarNode)
            and self.node.style is None
            and pattern.fullmatch(self.node.value) is not None
        )

    def _check_range(
        self,
        number: int | Fraction,
        at_least: int | Fraction | None,
        at_most: int | Fraction | None,
    ) -> None:
        if at_least is not None and number < at_least:
            raise self.error(f"must be at least {at_least}, not {self.node.value}")
        if at_most is not None and number > at_most:
            raise self.error(f"must be at most {at_most}, not {self.node.value}")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A key and its value, each with its place."""

    key: Value
    value: Value


@dataclass(frozen=True, kw_only=True)
class Table:
    """A mapping, in the order of its file."""

    at: Value
    entries: dict[str, Entry]

    def allow(
        self, *, required: Iterable[str] = (), optional: Iterable[str] = (), hint: str = ""
    ) -> "Table":
        """Return itself if it has all `required` keys, and no others than those and `optional`.

        `hint` is what the error about a missing key advises.
        """
        needed = tuple(required)
        known = (*needed, *optional)
        for key, entry in self.entries.items():
            if key not in known:
                raise entry.key.error(
                    f"unknown key '{_short(key)}'{_proposal(key, known)}",
                    hint=f"Known keys: {', '.join(known)}.",
                )
        for key in needed:
            if key not in self.entries:
                raise self.at.error(f"the key '{key}' is missing", hint=hint)
        return self

    def __getitem__(self, key: str) -> Value:
        """Return the value of a key that `allow` found to be there."""
        return self.entries[key].value

    def get(self, key: str) -> Value | None:
        """Return the value of a key, or None."""
        entry = self.entries.get(key)
        return entry.value if entry else None

    def named(self, pattern: str, *, of: str) -> tuple[tuple[str, Value], ...]:
        """Return keys and values where the keys are names of the user's that match `pattern`."""
        for key, entry in self.entries.items():
            if not re.fullmatch(pattern, key):
                raise entry.key.error(f"'{_short(key)}' is not {of}")
        return tuple((key, entry.value) for key, entry in self.entries.items())

    def over(self, base: "Table") -> "Table":
        """Return this laid over `base`: its keys in their order, those of `base` first."""
        return Table(at=self.at, entries={**base.entries, **self.entries})


class _PlainLoader(yaml.SafeLoader):
    """Composes nodes; refuses, while it reads, what is outside the plain subset."""

    depth = 0

    def compose_node(self, parent: Any, index: int) -> Any:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs leave it out
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise yaml.composer.ComposerError(
                None, None, "anchors and aliases (& and *) are not supported", event.start_mark
            )
        if getattr(event, "tag", None) is not None:
            raise yaml.composer.ComposerError(
                None, None, "tags (!) are not supported", event.start_mark
            )
        if self.depth == MAX_DEPTH:
            raise yaml.composer.ComposerError(
                None, None, f"nested more than {MAX_DEPTH} deep", event.start_mark
            )
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


class _PlainDumper(yaml.SafeDumper):
    """Writes exact decimal numbers, and what is there twice twice: we read no aliases."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - of whatever it is
        return True


def _decimal(dumper: yaml.SafeDumper, number: Fraction) -> yaml.ScalarNode:
    digits = f"{number.numerator * 10**_DECIMALS // number.denominator:0{_DECIMALS + 1}}"
    text = f"{digits[:-_DECIMALS]}.{digits[-_DECIMALS:]}".rstrip("0").rstrip(".")
    kind = "float" if "." in text else "int"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{kind}", text)


_PlainDumper.add_representer(Fraction, _decimal)


def write_yaml(document: dict[str, object]) -> str:
    """Return a document that `read_yaml` reads: fractions as decimals, twelve of them at most."""
    return yaml.dump(document, Dumper=_PlainDumper, sort_keys=False, allow_unicode=True, width=100)


def _decoded(path: Path) -> str:
    """Return the file's text, without a byte order mark. Raises FileError."""
    try:
        if path.exists() and not path.is_file():
            raise FileError(path, None, "this is not a file")
        with path.open("rb") as handle:
            content = handle.read(MAX_BYTES + 1)
    except OSError as error:
        raise FileError(path, None, f"cannot be read: {error.strerror}") from error
    if len(content) > MAX_BYTES:
        raise FileError(path, None, f"is larger than {MAX_BYTES:,} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileError(
            path, line, "is not UTF-8 text", hint="Save the file with UTF-8 encoding."
        ) from error


def _syntax_error(path: Path, error: yaml.MarkedYAMLError) -> FileError:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else None
    problem = error.problem or "is not YAML"
    if "'\\t'" in problem:
        return FileError(
            path, line, "a tab where YAML wants spaces", hint="Indent with spaces, never with tabs."
        )
    if "another document" in problem:
        problem = "a second document starts here; only one is allowed"
    context = f", {error.context}" if error.context else ""
    return FileError(path, line, f"not valid YAML: {problem}{context}")


def _proposal(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean …?" for the nearest known name, or nothing."""
    by_folded = {candidate.casefold(): candidate for candidate in known}
    near = get_close_matches(name.casefold(), by_folded, n=1)
    return f"; did you mean '{by_folded[near[0]]}'?" if near else ""


def _short(text: str) -> str:
    """Return the text on one line, cut to what a message can bear."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"

"""What a GitHub runner takes for a command in a line of a step's output.

After its own parser, which tries a line as `::name …::data` and then, anywhere in the line, as
`##[name …]data`: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

# https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs
KNOWN = frozenset(
    {
        *("internal-set-repo-path", "set-env", "set-output", "save-state", "add-mask", "add-path"),
        *("add-matcher", "remove-matcher", "debug", "error", "warning", "notice"),
        *("group", "endgroup", "echo", "stop-commands"),
    }
)
_V2 = re.compile(r"::(?P<info>.*?)::(?P<data>.*)\Z", re.DOTALL)
_V1 = re.compile(r"##\[(?P<info>[^\]]*)\](?P<data>.*)\Z", re.DOTALL)
_PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
_DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command as the runner understands it."""

    name: str
    properties: Mapping[str, str]
    data: str


def commands(output: str) -> Iterator[Command | str]:
    """Yield each line as the command that the runner would carry out, or as it is."""
    for line in re.split("\r\n|\r|\n", output):
        yield parsed(line) or line


def parsed(line: str) -> Command | None:
    """Return the command in a line, None where there is none."""
    found = _V2.match(line.lstrip()) or _V1.search(line)
    if found is None:
        return None
    name, _, rest = found["info"].partition(" ")
    if name.lower() not in KNOWN:
        return None
    pairs = [pair.partition("=") for pair in rest.strip().split(",")]
    return Command(
        name=name.lower(),
        properties={key: _unescaped(value, _PROPERTY) for key, _, value in pairs if value},
        data=_unescaped(found["data"], _DATA),
    )


def _unescaped(value: str, table: tuple[tuple[str, str], ...]) -> str:
    for stands_for, character in table:
        value = value.replace(stands_for, character)
    return value

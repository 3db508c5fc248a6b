"""The operations of an OpenAPI document, read line by line.

No YAML is loaded: anchors and tags of somebody else's file are nothing to be followed, and the
shape that counts is two levels deep.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MOST = 5000

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_IS_ONE = re.compile(r"""^["']?(openapi|swagger)["']?\s*:""", re.MULTILINE)
_PATHS = re.compile(r"""^["']?paths["']?\s*:""")
_KEY = re.compile(r"""^(?P<indent>[ ]*)(?P<quote>["']?)(?P<name>[^\s"'#][^"'#]*?)(?P=quote)\s*:""")
_OPERATION_ID = re.compile(r"""^\s+["']?operationId["']?\s*:\s*["']?([\w.:-]+)""")


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A method on a path, with the name of what answers it, if the document says so."""

    path: str
    method: str
    handler: str
    line: int


def is_openapi(text: str) -> bool:
    """Tell whether a text is an OpenAPI or Swagger document."""
    return (
        bool(_IS_ONE.search(text))
        or ('"paths"' in text and '"swagger"' in text)
        or ('"paths"' in text and '"openapi"' in text)
    )


def operations(text: str) -> tuple[Operation, ...]:
    """Return the operations of a document in YAML or JSON; none where it cannot be read."""
    found = _of_json(text) if text.lstrip().startswith("{") else _of_yaml(text)
    return tuple(operation for _, operation in zip(range(MOST), found, strict=False))


def _of_json(text: str) -> Iterator[Operation]:
    try:
        paths: Any = json.loads(text).get("paths", {})
    except (ValueError, AttributeError, RecursionError):
        return
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for method, operation in item.items() if isinstance(item, dict) else ():
            if method in _METHODS and isinstance(operation, dict):
                handler = str(operation.get("operationId", ""))
                yield Operation(path=path, method=method.upper(), handler=handler, line=1)


def _of_yaml(text: str) -> Iterator[Operation]:
    path = ""
    levels: list[int] = []  # the indents of paths, and of the methods below the current one
    methods: list[tuple[str, str, int]] = []
    names: dict[int, str] = {}
    for number, line in enumerate(_paths(text), start=1):
        if (named := _OPERATION_ID.match(line)) and methods:
            names.setdefault(methods[-1][2], named.group(1))
        key = _KEY.match(line)
        if key is None:
            continue
        indent = len(key["indent"])
        if not levels or indent <= levels[0]:
            path, levels = key["name"], [indent]
        elif len(levels) == 1 or indent == levels[1]:
            levels = [levels[0], indent]
            if key["name"] in _METHODS:
                methods.append((path, key["name"].upper(), number))
    for path, method, number in methods:
        yield Operation(path=path, method=method, handler=names.get(number, ""), line=number)


def _paths(text: str) -> Iterator[str]:
    """Return the lines with all that stands elsewhere than under `paths` made blank."""
    inside = False
    for line in text.splitlines():
        if line[:1].strip() and not line.startswith("#"):
            inside = bool(_PATHS.match(line))
            yield ""
        else:
            yield line if inside else ""

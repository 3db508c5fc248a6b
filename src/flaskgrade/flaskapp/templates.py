"""Jinja templates as text: what they extend and include, and where escaping is switched off."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.project import Project
from flaskgrade.model.evidence import Location

CHARACTERS = 200_000  # of one template
_SUFFIXES = (".html", ".htm", ".xhtml", ".xml", ".jinja", ".jinja2", ".j2")
_EXTENDS = re.compile(r"\{%[-+]?\s*extends\s+['\"]([^'\"\n]{1,200})['\"]")
_INCLUDES = re.compile(r"\{%[-+]?\s*(?:include|import|from)\s+['\"]([^'\"\n]{1,200})['\"]")
_SAFE = re.compile(r"\|\s*safe\b")
_AUTOESCAPE_OFF = re.compile(r"\{%[-+]?\s*autoescape\s+(?:false|False)\b")


@dataclass(frozen=True, kw_only=True)
class Template:
    """A template by its path: what it extends and includes, and which lines do not escape."""

    path: str
    extends: str | None
    includes: tuple[str, ...]
    unescaped: tuple[Location, ...]


def is_template(path: str) -> bool:
    """Tell whether a file is a template by custom: by its suffix, in a folder of templates."""
    pure = PurePosixPath(path)
    return pure.name.endswith(_SUFFIXES) and (
        any("template" in part for part in pure.parts[:-1]) or ".j" in pure.name
    )


def read_templates(texts: Mapping[str, str]) -> tuple[Template, ...]:
    """Return what the templates say, path by path."""
    return tuple(_template(path, text[:CHARACTERS]) for path, text in texts.items())


def _template(path: str, text: str) -> Template:
    extends = _EXTENDS.search(text)
    return Template(
        path=path,
        extends=extends[1] if extends else None,
        includes=tuple(dict.fromkeys(_INCLUDES.findall(text))),
        unescaped=tuple(
            Location(path=path, line=number)
            for number, line in enumerate(text.split("\n"), start=1)
            if _SAFE.search(line) or _AUTOESCAPE_OFF.search(line)
        ),
    )


def find_unescaped(project: Project) -> tuple[Location, ...]:
    """Return where code outside the tests switches escaping off, or marks a value as safe."""
    return tuple(dict.fromkeys(_unescaped(project)))


def _unescaped(project: Project) -> Iterator[Location]:
    for spot in project.nodes.of(ast.Assign):
        for target in spot.node.targets:
            match target, spot.node.value:
                case ast.Attribute(attr="autoescape"), ast.Constant(value=False):
                    yield spot.location
                case _:
                    continue
    for site in project.sites():
        for keyword in site.call.keywords:
            match keyword:
                case ast.keyword(arg="autoescape", value=ast.Constant(value=False)):
                    yield site.location
                case _:
                    continue
        if called(site.call) == "Markup" and site.call.args and _varies(site.call.args[0]):
            yield site.location


def _varies(node: ast.expr) -> bool:
    """Tell whether more than literals is marked as safe."""
    return not isinstance(node, ast.Constant)

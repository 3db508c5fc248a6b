"""Templates as pages: which are whole documents, which extend others, which query the database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from flaskgrade.flaskapp.jinja_text import CHARACTERS, tags
from flaskgrade.flaskapp.layout import INSTALLED, in_test_folder, is_aside
from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.project import Project
from flaskgrade.model.evidence import Location

_DOCUMENT = re.compile(r"<html[\s>]", re.IGNORECASE)
_BUILDS = re.compile(r"(?:extends|include|import|from)\s+(.{1,300})", re.DOTALL)
_QUOTED = re.compile(r"['\"]([^'\"\n]{1,200})['\"]")
_QUERY = re.compile(
    r"\.query\.(?:all|filter|filter_by|get|first|order_by|count|join|limit|paginate)\b"
    r"|\bdb\.session\b|\.objects\.(?:all|filter|get|order_by)\b|\.objects\(|\.execute\("
)


@dataclass(frozen=True, kw_only=True)
class Page:
    """A template: what it extends or includes, and where it asks the database itself.

    `whole`: it is a document with an `<html>` of its own.
    """

    path: str
    whole: bool
    extends: bool
    builds_on: tuple[str, ...] = ()
    queries: tuple[Location, ...] = ()


def own_pages(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the templates of the application: not of packages, tests, examples."""
    return {
        path: text
        for path, text in texts.items()
        if not in_test_folder(path)
        and not is_aside(path)
        and INSTALLED.isdisjoint(PurePosixPath(path).parts)
    }


def read_pages(texts: Mapping[str, str]) -> tuple[Page, ...]:
    """Return the pages among some templates, path by path."""
    return tuple(_page(path, text[:CHARACTERS]) for path, text in own_pages(texts).items())


def find_inline_templates(project: Project) -> tuple[Location, ...]:
    """Return where code outside the tests renders a template that is no file."""
    return tuple(
        site.location
        for site in project.sites()
        if called(site.call) == "render_template_string" and site.call.args
    )


def _page(path: str, text: str) -> Page:
    found = tuple(tags(text))
    building = [match for tag in found if tag.statement and (match := _BUILDS.match(tag.text))]
    return Page(
        path=path,
        whole=bool(_DOCUMENT.search(text)),
        extends=any(match[0].startswith("extends") for match in building),
        builds_on=tuple(
            dict.fromkeys(name for match in building for name in _QUOTED.findall(match[1]))
        ),
        queries=tuple(
            Location(path=path, line=tag.line) for tag in found if _QUERY.search(tag.text)
        ),
    )

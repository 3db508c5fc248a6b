"""The report formats that go to files, one entry each, by the name that users type.

The terminal's is none of them: it needs a width and colours. A format's libraries are imported when
it is asked for, so that choosing one does not wait for the others.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from flaskgrade.model.report import Report
from flaskgrade.report import document
from flaskgrade.report.base import Renderer


def _html(report: Report) -> str:
    from flaskgrade.report import html  # noqa: PLC0415 - jinja2 takes its time

    return html.render(report)


def prepare(names: Iterable[str]) -> None:
    """Load what these formats need, so that rendering does not wait for it later."""
    for name in names:
        if (renderer := RENDERERS.get(name)) is not None:
            renderer.prepare()


def _prepare_html() -> None:
    from flaskgrade.report import html  # noqa: PLC0415 - as below

    html.prepare()


def _markdown(report: Report) -> str:
    from flaskgrade.report import markdown  # noqa: PLC0415 - like its neighbour

    return markdown.render(report)


def _sarif(report: Report) -> str:
    from flaskgrade.report import sarif  # noqa: PLC0415

    return sarif.render(report)


def _junit(report: Report) -> str:
    from flaskgrade.report import junit  # noqa: PLC0415

    return junit.render(report)


def _csv(report: Report) -> str:
    from flaskgrade.report import table  # noqa: PLC0415

    return table.render(report)


def _github(report: Report) -> str:
    from flaskgrade.report import github  # noqa: PLC0415

    return github.render(report)


def _github_summary(report: Report) -> str:
    from flaskgrade.report import github  # noqa: PLC0415

    return github.summary(report)


RENDERERS: Mapping[str, Renderer] = MappingProxyType(
    {
        "json": Renderer(
            file_name="report.json",
            media_type="application/json",
            render=document.render,
        ),
        "html": Renderer(
            file_name="report.html",
            media_type="text/html; charset=utf-8",
            render=_html,
            prepare=_prepare_html,
        ),
        "markdown": Renderer(
            file_name="report.md",
            media_type="text/markdown; charset=utf-8",
            render=_markdown,
        ),
        "sarif": Renderer(
            file_name="report.sarif",
            media_type="application/sarif+json",
            render=_sarif,
        ),
        "junit": Renderer(
            file_name="report.junit.xml",
            media_type="application/xml",
            render=_junit,
        ),
        "csv": Renderer(
            file_name="report.csv",
            media_type="text/csv; charset=utf-8",
            render=_csv,
        ),
        "github": Renderer(
            file_name="report.github.txt",
            media_type="text/plain; charset=utf-8",
            render=_github,
        ),
        "github-summary": Renderer(
            file_name="report.summary.md",
            media_type="text/markdown; charset=utf-8",
            render=_github_summary,
        ),
    }
)

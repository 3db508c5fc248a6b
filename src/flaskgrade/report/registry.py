"""The report formats, one line each. A format's libraries are imported when it is asked for."""

from flaskgrade.errors import UsageError
from flaskgrade.model.report import Report
from flaskgrade.report import document
from flaskgrade.report.base import Format

TEXT_WIDTH = 100


def named(name: str) -> Format:
    """Return the format of that name. Raises UsageError, listing them all, for any other."""
    for one in formats():
        if one.name == name:
            return one
    known = ", ".join(one.name for one in formats())
    raise UsageError(f"there is no report format {name!r}", hint=f"Choose one of: {known}.")


def formats() -> tuple[Format, ...]:
    """Return all formats."""
    return (
        Format(
            name="terminal",
            title="Plain text",
            file_name="report.txt",
            media_type="text/plain; charset=utf-8",
            render=_terminal,
        ),
        Format(
            name="html",
            title="One HTML page",
            file_name="report.html",
            media_type="text/html; charset=utf-8",
            render=_html,
        ),
        Format(
            name="json",
            title="JSON, complete, readable by programs",
            file_name="report.json",
            media_type="application/json",
            render=document.render,
        ),
        Format(
            name="markdown",
            title="Markdown for a pull request",
            file_name="report.md",
            media_type="text/markdown; charset=utf-8",
            render=_markdown,
        ),
    )


def _terminal(report: Report) -> str:
    from flaskgrade.report import terminal  # noqa: PLC0415 - rich takes its time

    return terminal.render(report, width=TEXT_WIDTH, color=False)


def _html(report: Report) -> str:
    from flaskgrade.report import html  # noqa: PLC0415 - jinja2 takes its time

    return html.render(report)


def _markdown(report: Report) -> str:
    from flaskgrade.report import markdown  # noqa: PLC0415 - like its neighbours

    return markdown.render(report)

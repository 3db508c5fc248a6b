"""`flaskgrade review`: what interviewers say of a submission, and what to ask its author."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flaskgrade.errors import UsageError

if TYPE_CHECKING:
    from flaskgrade.model.report import Report
    from flaskgrade.model.rubric import Rubric
    from flaskgrade.review.history import Answer, ByHand, Signature, Verdict

EPILOG = """
Examples:

  flaskgrade review report.json --sheet

  flaskgrade review report.json

  flaskgrade review report.json --template > ada.yaml

  flaskgrade review report.json --from ada.yaml --reviewer "Ada Byron"

  flaskgrade review report.json --override Q1=1.5 --reason "generated code was linted, too"
"""
NAME_LONGEST = 80


def review(
    report: Annotated[Path, typer.Argument(help="A JSON report, as `flaskgrade grade` writes it.")],
    sheet: Annotated[
        bool, typer.Option("--sheet", help="Write interview.md and interview.html: what to ask.")
    ] = False,
    source: Annotated[
        Path | None,
        typer.Option(
            help="The submission's folder as it was graded: --sheet then shows which line answered"
            " the request of a failed test. Only read."
        ),
    ] = None,
    template: Annotated[
        bool, typer.Option("--template", help="Print a form to fill in, with the anchors.")
    ] = False,
    form: Annotated[
        Path | None, typer.Option("--from", help="Hand in a filled-in form; else you are asked.")
    ] = None,
    reviewer: Annotated[
        str | None, typer.Option(help="Your name. Default: the form's, git's, or the user's.")
    ] = None,
    override: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CRITERION=POINTS",
            help="Give a criterion these points (or a share: 50%) instead; of a gate, `holds` or"
            " `fails`; `automatic` takes that back.",
        ),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why; needed with --override.")] = "",
    rubric: Annotated[
        str | None,
        typer.Option(
            help="Rubric name, file, or URL#REF:FILE. Default: the report's; where that asks people"
            " nothing, with the interview laid over it, such as mid+interview."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the files of --sheet. Default: beside.")
    ] = None,
) -> None:
    """Mark what only people can judge, override points with a reason, print an interview sheet.

    Marks go into the report, which is scored and sealed anew; the files beside it are written anew.
    Who said what, when and why is kept. Nobody's marks are shown before all reviewers' are in.
    """
    from flaskgrade.cli import review_store  # noqa: PLC0415 - see cli/main.py

    chosen = [
        name
        for name, given in (
            ("--sheet", sheet),
            ("--template", template),
            ("--from", form is not None),
            ("--override", bool(override)),
        )
        if given
    ]
    if len(chosen) > 1:
        raise UsageError(f"{' and '.join(chosen)} do not go together", hint="Choose one of them.")
    if source is not None and not sheet:
        raise UsageError("--source goes with --sheet")
    if sheet:
        _write_sheet(report, source, out or report.parent)
    elif template:
        stored, measure = review_store.for_interview(report, rubric)
        _print_template(stored, measure, reviewer or "")
    elif override:
        from flaskgrade.cli.review_change import change  # noqa: PLC0415

        _override(
            report, rubric, [change(one, reason) for one in override], _signed(_name(reviewer))
        )
    else:
        _mark(report, rubric, form, reviewer)


def _write_sheet(path: Path, source: Path | None, folder: Path) -> None:
    from flaskgrade.cli.delivery import write_whole  # noqa: PLC0415
    from flaskgrade.cli.stored import load  # noqa: PLC0415
    from flaskgrade.inspection.inspect import inspect  # noqa: PLC0415
    from flaskgrade.report import interview_html, interview_markdown  # noqa: PLC0415
    from flaskgrade.review.sheet import sheet  # noqa: PLC0415
    from flaskgrade.review.views import views  # noqa: PLC0415

    stored = load(path)
    asked = sheet(stored, views(inspect(source).facts) if source is not None else ())
    for name, text in (
        ("interview.md", interview_markdown.render(asked)),
        ("interview.html", interview_html.render(asked)),
    ):
        write_whole(folder / name, text)
        sys.stdout.write(f"{folder / name}\n")
    sys.stdout.write(f"{len(asked.questions)} questions, for the interviewer alone.\n")


def _print_template(stored: "Report", measure: "Rubric", reviewer: str) -> None:
    from flaskgrade.cli.streams import write_document  # noqa: PLC0415
    from flaskgrade.review.form import template  # noqa: PLC0415

    write_document(template(measure, title=stored.title, reviewer=reviewer))


def _mark(path: Path, rubric: str | None, form: Path | None, reviewer: str | None) -> None:
    from flaskgrade.cli import review_store  # noqa: PLC0415
    from flaskgrade.cli.stored import load  # noqa: PLC0415
    from flaskgrade.review.history import with_marks  # noqa: PLC0415

    stored, measure = review_store.for_interview(path, rubric)
    answers, name = _answers(stored, measure, form, reviewer)
    if not answers:
        sys.stdout.write("Nothing was handed in.\n")
        return
    with review_store.alone(path):
        # Read again: somebody else may have handed in while this reviewer was thinking.
        before = load(path)
        stored, measure = review_store.for_interview(path, rubric)
        after = with_marks(stored, measure, answers, _signed(name))
        written = review_store.save(path, after)
    marked = {one.criterion for one in answers}
    if after.provenance.rubric != before.provenance.rubric:
        sys.stdout.write(f"From now on, it is scored by the rubric {measure.name}.\n")
    _tell(after, marked, written)


def _answers(
    stored: "Report", measure: "Rubric", form: Path | None, reviewer: str | None
) -> "tuple[tuple[Answer, ...], str]":
    from flaskgrade.cli.review_dialogue import ask  # noqa: PLC0415
    from flaskgrade.model.review import same_person  # noqa: PLC0415
    from flaskgrade.report import plain  # noqa: PLC0415
    from flaskgrade.review.form import read_form  # noqa: PLC0415

    if form is not None:
        filled = read_form(form, measure)
        return filled.answers, _name(reviewer or filled.reviewer)
    name = _name(reviewer)
    sys.stdout.write(f"{plain.line(stored.title, 120)}\nReviewer: {name}\n")
    mine = {
        mark.criterion: mark
        for mark in stored.review.marks
        if same_person(mark.reviewer) == same_person(name)
    }
    return ask(measure, mine), name


def _override(
    path: Path, rubric: str | None, changes: "list[ByHand | Verdict]", by: "Signature"
) -> None:
    from flaskgrade.cli import review_store  # noqa: PLC0415
    from flaskgrade.cli.review_change import applied  # noqa: PLC0415

    with review_store.alone(path):
        after, measure = review_store.opened(path, rubric)
        for one in changes:
            after = applied(one, after, measure, by)
        written = review_store.save(path, after)
    _tell(after, {one.about for one in changes}, written)


def _signed(name: str) -> "Signature":
    from datetime import UTC, datetime  # noqa: PLC0415

    from flaskgrade.review.history import Signature  # noqa: PLC0415

    return Signature(reviewer=name, time=datetime.now(UTC).isoformat(timespec="seconds"))


def _name(given: str | None) -> str:
    """Return the reviewer's name on one line: as given, as git knows it, or the user's."""
    import os  # noqa: PLC0415

    from flaskgrade.report import plain  # noqa: PLC0415
    from flaskgrade.submission.author import author  # noqa: PLC0415

    found = given if given is not None else author() or os.environ.get("USER", "")
    name = plain.line(found, NAME_LONGEST)
    if not name:
        raise UsageError("who is reviewing is not known", hint='Say it: --reviewer "Ada Byron".')
    return name


def _tell(report: "Report", changed: set[str], written: tuple[Path, ...]) -> None:
    from flaskgrade.cli.display import print_result  # noqa: PLC0415
    from flaskgrade.report import plain  # noqa: PLC0415

    card = report.scorecard
    lines = [(one.id, one.title, one.reason) for one in card.gates]
    lines += [(one.id, one.title, one.reason) for one in card.criteria]
    for name, title, reason in lines:
        if name in changed:
            sys.stdout.write(f"{name}  {plain.line(title, 60)}: {plain.line(reason, 300)}\n")
    print_result(report)
    for path in written:
        sys.stdout.write(f"{path}\n")

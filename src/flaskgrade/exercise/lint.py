"""Read an exercise as its reader would: what is tested is in the brief, and all is there."""

from dataclasses import dataclass
from pathlib import Path

from flaskgrade.exercise import brief as reading
from flaskgrade.exercise.claims import claims
from flaskgrade.exercise.hidden_tests import hidden_tests
from flaskgrade.model.exercise import Exercise
from flaskgrade.model.verification import Kind


@dataclass(frozen=True, kw_only=True)
class Remark:
    """Something to mend, with its place; a `note` is only worth a thought."""

    path: Path
    line: int | None
    message: str
    note: bool = False

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{where}: {'note: ' if self.note else ''}{self.message}"


def lint(exercise: Exercise) -> tuple[Remark, ...]:
    """Return what is wrong with an exercise beyond what the loader refuses, and then the notes.

    Raises FileError for a claim that makes no sense.
    """
    if not exercise.brief.is_file():
        return (Remark(path=exercise.brief, line=None, message="the exercise has no brief"),)
    passages = reading.passages(exercise.brief.read_text(encoding="utf-8"))
    found = (*_quotes(exercise, passages), *_demands(exercise, passages), *_claims(exercise))
    return tuple(sorted(found, key=lambda remark: remark.note))


def _quotes(exercise: Exercise, passages: tuple[reading.Passage, ...]) -> tuple[Remark, ...]:
    found = []
    for test in hidden_tests(exercise.acceptance).values():
        name = test.id.rpartition("::")[2]
        if not test.brief:
            message = f"{name} quotes nothing of the brief; add @pytest.mark.brief(…)"
            found.append(Remark(path=test.path, line=test.line, message=message))
        found += [
            Remark(
                path=test.path,
                line=test.line,
                message=f"{name} quotes what the brief does not say: {quote!r}",
            )
            for quote in reading.unfounded(test.brief, passages)
        ]
    return tuple(found)


def _demands(exercise: Exercise, passages: tuple[reading.Passage, ...]) -> tuple[Remark, ...]:
    quotes = tuple(quote for test in exercise.tests for quote in test.brief)
    return (
        *(
            Remark(
                path=exercise.brief,
                line=one.line,
                message=f"what must be is not tested: {one.text!r}",
            )
            for one in reading.unenforced(quotes, passages)
        ),
        *(
            Remark(
                path=exercise.brief,
                line=one.line,
                message=f"no test quotes this: {one.text!r}",
                note=True,
            )
            for one in reading.untouched(quotes, passages)
        ),
    )


def _claims(exercise: Exercise) -> tuple[Remark, ...]:
    found = claims(exercise)
    lost = {criterion for claim in found for criterion in claim.loses}
    remarks = [
        Remark(
            path=exercise.folder / "variants",
            line=None,
            message=f"no variant loses {criterion}: nothing proves that it is measured",
        )
        for criterion in exercise.named
        if criterion not in lost
    ]
    if not any(claim.kind is Kind.ALTERNATIVE for claim in found):
        remarks.append(
            Remark(
                path=exercise.folder / "alternatives",
                line=None,
                message="there is no other honest solution: the tests may fit this one only",
            )
        )
    return tuple(remarks)

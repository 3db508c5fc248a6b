"""Protected files: what the candidate was asked to leave alone is as it was given.

What it looks at: the files of the starter that the exercise protects, such as the tests of a code
base that is to be mended, and the submission's files of the same paths.

What earns: each of them is there, with the same lines; how lines end does not count.

What loses: one that was changed, deleted or moved. A test that was weakened passes, and proves
nothing; what it should have covered, the hidden tests cover in any case.

An exercise that protects nothing is not judged.
"""

from dataclasses import dataclass

from flaskgrade.checks.base import Context, Need
from flaskgrade.model.evidence import Evidence, Finding, Item, Location, Severity, Status
from flaskgrade.model.exercise import Exercise


@dataclass(frozen=True, kw_only=True)
class Protected:
    """See the module."""

    name: str = "protected"
    title: str = "Protected files"
    needs: frozenset[Need] = frozenset()

    def run(self, context: Context) -> Evidence:
        """Return an item for each protected file, and a finding for each that is not as it was."""
        if context.exercise is None or not context.exercise.protected:
            return Evidence(
                check=self.name, status=Status.SKIPPED, summary="No file is protected here."
            )
        files = protected_files(context.exercise)
        wrong = {path: why for path, text in files.items() if (why := _wrong(path, text, context))}
        return Evidence(
            check=self.name,
            status=Status.FAILED if wrong else Status.PASSED,
            summary=f"{len(wrong)} of {len(files)} protected files are not as they were given."
            if wrong
            else f"All {len(files)} protected files are as they were given.",
            items=tuple(
                Item(
                    id=f"protected:{path}",
                    title=f"{path} is as it was given",
                    status=Status.FAILED if path in wrong else Status.PASSED,
                    message=wrong.get(path, ""),
                )
                for path in files
            ),
            findings=tuple(
                Finding(
                    code="protected:changed",
                    message=why,
                    severity=Severity.HIGH,
                    location=Location(path=path),
                )
                for path, why in wrong.items()
            ),
        )


CHECK = Protected()


def protected_files(exercise: Exercise) -> dict[str, bytes]:
    """Return the contents of an exercise's protected files, by their POSIX paths, sorted."""
    found = {
        path.relative_to(exercise.starter).as_posix(): path
        for pattern in exercise.protected
        for path in exercise.starter.glob(pattern)
        if path.is_file()
    }
    return {name: path.read_bytes() for name, path in sorted(found.items())}


def _wrong(path: str, given: bytes, context: Context) -> str:
    """Return what is wrong with a protected file; nothing if it is as it was given."""
    if not context.submission.has(path):
        return f"{path} was deleted or moved; it was to be left alone."
    text = context.submission.text(path, len(given) * 2 + 1)
    if _lines(text) != _lines(given.decode("utf-8", "replace")):
        return f"{path} was changed; it was to be left alone."
    return ""


def _lines(text: str) -> str:
    """Return the text with one kind of line ends: git may have changed them."""
    return text.replace("\r\n", "\n")

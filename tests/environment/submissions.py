"""Submissions made of a few files, for tests."""

from pathlib import Path

from flaskgrade.model.submission import SourceFile, Submission


def submission(root: Path, files: dict[str, str]) -> Submission:
    """Return a submission of exactly these files."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return Submission(
        source=str(root),
        kind="path",
        root=root,
        tree="0" * 40,
        files=tuple(SourceFile(path=path, size=len(text)) for path, text in files.items()),
    )

"""A kill matrix as one HTML page that asks for nothing; see report/html.py."""

from flaskgrade.model.verification import Matrix
from flaskgrade.report import matrix_view, plain
from flaskgrade.report.html import page

TEXT_LIMIT = 2000
MARKS = {"lost": "●", "extra": "!", "kept": "○", "open": "?"}
WORDS = {
    "lost": "lost, as claimed",
    "extra": "lost, and not claimed",
    "kept": "claimed, and not lost",
    "open": "not assessed",
}


def render(matrix: Matrix) -> str:
    """Return the matrix as an HTML document."""
    shown = plain.cleaned(matrix, TEXT_LIMIT)
    return page("matrix.html.j2").render(
        matrix=shown,
        verdict=matrix_view.verdict(shown),
        groups=matrix_view.groups(shown),
        variants=matrix_view.variants(shown),
        cell=matrix_view.cell,
        outcome=matrix_view.outcome,
        marks=MARKS,
        words=WORDS,
    )

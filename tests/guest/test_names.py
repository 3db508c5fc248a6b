"""What of ours runs beside a submission takes no name that a submission may want for itself."""

from pathlib import Path

from flaskgrade import guest

CANDIDATE = Path(guest.__file__).parent / "candidate"


def test_our_modules_beside_a_submission_have_names_of_our_own() -> None:
    """They are importable there, so `models.py` or `relay.py` of ours would take theirs away."""
    taken = [p.name for p in CANDIDATE.glob("*.py") if not p.name.startswith("flaskgrade_")]

    assert taken == []

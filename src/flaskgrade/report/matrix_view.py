"""What both pictures of a matrix say in the same words. Pure."""

from flaskgrade.model.verification import Kind, Matrix, Trial

KINDS = {
    Kind.SOLUTION: "The solution earns everything",
    Kind.ALTERNATIVE: "Other honest solutions pass every hidden test",
    Kind.STARTER: "Nobody's work earns next to nothing",
    Kind.EMPTY: "Nobody's work earns next to nothing",
    Kind.VARIANT: "Each variant loses what it says, and nothing else",
    Kind.SUBMISSION: "Each submission lands in its band",
    Kind.REPEAT: "The hidden tests say the same in any order",
}


def groups(matrix: Matrix) -> tuple[tuple[str, tuple[Trial, ...]], ...]:
    """Return the trials by what they prove; the variants, which the table shows, are left out."""
    found: dict[str, list[Trial]] = {}
    for one in matrix.trials:
        if one.claim.kind is not Kind.VARIANT:
            found.setdefault(KINDS[one.claim.kind], []).append(one)
    return tuple((title, tuple(trials)) for title, trials in found.items())


def variants(matrix: Matrix) -> tuple[Trial, ...]:
    """Return the trials of variants, those that lose the first criteria first."""
    order = {criterion: place for place, (criterion, _) in enumerate(matrix.criteria)}
    found = [one for one in matrix.trials if one.claim.kind is Kind.VARIANT]
    key = len(order)
    return tuple(
        sorted(
            found,
            key=lambda one: ([order.get(c, key) for c in one.claim.loses] or [key], one.claim.name),
        )
    )


def cell(trial: Trial, criterion: str) -> str:
    """Return `lost`, as claimed; `extra`, lost unclaimed; `kept`, claimed and not lost; or none."""
    lost, claimed = criterion in trial.lost, criterion in trial.claim.loses
    if trial.open and claimed:
        return "open"
    return {(True, True): "lost", (True, False): "extra", (False, True): "kept"}.get(
        (lost, claimed), ""
    )


def outcome(trial: Trial) -> str:
    """Return in a few words what came of a trial."""
    if trial.open:
        return f"not assessed: {'; '.join(trial.open)}"
    if trial.problems:
        return "; ".join(trial.problems)
    points = None if trial.points is None else f"{float(trial.points):.1f} of 100"
    if trial.claim.kind is Kind.VARIANT and not trial.claim.loses:
        return "harmless, and loses nothing"
    return " · ".join(word for word in (points, trial.band) if word) or "as claimed"


def verdict(matrix: Matrix) -> str:
    """Return the sentence that a reader wants first."""
    killed = [one for one in variants(matrix) if not one.problems and not one.open]
    told = f"{len(killed)} of {len(variants(matrix))} variants lose what they say"
    if not matrix.holds:
        wrong = sum(bool(one.problems) for one in matrix.trials) + len(matrix.problems)
        wrong += len(matrix.untested)
        return f"Not as claimed in {wrong} place{'s' * (wrong != 1)}; {told}."
    if matrix.is_open:
        return f"Something could not be assessed, so nothing is proved; {told}."
    part = "" if matrix.whole else " Only a part was graded."
    return f"Everything is as claimed; {told}.{part}"

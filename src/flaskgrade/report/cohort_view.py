"""What a page about many candidates says, put into words and shares. Pure."""

from dataclasses import dataclass
from fractions import Fraction

from flaskgrade.model.cohort import Cohort, Entry, Figure, Place, Scenario
from flaskgrade.model.comparison import Candidate
from flaskgrade.report import plain, view

VERDICTS = {True: "pass", False: "fail", None: "undecided"}
TONES = {True: "good", False: "bad", None: "open"}
BINS = 20


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Points in a category, as shares of a hundred; `text` is what is read."""

    text: str
    low: float
    high: float
    full: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """A candidate's row, and the values that it is sorted by."""

    number: int
    place: str
    tied: bool
    name: str
    source: str
    pinned: str
    total: str
    low: float
    high: float
    verdict: str
    tone: str
    band: str
    gates: tuple[str, ...]
    swing: str
    swing_width: int
    cells: tuple[Cell | None, ...]
    open: str  # points that are open, empty if none


def rows(cohort: Cohort) -> tuple[Row, ...]:
    """Return a row for each candidate, in the cohort's order."""
    return tuple(
        _row(cohort, number, entry, place)
        for number, (entry, place) in enumerate(zip(cohort.entries, cohort.places, strict=True))
    )


def histogram(cohort: Cohort) -> tuple[int, ...]:
    """Return how many totals, by their low end, lie in each twentieth of a hundred."""
    bins = [0] * BINS
    for entry in cohort.entries:
        share = view.share(entry.candidate.low, entry.candidate.of or Fraction(1))
        bins[min(int(share * BINS / 100), BINS - 1)] += 1
    return tuple(bins)


def bands(cohort: Cohort) -> tuple[str, ...]:
    """Return the bands that occur, the highest first as far as totals tell."""
    return tuple(dict.fromkeys(band(entry.candidate) for entry in cohort.entries))


def band(candidate: Candidate) -> str:
    """Return the band, or both ends."""
    return " to ".join(dict.fromkeys((candidate.band_low, candidate.band_high)))


def counts(cohort: Cohort) -> tuple[tuple[str, str, int], ...]:
    """Return verdicts with their tone and how many have them."""
    found = [entry.candidate.passed for entry in cohort.entries]
    return tuple((word, TONES[key], found.count(key)) for key, word in VERDICTS.items())


def median(cohort: Cohort) -> str:
    """Return the median of the totals' low ends."""
    lows = sorted(entry.candidate.low for entry in cohort.entries)
    middle = len(lows) // 2
    value = lows[middle] if len(lows) % 2 else (lows[middle - 1] + lows[middle]) / 2
    return view.total(value)


def figure(one: Figure) -> str:
    """Return a coefficient to two decimals."""
    if one.value is None:
        return view.DASH
    return f"{one.value:.2f}".replace("-", "\N{MINUS SIGN}")


def alike(one: Figure) -> str:
    """Return what a coefficient is worth, in a word."""
    return one.why_not or f"over {one.on}"


def change(scenario: Scenario) -> str:
    """Return "+20 %"."""
    percent = int(scenario.change * 100)
    return f"{'+' if percent > 0 else chr(0x2212)}{abs(percent)} %"


def moved(cohort: Cohort, scenario: Scenario) -> str:
    """Return who moves most, and where to."""
    if scenario.who is None:
        return "nobody moves"
    name = cohort.entries[scenario.who].candidate.title
    now = cohort.places[scenario.who].position
    return f"{plain.line(name, 60)}: {now}\xa0→\xa0{scenario.positions[scenario.who]}"


def weights(cohort: Cohort) -> tuple[tuple[Scenario, Scenario], ...]:
    """Return lower and higher of each weight, those that move most beyond the ties first."""
    pairs = list(zip(cohort.scenarios[::2], cohort.scenarios[1::2], strict=True))
    kinds = ("category", "criterion")
    return tuple(
        sorted(
            pairs,
            key=lambda pair: (
                kinds.index(pair[0].kind),
                -max(one.beyond for one in pair),
                -max(one.moved for one in pair),
            ),
        )
    )


def still(cohort: Cohort) -> int:
    """Return how many weights move nobody, lower or higher."""
    return sum(not any(one.moved for one in pair) for pair in weights(cohort))


def place(one: Place) -> str:
    """Return the place, or the first and the last that it may be."""
    return view.interval(str(one.best), str(one.worst))


def _row(cohort: Cohort, number: int, entry: Entry, where: Place) -> Row:
    candidate = entry.candidate
    open_points = candidate.high - candidate.low
    return Row(
        number=number,
        place=place(where),
        tied=where.best != where.worst,
        name=candidate.title,
        source=candidate.source,
        pinned=candidate.pinned[:10],
        total=view.interval(view.total(candidate.low), view.total(candidate.high)),
        low=view.share(candidate.low, candidate.of),
        high=view.share(candidate.high, candidate.of),
        verdict=VERDICTS[candidate.passed],
        tone=TONES[candidate.passed],
        band=band(candidate),
        gates=candidate.broken_gates,
        swing=view.interval(str(where.firmest), str(where.loosest)),
        swing_width=where.loosest - where.firmest,
        cells=tuple(_cell(cohort, candidate, title.id) for title in cohort.titles),
        open=view.points(open_points) if open_points else "",
    )


def _cell(cohort: Cohort, candidate: Candidate, category: str) -> Cell | None:
    found = cohort.comparison.points(candidate, category)
    if found is None or not found.of:
        return None
    low, high = (view.share(end, found.of) for end in (found.low, found.high))
    return Cell(
        text=view.interval(str(int(low)), str(int(high))),
        low=low,
        high=high,
        full=f"{view.interval(view.points(found.low), view.points(found.high))}"
        f" of {view.points(found.of)}",
    )

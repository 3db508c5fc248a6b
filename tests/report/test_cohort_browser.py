"""The page of many candidates in a real browser: sorted, filtered, compared, printed."""
# A test's name is its sentence.
# ruff: noqa: D103

from pathlib import Path

import pytest

from flaskgrade.model.cohort import Cohort
from flaskgrade.report import cohort_html
from tests.report import cohorts
from tests.report.browser import Page
from tests.report.conftest import Listener

NAMES = """[...document.querySelectorAll('#table tbody tr')].filter(one => one.checkVisibility())
    .map(one => one.querySelector('.name').textContent)"""
MAPPED = "[...document.querySelectorAll('#map tbody .name')].map(one => one.textContent)"
WIDTHS = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
OPEN = "document.querySelector('#evidence').open"
FOCUSED = """(one => one.id || one.className || one.tagName)(document.activeElement)"""
HEADING = (
    "[...document.querySelectorAll('#table th')].find(one => one.textContent.startsWith('{}'))"
)
SIDES = """[...document.querySelectorAll('#columns select')].map(
    one => one.selectedOptions[0].textContent.split(' ')[0])"""
ALL_HAVE_TWO = """[...document.querySelectorAll('#marks article')].every(
    one => one.querySelectorAll('.side').length === 2)"""
EVERY_NAME = """document.querySelectorAll('#table .name').forEach(name => {
    name.click();
    document.querySelectorAll('details').forEach(one => { one.open = true });
    evidence.close();
}), 1"""
C9 = """[...document.querySelectorAll('#lost option')].find(
    one => one.textContent.startsWith('C9')).value"""
TROUBLE = {"Log.entryAdded", "Runtime.exceptionThrown"}


def show(page: Page, folder: Path, cohort: Cohort, width: int = 1280) -> Path:
    path = folder / "cohort.html"
    path.write_text(cohort_html.render(cohort), encoding="utf-8")
    page.size(width)
    page.media()
    page.open(path)
    return path


def choose(page: Page, selector: str, value: str) -> None:
    page.value(
        f"(() => {{ const one = document.querySelector('{selector}'); one.value = '{value}';"
        "one.dispatchEvent(new Event('input', {bubbles: true}));"
        "one.dispatchEvent(new Event('change', {bubbles: true})); })()"
    )


def focus_by_keyboard(page: Page, wanted: str, most: int = 60) -> None:
    """Press Tab until what is focused is the wanted one."""
    for _ in range(most):
        page.press("Tab")
        if page.value(FOCUSED) == wanted:
            return
    raise AssertionError(f"{wanted} can't be reached with the keyboard")


def test_the_script_runs_under_the_pages_own_policy(page: Page, tmp_path: Path) -> None:
    path = show(page, tmp_path, cohorts.small())

    assert page.value("document.body.className") == "cohort scripted"
    assert page.requested() == [path.as_uri()]
    assert [one for one in page.events if one.get("method") in TROUBLE] == []


def test_the_highest_total_stands_first(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, cohorts.small())

    assert page.value(NAMES) == ["ada", "bo", "cyd"]


@pytest.mark.parametrize(
    ("column", "once", "twice"),
    [
        ("Candidate", ["ada", "bo", "cyd"], ["cyd", "bo", "ada"]),
        ("Total", ["ada", "bo", "cyd"], ["cyd", "bo", "ada"]),
        ("Place", ["cyd", "bo", "ada"], ["ada", "bo", "cyd"]),
    ],
)
def test_a_heading_sorts_and_turns_round(
    page: Page, tmp_path: Path, column: str, once: list[str], twice: list[str]
) -> None:
    show(page, tmp_path, cohorts.small())
    heading = HEADING.format(column)

    page.value(f"{heading}.querySelector('button').click()")
    first = (page.value(NAMES), page.value(f"{heading}.getAttribute('aria-sort')"))
    page.value(f"{heading}.querySelector('button').click()")
    second = (page.value(NAMES), page.value(f"{heading}.getAttribute('aria-sort')"))

    assert (first[0], second[0]) == (once, twice)
    assert {first[1], second[1]} == {"ascending", "descending"}
    assert page.value("document.querySelectorAll('[aria-sort]').length") == 1


@pytest.mark.parametrize(
    ("control", "value", "left"),
    [
        ("#search", "CY", ["cyd"]),
        ("#search", "git.example/bo", ["bo"]),
        ("#verdict", "pass", ["ada"]),
        ("#verdict", "undecided", ["cyd"]),
    ],
)
def test_a_filter_leaves_who_fits_in_table_and_map(
    page: Page, tmp_path: Path, control: str, value: str, left: list[str]
) -> None:
    show(page, tmp_path, cohorts.small())

    choose(page, control, value)
    filtered = (page.value(NAMES), page.value(MAPPED), page.value("found.textContent"))
    page.click("#clear")

    assert filtered == (left, left, f"{len(left)} of 3")
    assert page.value(NAMES) == ["ada", "bo", "cyd"]


def test_only_open_points_can_be_asked_for(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, cohorts.small())

    page.click("#open-only")

    assert page.value(NAMES) == ["cyd"]


def test_who_lost_points_in_a_criterion_can_be_asked_for(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, cohorts.small())
    c9 = page.value(C9)

    choose(page, "#lost", c9)

    assert "ada" not in page.value(NAMES)
    assert "bo" in page.value(NAMES)


def test_a_name_opens_the_evidence_and_escape_closes_it(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, cohorts.small())

    page.click("#table tbody tr:nth-child(2) .name")
    opened = page.value(OPEN)
    said = page.value("document.querySelector('#evidence').textContent")
    page.press("Escape")

    assert opened is True
    assert "expected 409 for the second booking, got 201" in said
    assert page.value(OPEN) is False
    assert page.value("document.activeElement.textContent") == "bo"


def test_two_that_are_ticked_stand_side_by_side(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, cohorts.small())
    assert page.value("compare.disabled") is True

    page.click("#table tbody tr:nth-child(1) .chosen")
    page.click("#table tbody tr:nth-child(2) .chosen")
    page.click("#compare")

    assert page.value(OPEN) is True
    assert page.value(SIDES) == ["ada", "bo"]
    assert page.value(ALL_HAVE_TWO)
    everything = page.value("document.querySelectorAll('#marks article').length")
    page.click("#differences")
    assert 0 < page.value("document.querySelectorAll('#marks article').length") < everything


def test_a_third_tick_takes_the_place_of_the_first(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, cohorts.small())

    for row in (1, 2, 3):
        page.click(f"#table tbody tr:nth-child({row}) .chosen")

    ticked = "[...document.querySelectorAll('.chosen')].map(one => one.checked)"
    assert page.value(ticked) == [False, True, True]
    assert page.value("compare.disabled") is False


def test_everything_can_be_done_with_the_keyboard(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, cohorts.small())

    focus_by_keyboard(page, "search")
    page.type("bo")
    found = page.value(NAMES)
    focus_by_keyboard(page, "clear")
    page.press("Enter")
    focus_by_keyboard(page, "chosen")
    page.press(" ")
    focus_by_keyboard(page, "name")
    focus_by_keyboard(page, "chosen")
    page.press(" ")
    while page.value(FOCUSED) != "compare":
        page.press("Tab", shift=True)
    page.press("Enter")

    assert found == ["bo"]
    assert page.value(OPEN) is True
    assert page.value("document.querySelectorAll('#columns select').length") == 2
    page.press("Escape")
    assert page.value(FOCUSED) == "compare"


def test_a_cell_of_the_map_leads_to_its_criterion(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, cohorts.small())

    page.click("#map tbody tr:nth-child(2) td[data-c='1']")

    assert page.value(OPEN) is True
    assert page.value("document.querySelector('#mark-1').checkVisibility()") is True


def test_the_table_can_be_ordered_as_if_a_weight_were_different(page: Page, tmp_path: Path) -> None:
    cohort = cohorts.many(24)
    show(page, tmp_path, cohort)
    place, scenario = next((n, one) for n, one in enumerate(cohort.scenarios) if one.furthest)

    choose(page, "#scenario", str(place))

    expected = sorted(range(24), key=lambda n: (scenario.positions[n], n))
    assert page.value(NAMES) == [cohort.entries[n].candidate.title for n in expected]


def test_an_open_total_is_shown_as_an_interval(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, cohorts.small())
    last = "document.querySelector('#table tbody tr:nth-child(3) "

    assert page.value(f"{last}.total strong').textContent") == "60.5–85.5"
    assert page.value(f"{last}.tag.open').textContent") == "25 open"
    assert page.value(f"{last}.place').textContent") == "1–3"


def test_what_awaits_a_reviewer_is_open_and_says_so(page: Page, tmp_path: Path) -> None:
    cohort = cohorts.awaiting()
    show(page, tmp_path, cohort)
    h1 = next(place for place, one in enumerate(cohort.questions) if one.id == "H1")
    cell = f"document.querySelector('#map [data-c=\"{h1}\"]')"

    assert page.value(f"{cell}.textContent") == "0–100"
    assert page.value(f"{cell}.className") == "hopen"
    page.value(f"{cell}.click()")
    assert page.value(f"document.querySelector('#mark-{h1} .tag').textContent") == "awaiting review"
    assert page.value("document.querySelector('#table .tag.open').textContent").endswith("open")


def test_hostile_texts_ask_for_nothing_and_run_nothing(
    page: Page, tmp_path: Path, listener: Listener
) -> None:
    path = show(page, tmp_path, cohorts.attacked(listener.url))

    page.value(EVERY_NAME)
    page.value("document.querySelectorAll('.chosen').forEach(one => one.click()), compare.click()")

    assert page.requested() == [path.as_uri()]
    assert listener.asked == []
    assert page.value("document.title").startswith("2 submissions compared")
    assert page.value("document.querySelectorAll('img, iframe, object, form').length") == 0
    assert page.value("document.querySelectorAll('script').length") == 2
    assert [one for one in page.events if one.get("method") in TROUBLE] == []


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
@pytest.mark.parametrize("name", ["small", "attacked"])
def test_only_tables_scroll_sideways(page: Page, tmp_path: Path, name: str, width: int) -> None:
    cohort = cohorts.small() if name == "small" else cohorts.attacked("http://evil.invalid")
    show(page, tmp_path, cohort, width)

    whole, window = page.value(WIDTHS)

    assert whole == window


def test_paper_has_all_rows_and_no_controls(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, cohorts.many(130))
    on_screen = page.value(f"{NAMES}.length")

    page.media("print")
    on_paper = page.value(f"{NAMES}.length")
    controls = page.value("document.querySelector('#search').checkVisibility()")
    page.media()

    assert (on_screen, on_paper, controls) == (100, 130, False)
    assert page.paper().startswith(b"%PDF")


def test_more_rows_come_when_they_are_asked_for(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, cohorts.many(230))

    first = page.value(f"{NAMES}.length")
    page.click("#list-more")
    second = page.value(f"{NAMES}.length")
    page.click("#list-all")

    assert (first, second, page.value(f"{NAMES}.length")) == (100, 200, 230)
    assert page.value("document.querySelector('#list-more').checkVisibility()") is False


def test_without_a_script_the_table_is_whole(page: Page, tmp_path: Path) -> None:
    page.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        show(page, tmp_path, cohorts.many(130))
        names = page.value(f"{NAMES}.length")
    finally:
        page.send("Emulation.setScriptExecutionDisabled", value=False)

    assert names == 130


def test_dark_is_dark(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, cohorts.small())
    page.media("screen", "dark")

    ground = page.value("getComputedStyle(document.querySelector('.card')).backgroundColor")

    page.media()
    assert ground == "rgb(22, 28, 35)"


def test_a_thousand_are_usable_in_two_seconds(page: Page, tmp_path: Path) -> None:
    """Loaded, sorted and filtered, each in the processor time of two seconds at most."""
    path = tmp_path / "cohort.html"
    path.write_text(cohort_html.render(cohorts.many(1000)), encoding="utf-8")
    page.size(1280)
    page.open(path)  # in a process of its own; what is measured begins there
    page.send("Performance.enable", timeDomain="threadTicks")
    before = page.busy()

    page.open(path)
    loaded = page.busy()
    page.click("#table th:nth-child(3) button")
    page.value(NAMES)
    is_sorted = page.busy()
    choose(page, "#search", "ada")
    names = page.value(NAMES)
    filtered = page.busy()

    assert len(names) == 84
    assert 0 < loaded - before < 2
    assert 0 < is_sorted - loaded < 2
    assert 0 < filtered - is_sorted < 2


def test_a_thousand_fit_in_a_file_that_can_be_sent() -> None:
    """Evidence is cut to what fits, and what is left out is counted."""
    page = cohort_html.render(cohorts.many(1000))

    assert len(page) < 15_000_000

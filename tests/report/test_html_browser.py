"""The HTML report in a real browser: it asks for nothing, runs nothing and fits a phone."""

from pathlib import Path

import pytest

from flaskgrade.report import html
from tests.report import reports
from tests.report.browser import Page
from tests.report.conftest import Listener
from tests.report.hostile import hostile

OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true }), 1"
WIDTHS = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
OUTSIDE = """[...document.body.querySelectorAll('*')].filter(one =>
    !one.matches('.skip') && one.getBoundingClientRect().right > innerWidth + 0.5
).map(one => one.outerHTML.slice(0, 80))"""


@pytest.fixture
def hostile_file(tmp_path: Path, listener: Listener) -> Path:
    """Give the hostile report, its beacons leading to the listener."""
    path = tmp_path / "report.html"
    path.write_text(html.render(hostile(listener.url)), encoding="utf-8")
    return path


def test_a_hostile_report_asks_for_nothing_and_runs_nothing(
    page: Page, hostile_file: Path, listener: Listener
) -> None:
    """Only the file itself is loaded, no beacon is reached, and no script has changed the title."""
    page.size(1200)
    page.media()

    page.open(hostile_file)
    page.value(OPEN_ALL)

    assert page.requested() == [hostile_file.as_uri()]
    assert listener.asked == []
    assert str(page.value("document.title")).startswith("61.5 of 100 · </pre>")
    assert page.value("document.querySelectorAll('script, img, iframe, object, form').length") == 0


def test_the_listener_would_have_heard_a_beacon(
    page: Page, tmp_path: Path, listener: Listener
) -> None:
    """The proof above can fail: an unescaped picture is asked for."""
    path = tmp_path / "beacon.html"
    path.write_text(f'<img src="{listener.url}/b.png"><script>document.title="pwned"</script>')

    page.open(path)

    assert listener.asked == ["/b.png"]
    assert page.value("document.title") == "pwned"


def test_the_policy_alone_would_stop_a_beacon(
    page: Page, tmp_path: Path, listener: Listener
) -> None:
    """Should escaping ever fail, the page's own policy still refuses requests and scripts."""
    attack = f'<img src="{listener.url}/b.png"><script>document.title="pwned"</script>'
    path = tmp_path / "broken.html"
    path.write_text(html.render(reports.failing()).replace("<main>", f"<main>{attack}"))

    page.open(path)

    assert listener.asked == []
    assert page.value("document.title") != "pwned"


@pytest.mark.parametrize("width", [320, 360, 768, 1200])
@pytest.mark.parametrize("name", ["hostile", "not_assessed", "failing"])
def test_nothing_scrolls_sideways(page: Page, tmp_path: Path, name: str, width: int) -> None:
    """With everything unfolded, the page is as wide as the window and nothing sticks out."""
    report = hostile() if name == "hostile" else getattr(reports, name)()
    path = tmp_path / "report.html"
    path.write_text(html.render(report), encoding="utf-8")
    page.size(width)
    page.media()

    page.open(path)
    page.value(OPEN_ALL)
    whole, window = page.value(WIDTHS)

    assert whole == window
    assert page.value(OUTSIDE) == []


def test_print_shows_what_is_folded(page: Page, tmp_path: Path) -> None:
    """On paper nobody can click: the evidence is there without it."""
    path = tmp_path / "report.html"
    path.write_text(html.render(reports.failing()), encoding="utf-8")
    page.size(1200)
    page.media()
    page.open(path)
    visible = "document.querySelector('.exchange').checkVisibility()"

    on_screen = page.value(visible)
    page.media("print")
    on_paper = page.value(visible)

    assert on_screen is False
    assert on_paper is True


def test_dark_is_dark(page: Page, tmp_path: Path) -> None:
    """The reader's preference turns the ground dark and the text light."""
    path = tmp_path / "report.html"
    path.write_text(html.render(reports.failing()), encoding="utf-8")
    colours = (
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )

    page.media("screen", "light")
    page.open(path)
    light = page.value(colours)
    page.media("screen", "dark")
    dark = page.value(colours)

    assert light == ["rgb(243, 245, 248)", "rgb(23, 32, 43)"]
    assert dark == ["rgb(13, 17, 22)", "rgb(230, 235, 241)"]
    page.media()


def test_a_link_to_a_criterion_unfolds_it(page: Page, tmp_path: Path) -> None:
    """From "What cost the most" a reader lands on the evidence, without a script."""
    path = tmp_path / "report.html"
    path.write_text(html.render(reports.failing()), encoding="utf-8")
    page.size(1200)
    page.media()
    page.open(path)

    page.value("document.querySelector('.costs a').click(), 1")
    unfolded = page.value("document.querySelectorAll('details.criterion[open]').length")

    assert unfolded == 1

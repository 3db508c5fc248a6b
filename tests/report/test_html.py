"""The HTML report as text: nothing active, nothing external, escaped, accessible."""

import re
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given, settings

from flaskgrade.report import html, plain
from tests.report import reports, strategies
from tests.report.hostile import hostile

ALL = (reports.passing, reports.failing, reports.not_assessed, reports.without_exercise, hostile)
ELEMENTS = re.compile(
    "html|head|meta|title|link|style|body|a|header|p|h1|h2|h3|span|code|main|section|div|dl|dt|dd|"
    "ul|ol|li|strong|nav|details|summary|pre|footer|svg|defs|pattern|rect|path|line|text"
)
ATTRIBUTES = re.compile(
    "lang|charset|http-equiv|content|name|rel|href|class|id|aria-(label|labelledby|hidden)|role|"
    "style|viewbox|width|height|patternunits|patterntransform|d|pathlength|"
    "stroke-dash(array|offset)|x|x1|x2|y|y1|y2|transform|text-anchor"
)
VOID = {"meta", "link"}
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)


class Outline(HTMLParser):
    """Notes every start tag, and the text of each element by its name."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.unclosed: list[str] = []
        self.mismatched: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.unclosed.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that closes itself, as in SVG."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Check that it is the one that is open."""
        if not self.unclosed or self.unclosed.pop() != tag:
            self.mismatched.append(tag)

    def handle_data(self, data: str) -> None:
        """Note text with the element that it stands in."""
        self.texts.append((self.unclosed[-1] if self.unclosed else "", data))


def assert_inert(text: str) -> None:
    """Fail for any element, attribute or address that the template does not write."""
    outline = Outline(text)
    for tag, attributes in outline.tags:
        assert ELEMENTS.fullmatch(tag), tag
        assert all(ATTRIBUTES.fullmatch(name) for name in attributes), (tag, attributes)
        assert re.fullmatch(r"#[a-z0-9-]+|data:,", attributes.get("href") or "#x"), attributes
        assert re.fullmatch(r"width:[0-9.]+%", attributes.get("style") or "width:1%"), attributes
    assert outline.mismatched == []
    assert outline.unclosed == []


@pytest.mark.parametrize("make", ALL)
def test_nothing_is_active_or_external(make: object) -> None:
    """No script, form, frame, handler or foreign address, and every element is closed."""
    assert callable(make)

    assert_inert(html.render(make()))


@settings(max_examples=30, deadline=None)
@given(text=strategies.HOSTILE_TEXT)
def test_any_text_in_every_field_is_inert(text: str) -> None:
    """No text, wherever it stands, becomes an element, an attribute or an address."""
    page = html.render(plain.mapped(reports.failing(), lambda _: text))

    assert_inert(page)
    page.encode("utf-8")


def test_the_page_forbids_itself_everything() -> None:
    """The policy comes before anything that it could forbid."""
    tags = Outline(html.render(hostile())).tags

    assert tags[3] == ("meta", {"http-equiv": "Content-Security-Policy", "content": POLICY})


def test_the_stylesheet_asks_for_nothing() -> None:
    """No import and no address, but for the gauge's own pattern."""
    css = files("flaskgrade.report").joinpath("templates/report.css").read_text(encoding="utf-8")

    assert "@import" not in css
    assert set(re.findall(r"url\([^)]*\)", css)) == {"url(#hatch)"}


def test_no_template_turns_escaping_off() -> None:
    """`safe` and `autoescape` stand in no template, but for the cohort page's script and data.

    The script is ours, and the data is escaped for where it stands: see test_cohort_html.py.
    """
    templates = files("flaskgrade.report").joinpath("templates").iterdir()
    texts = {one.name: one.read_text(encoding="utf-8") for one in templates}

    texts["cohort.html.j2"] = re.sub(r"{{ (data|script)\|safe }}", "", texts["cohort.html.j2"])

    assert {"report.html.j2", "parts.html.j2", "feedback.html.j2", "interview.html.j2"} <= set(
        texts
    )
    for name, text in texts.items():
        assert not re.search(r"\|\s*safe\b|autoescape|Markup", text), name


@pytest.mark.parametrize("make", ALL)
def test_headings_descend_without_gaps(make: object) -> None:
    """One first-level heading, and no level is skipped on the way down."""
    assert callable(make)
    levels = [int(t[1]) for t, _ in Outline(html.render(make())).tags if re.fullmatch("h[1-6]", t)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


@pytest.mark.parametrize("make", ALL)
def test_every_link_and_label_leads_somewhere(make: object) -> None:
    """Each fragment and each aria-labelledby names the id of exactly one element."""
    assert callable(make)
    tags = Outline(html.render(make())).tags
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    asked = {str(a["href"])[1:] for t, a in tags if t == "a"}
    asked |= {str(a["aria-labelledby"]) for _, a in tags if "aria-labelledby" in a}

    assert len(ids) == len(set(ids))
    assert asked <= set(ids)


def test_the_page_has_its_landmarks_and_language() -> None:
    """A screen reader finds language, header, main, navigation and footer."""
    tags = Outline(html.render(reports.passing())).tags
    names = [tag for tag, _ in tags]

    assert tags[0] == ("html", {"lang": "en"})
    assert [names.count(tag) for tag in ("header", "main", "nav", "footer")] == [1, 1, 1, 1]


def test_the_outcome_is_read_in_the_gauge_and_beside_it() -> None:
    """The picture has its words, and the verdict is text, not colour alone."""
    outline = Outline(html.render(reports.not_assessed()))
    (gauge,) = [attributes for tag, attributes in outline.tags if tag == "svg"]

    assert gauge["aria-label"] == "60.5–85.5 of 100 points, pass mark 70"
    assert ("span", "Undecided") in outline.texts
    assert ("span", "Fair to Strong") in outline.texts


def test_each_loss_leads_to_its_evidence() -> None:
    """Exchanges, places, commands and their output are on the page."""
    words = " ".join(" ".join(t for _, t in Outline(html.render(reports.failing())).texts).split())

    for expected in (
        "POST /v1/rooms 500 12 ms",
        "<title>500 Internal Server Error</title>",
        "src/booking/search.py:31",
        "$ flask db downgrade base",
        "sqlite3.OperationalError: no such index: ix_booking_room",
    ):
        assert expected in words


def test_what_is_not_assessed_is_hatched_and_named() -> None:
    """Open points have their own pattern, tag and section; a zero has none of them."""
    opened = html.render(reports.not_assessed())
    zero = html.render(reports.failing())

    assert opened.count('class="reach"') == 4  # two criteria and their categories
    assert "not-assessed" in opened
    assert 'class="reach"' not in zero
    assert 'id="not-assessed"' not in zero


def test_long_lists_are_cut_and_say_so() -> None:
    """A hundred thousand characters or findings do not make a page that no browser opens."""
    page = html.render(hostile())

    assert "A" * 7000 not in page
    assert "(94,000 more characters)" in page
    assert len(page) < 1_000_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(scheme: str) -> None:
    """Each pair of colours that is used for text has the contrast that WCAG AA asks for: 4.5."""
    css = files("flaskgrade.report").joinpath("templates/report.css").read_text(encoding="utf-8")
    light, dark = (
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+)", block))
        for block in re.findall(r":root \{(.*?)\}", css, re.DOTALL)[:2]
    )
    colours = light if scheme == "light" else light | dark
    pairs = [(text, ground) for text in ("ink", "soft", "link") for ground in ("page", "card")]
    pairs += [("ink", "sunk"), ("soft", "sunk"), ("ink", "track"), ("open", "card")]
    pairs += [("bad", "card"), ("good", "card"), ("soft", "open-ground")]
    pairs += [(tone, f"{tone}-ground") for tone in ("good", "bad", "warn", "open", "claim")]

    low = {
        pair: round(_contrast(colours[pair[0]], colours[pair[1]]), 2)
        for pair in pairs
        if _contrast(colours[pair[0]], colours[pair[1]]) < 4.5
    }

    assert low == {}


def _contrast(one: str, other: str) -> float:
    """Return the ratio of https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(p * w for p, w in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))

"""The page of many candidates as text: whose words are in it, and how many."""
# A test's name is its sentence.
# ruff: noqa: D103

import base64
import hashlib
import json
import re
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from flaskgrade.cohort.entry import entry
from flaskgrade.cohort.gather import gather
from flaskgrade.model.cohort import Agreement, Exhibit, Figure, Likeness, Similarity
from flaskgrade.report import cohort_csv, cohort_data, cohort_html
from tests.report import cohorts, reports

SCRIPTS = re.compile(r"<script[^>]*>(.*?)</script>", re.DOTALL)


def data(page: str) -> Any:
    return json.loads(SCRIPTS.findall(page)[0])


def words(page: str) -> str:
    """Return what is read of a page, the data left out."""
    return " ".join(re.sub(r"<[^>]+>", " ", SCRIPTS.sub("", page)).split())


def test_the_policy_names_the_one_script_by_its_digest() -> None:
    page = cohort_html.render(cohorts.small())

    _, script = SCRIPTS.findall(page)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in page
    assert "default-src 'none'" in page
    assert "unsafe-eval" not in page
    assert "innerHTML =" not in script


def test_hostile_texts_are_text() -> None:
    page = cohort_html.render(cohorts.attacked("http://evil.invalid"))

    assert page.count("<script") == page.count("</script") == 2
    assert not re.search(r"<(img|svg onload|iframe|a href=.http)", page)
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_the_same_cohort_gives_the_same_page() -> None:
    assert cohort_html.render(cohorts.small()) == cohort_html.render(cohorts.small())


def test_every_mark_is_in_the_data() -> None:
    cohort = cohorts.small()

    found = data(cohort_html.render(cohort))

    texts = found["texts"]
    names = [texts[one[0]] for one in found["entries"]]
    assert names == ["ada", "bo", "cyd"]
    for shown, known in zip(found["entries"], cohort.entries, strict=True):
        assert sum(mark is not None for mark in shown[3]) == len(known.marks)


def test_evidence_that_does_not_fit_is_counted() -> None:
    small = cohorts.small()
    long = tuple(Exhibit(tone="failed", title=f"{n} " + "x" * 300) for n in range(8))
    crowded = tuple(replace(mark, exhibits=long, more=5) for mark in small.entries[0].marks)
    many = [
        replace(
            small.entries[0],
            marks=crowded,
            candidate=replace(small.entries[0].candidate, title=f"p{n}"),
        )
        for n in range(1000)
    ]

    found = json.loads(cohort_data.embedded(gather(many)))

    first = found["entries"][0][3]
    kept = sum(len(mark[8]) for mark in first)
    assert 0 < kept < 8 * len(crowded)
    assert sum(len(mark[8]) + mark[9] for mark in first) == 13 * len(crowded)


def test_mixed_reports_are_said_first() -> None:
    page = words(cohort_html.render(cohorts.attacked("")))

    assert "Not graded alike: points do not compare" not in page  # both are of one rubric
    two = [reports.passing(), reports.without_exercise()]
    mixed = words(cohort_html.render(gather([entry(one) for one in two], allow_mixed=True)))
    assert "Not graded alike: points do not compare exercise: room-booking 3, none" in mixed


def test_the_tie_width_is_said_and_called_a_convention() -> None:
    page = words(cohort_html.render(replace(cohorts.small(), tie=Fraction(5, 2))))

    assert "A tie width of 2.5 points. That is a convention, not a measurement" in page
    assert "Grading is deterministic" in page


def test_too_few_candidates_get_no_coefficients() -> None:
    page = words(cohort_html.render(cohorts.small()))

    assert "None is shown: too few: " in page
    assert "None is shown: in no report have people marked" in page


def test_coefficients_are_shown_where_there_are_enough() -> None:
    agreed = Agreement(
        about="Reviewers",
        judges=("Mo", "<Jo>"),
        alpha=Figure(value=0.8149, on=40),
    )

    page = words(cohort_html.render(replace(cohorts.many(24), agreements=(agreed,))))

    assert re.search(r"Cronbach&#39;s alpha|Cronbach's alpha", page)
    assert "ordinal, 0.81, over 40 marks by Mo, &lt;Jo&gt;." in page


def test_likeness_is_a_prompt_to_talk_and_no_score() -> None:
    alike = Similarity(
        compared=2,
        missing=1,
        starter=True,
        pairs=(Likeness(one=0, other=2, share_one=Fraction(1, 2), share_other=Fraction(1, 4)),),
    )

    page = words(cohort_html.render(replace(cohorts.small(), similarity=alike)))

    assert "ada and cyd: 50 % of the one's own code, 25 % of the other's" in page
    assert "This is a prompt to talk and no finding" in page
    assert "It has no part in any total." in page
    assert "1 more were not compared: their source, as it was graded, was not given." in page


def test_a_row_of_the_csv_is_a_candidate() -> None:
    head, *rows = cohort_csv.render(cohorts.small()).splitlines()

    assert head.startswith("place_best,place_worst,candidate,source,commit,total_low,total_high")
    assert [row.split(",")[2] for row in rows] == ["ada", "bo", "cyd"]
    assert len(head.split(",")) == len(rows[0].split(","))


@pytest.mark.parametrize("formula", ["=1+1", "@SUM(1)", "+1"])
def test_no_cell_of_the_csv_is_a_formula(formula: str) -> None:
    one = cohorts.small().entries[0]
    named = replace(one, candidate=replace(one.candidate, title=formula))

    assert f",'{formula}," in cohort_csv.render(gather([named]))

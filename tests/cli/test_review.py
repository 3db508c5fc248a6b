"""`flaskgrade review`, as interviewers type it over a stored report."""
# A test's name is its sentence.
# ruff: noqa: D103

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from flaskgrade.checks.registry import NAMES
from flaskgrade.cohort.rescore import rescored
from flaskgrade.model.review import Review
from flaskgrade.report import html
from flaskgrade.report.document import read, render
from flaskgrade.report.seal import Fit, fit, keyed
from flaskgrade.rubric.load import load_rubric
from tests.cli.commands import Done, Line, end
from tests.report import reports

MID = load_rubric("mid", checks=NAMES)
REPORT = replace(rescored(reports.failing(), MID), earlier=())
CRITERIA = ("H1", "H2", "H3", "H4", "H5", "H6")


@pytest.fixture
def stored(command: Line) -> Path:
    """Give a stored report, with its page beside it."""
    path = command.folder / "ada" / "report.json"
    path.parent.mkdir()
    path.write_text(render(REPORT))
    path.with_name("report.html").write_text(html.render(REPORT))
    return path


def form(command: Line, marks: Mapping[str, int], reason: str = "heard it") -> str:
    path = command.folder / "form.yaml"
    lines = [f"  {key}: {{mark: {value}, reason: {reason}}}" for key, value in marks.items()]
    path.write_text("\n".join(["marks:", *lines]) + "\n")
    return str(path)


def typed(command: Line, text: str, *words: str) -> Done:
    """Run it with somebody at the keyboard."""
    ended = subprocess.run(
        [sys.executable, "-m", "flaskgrade", *words],
        cwd=command.folder,
        env=dict(command.environment),
        input=text,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    return Done(code=ended.returncode, out=ended.stdout, err=ended.stderr)


def by(name: str) -> tuple[str, str]:
    return ("--reviewer", name)


def test_two_reviewers_hand_in_blind_and_then_it_counts(command: Line, stored: Path) -> None:
    marks = dict.fromkeys(CRITERIA, 3)
    first = command.run("review", str(stored), "--from", form(command, marks), *by("Ada"))
    between = read(stored.read_text())
    page = stored.with_name("report.html").read_text()
    full = dict.fromkeys(CRITERIA, 4)
    second = command.run("review", str(stored), "--from", form(command, full), *by("Grace"))
    after = read(stored.read_text())

    assert (first.code, first.err) == (0, "")
    assert "From now on, it is scored by the rubric mid+interview." in first.out
    assert "H1  Trade-offs explained: awaiting review: 1 of 2" in first.out
    assert between.scorecard.high - between.scorecard.low > 15
    assert "Ada 3" not in page
    assert "heard it" not in page
    assert (second.code, second.err) == (0, "")
    assert "From now on" not in second.out
    assert "Ada 3, Grace 4; 3.5 of 4 on average" in second.out
    assert [one.rubric.name for one in after.earlier] == ["mid"]
    assert "Ada 3, Grace 4" in stored.with_name("report.html").read_text()
    verified = command.run("verify", str(stored))
    assert (verified.code, verified.err) == (0, "")


def test_a_reviewer_at_the_keyboard_sees_no_mark_but_their_own(command: Line, stored: Path) -> None:
    command.run("review", str(stored), "--from", form(command, {"H1": 2}, "SECRET"), *by("Ada"))
    answers = "3\nan index\n9\n-\n\nno time\n\n\n\n\ny\n"

    other = typed(command, answers, "review", str(stored), *by("Grace"))
    own = typed(command, "\n\n\n\n\n\n", "review", str(stored), *by("grace"))

    asked, _, told = other.out.partition("Hand in H1 3, H2 -?")
    assert (other.code, other.err) == (0, "")
    assert "SECRET" not in asked
    assert "of 100" not in asked
    assert "0 to 4, - if it was not asked about, Enter for later, please." in asked
    assert "A mark needs a reason." in asked
    assert "Ada 2, Grace 3; 2.5 of 4 on average" in told
    assert "Yours so far: 3 (an index)" in own.out
    assert "Nothing was handed in." in own.out
    marks = read(stored.read_text()).review.marks
    assert [(one.reviewer, one.criterion, one.value) for one in marks] == [
        ("Ada", "H1", 2),
        ("Grace", "H1", 3),
        ("Grace", "H2", None),
    ]


@pytest.mark.parametrize("text", ["", "3\n", "3\nan index\n", "3\nan index\n\n\n\n\n\n"])
def test_nothing_is_written_where_the_input_ends(command: Line, stored: Path, text: str) -> None:
    before = stored.read_text()

    done = typed(command, text, "review", str(stored), *by("Ada"))

    assert done.code == 2
    assert "nothing was written" in done.err
    assert stored.read_text() == before


def test_what_is_typed_in_another_encoding_is_no_bug(command: Line, stored: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "flaskgrade", "review", str(stored), *by("Ada")],
        cwd=command.folder,
        env=dict(command.environment),
        input=b"3\nGr\xfcnde\n\n\n\n\n\ny\n",
        capture_output=True,
        timeout=100,
        check=False,
    )

    assert (ended.returncode, ended.stderr) == (0, b"")
    assert read(stored.read_text()).review.marks[0].reason == "Gr\N{REPLACEMENT CHARACTER}nde"


def test_no_at_the_end_hands_nothing_in(command: Line, stored: Path) -> None:
    before = stored.read_text()

    done = typed(command, "3\nan index\n\n\n\n\n\nn\n", "review", str(stored), *by("Ada"))

    assert done.code == 0
    assert "Nothing was handed in." in done.out
    assert stored.read_text() == before


def test_the_template_can_be_filled_in_and_handed_in(command: Line, stored: Path) -> None:
    printed = command.run("review", str(stored), "--template", *by("Ada Byron"))
    filled = printed.out.replace("mark:\n    reason:", "mark: 2\n    reason: an index", 1)
    (command.folder / "ada.yaml").write_text(filled)

    done = command.run("review", str(stored), "--from", "ada.yaml")

    assert (printed.code, done.code, done.err) == (0, 0, "")
    (mark,) = read(stored.read_text()).review.marks
    assert (mark.reviewer, mark.value, mark.reason) == ("Ada Byron", 2, "an index")


def test_the_reviewer_is_gits_user_and_else_the_systems(
    command: Line, stored: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    outside = {"HOME": str(home), "USER": "ghopper"}
    line = replace(command, environment={**command.environment, **outside})
    path = form(command, {"H1": 3})

    line.run("review", str(stored), "--from", path)
    (home / ".gitconfig").write_text("[user]\n  name = Ada Byron\n")
    line.run("review", str(stored), "--from", path)
    nobody = {name: value for name, value in line.environment.items() if name != "USER"}
    (home / ".gitconfig").unlink()
    done = replace(command, environment=nobody).run("review", str(stored), "--from", path)

    assert [one.reviewer for one in read(stored.read_text()).review.marks] == [
        "ghopper",
        "Ada Byron",
    ]
    assert done.code == 2
    assert "who is reviewing is not known" in done.err


def test_an_override_shows_both_points_and_verifies(command: Line, stored: Path) -> None:
    was = next(one for one in REPORT.scorecard.criteria if one.id == "C9")

    done = command.run(
        *("review", str(stored), "--override", "C9=100%", "--reason", "our test raced", *by("Ada"))
    )

    after = read(stored.read_text())
    now = next(one for one in after.scorecard.criteria if one.id == "C9")
    assert (done.code, done.err) == (0, "")
    assert after.provenance.rubric.name == "mid"
    assert now.automatic is not None
    assert (now.low, now.automatic.low) == (was.of, was.low)
    assert "our test raced" in done.out
    assert "our test raced" in stored.with_name("report.html").read_text()
    assert command.run("verify", str(stored)).code == 0


def test_a_gate_is_ruled_on_by_itself_and_given_back(command: Line, stored: Path) -> None:
    why = ("--reason", "our test raced", *by("Ada"))

    ruled = command.run("review", str(stored), "--override", "core=fails", *why)
    page = stored.with_name("report.html").read_text()
    verified = command.run("verify", str(stored))
    back = command.run("review", str(stored), "--override", "core=automatic", *why)

    assert (ruled.code, verified.code, back.code) == (0, 0, 0), ruled.err + back.err
    assert "core  The core resource works: Ada ruled that it does not hold" in ruled.out
    assert "does not hold, by hand; before: holds" in page
    assert read(stored.read_text()).scorecard == REPORT.scorecard


def test_an_override_lives_on_under_another_rubric(command: Line, stored: Path) -> None:
    command.run(
        *("review", str(stored), "--override", "C9=50%", "--reason", "one of two", *by("Ada"))
    )

    done = command.run("rescore", str(stored), "--rubric", "senior", "--write")

    after = read(stored.read_text())
    now = next(one for one in after.scorecard.criteria if one.id == "C9")
    assert done.code == 0, done.err
    assert after.provenance.rubric.name == "senior"
    assert now.low == now.of / 2
    assert command.run("verify", str(stored)).code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--override", "C9=2"), "needs a reason"),
        (("--override", "C9", "--reason", "x"), "is not CRITERION=POINTS"),
        (("--override", "C9=1e9", "--reason", "x"), "is not CRITERION=POINTS"),
        (("--override", "C9=500", "--reason", "x"), "C9 has from 0 to"),
        (("--override", "C9=automatic", "--reason", "x"), "nothing to take back"),
        (("--override", "ZZ=1", "--reason", "x"), "no criterion 'ZZ'"),
        (("--override", "ZZ=holds", "--reason", "x"), "no gate 'ZZ'"),
        (("--override", "core=automatic", "--reason", "x"), "nothing to take back"),
        (("--from", "nothing.yaml"), "nothing.yaml: cannot be read"),
        (("--sheet", "--template"), "--sheet and --template do not go together"),
        (("--template", "--rubric", "no-such"), "there is no rubric 'no-such'"),
        (("--template", "--reviewer", "\n"), ""),
    ],
)
def test_a_mistake_is_an_error_with_a_hint_and_changes_nothing(
    command: Line, stored: Path, words: tuple[str, ...], said: str
) -> None:
    before = stored.read_text()

    done = command.run(
        "review", str(stored), *words, *(by("Ada") if "--reviewer" not in words else ())
    )

    assert done.code == (2 if said else 0)
    assert said in done.err
    assert "Traceback" not in done.err
    assert stored.read_text() == before


def test_a_report_that_was_changed_is_not_sealed_anew(command: Line, stored: Path) -> None:
    changed = stored.read_text().replace('"source": "', '"source": "x', 1)
    stored.write_text(changed)

    done = command.run(*("review", str(stored), "--override", "C9=0", "--reason", "x", *by("Ada")))

    assert done.code == 2
    assert "does not fit" in done.err
    assert stored.read_text() == changed


def test_a_history_that_was_cut_is_not_added_to_and_does_not_verify(
    command: Line, stored: Path
) -> None:
    for value in (1, 4):
        command.run("review", str(stored), "--from", form(command, {"H1": value}), *by("Ada"))
    report = read(stored.read_text())
    stored.write_text(render(replace(report, review=Review(marks=report.review.marks[1:]))))

    added = command.run("review", str(stored), "--from", form(command, {"H1": 2}), *by("Ada"))
    verified = command.run("verify", str(stored))

    assert added.code == 2
    assert "is not the one that it names" in added.err
    assert verified.code == 1
    assert "is not the one that it names" in verified.out


def test_points_that_do_not_follow_are_not_taken_over(command: Line, stored: Path) -> None:
    card = replace(REPORT.scorecard, low=REPORT.scorecard.low - 1)
    stored.write_text(render(replace(REPORT, scorecard=card)))

    done = command.run(*("review", str(stored), "--override", "C9=0", "--reason", "x", *by("Ada")))

    assert done.code == 2
    assert "low is" in done.err


def test_the_seal_keeps_its_key(command: Line, stored: Path) -> None:
    stored.write_text(keyed(render(REPORT), "ours"))
    path = form(command, {"H1": 3})
    with_key = replace(command, environment={**command.environment, "FLASKGRADE_SEAL_KEY": "ours"})

    without = command.run("review", str(stored), "--from", path, *by("Ada"))
    done = with_key.run("review", str(stored), "--from", path, *by("Ada"))

    assert without.code == 2
    assert "FLASKGRADE_SEAL_KEY" in without.err
    assert done.code == 0, done.err
    assert fit(json.loads(stored.read_text()), "ours") is Fit.FITS
    assert with_key.run("verify", str(stored)).code == 0


def test_who_hand_in_at_the_same_moment_are_all_kept(command: Line, stored: Path) -> None:
    path = form(command, {"H1": 3})
    names = ("Ada", "Alan", "Grace", "Katherine")

    started = [command.start("review", str(stored), "--from", path, *by(name)) for name in names]
    ended = [end(process) for process in started]

    assert [one.code for one in ended] == [0, 0, 0, 0]
    assert sorted(one.reviewer for one in read(stored.read_text()).review.marks) == list(names)
    assert sorted(one.name for one in stored.parent.iterdir()) == ["report.html", "report.json"]


def test_naming_the_level_again_keeps_one_score_of_before(command: Line, stored: Path) -> None:
    for value in (1, 2):
        done = command.run(
            *("review", str(stored), "--rubric", "mid", *by("Ada")),
            *("--from", form(command, {"H1": value})),
        )
        assert done.code == 0, done.err

    after = read(stored.read_text())
    assert after.provenance.rubric.name == "mid+interview"
    assert [one.rubric.name for one in after.earlier] == ["mid"]


def test_a_rubric_of_ones_own_may_ask_one_reviewer(command: Line, stored: Path) -> None:
    (command.folder / "ours.yaml").write_text(
        "rubric: ours\ntitle: Ours\nversion: 1\nextends: mid\n"
        "criteria:\n  H1: {weight: 10}\n  culture:\n    title: Explains to a newcomer\n"
        "    category: people\n    weight: 5\n    check: review\n"
        "    points:\n      anchors: [Does not., With help., Clearly., By example., Fully.]\n"
    )
    path = form(command, {"H1": 4, "culture": 1})

    done = command.run(
        *("review", str(stored), "--rubric", "./ours.yaml", "--from", path, *by("Ada"))
    )

    after = read(stored.read_text())
    shares = {one.id: one.low / one.of for one in after.scorecard.criteria if one.check == "review"}
    assert done.code == 0, done.err
    assert {key: float(share) for key, share in shares.items()} == {"H1": 1.0, "culture": 0.25}
    assert command.run("verify", str(stored), "--rubric", "./ours.yaml").code == 0


def test_the_sheet_stands_beside_the_report_or_in_a_folder(command: Line, stored: Path) -> None:
    beside = command.run("review", str(stored), "--sheet")
    apart = command.run("review", str(stored), "--sheet", "--out", "sheets")

    assert (beside.code, apart.code) == (0, 0)
    assert "questions, for the interviewer alone" in beside.out
    text = stored.with_name("interview.md").read_text()
    assert "Two at the same moment" in text
    assert (command.folder / "sheets" / "interview.md").read_text() == text
    assert (command.folder / "sheets" / "interview.html").is_file()
    assert stored.read_text() == render(REPORT)


def test_the_sheet_leads_to_the_views_of_the_source(command: Line, stored: Path) -> None:
    source = command.folder / "checkout"
    source.mkdir()
    (source / "app.py").write_text(
        "from flask import Flask\n\napp = Flask(__name__)\n\n\n"
        "@app.post('/v1/rooms/<int:room>/bookings')\ndef book(room):\n    return {}, 201\n"
    )

    done = command.run("review", str(stored), "--sheet", "--source", "checkout")
    alone = command.run("review", str(stored), "--template", "--source", "checkout")

    assert done.code == 0, done.err
    text = stored.with_name("interview.md").read_text()
    assert "POST /v1/rooms/1/bookings → 201; asked for: Two people cannot book" in text
    assert "`app.py:" in text
    assert alone.code == 2
    assert "--source goes with --sheet" in alone.err


def test_feedback_names_no_reviewer_and_no_reason(command: Line, stored: Path) -> None:
    plain = replace(REPORT, provenance=replace(REPORT.provenance, exercise=None))
    stored.write_text(render(rescored(plain, MID)))
    for name, value in (("Ada Byron", 1), ("Grace Hopper", 2)):
        path = form(command, {"H1": value, "H6": 4 - value % 2}, "PRIVATE words")
        command.run("review", str(stored), "--from", path, *by(name))
    command.run(
        *("review", str(stored), "--override", "Q1=0", "--reason", "PRIVATE too", *by("Ada Byron"))
    )

    done = command.run("feedback", str(stored))

    assert done.code == 0, done.err
    for name in ("feedback.md", "feedback.html"):
        text = stored.with_name(name).read_text()
        assert "Trade-offs explained" in text
        assert not any(word in text for word in ("Ada", "Byron", "Grace", "Hopper", "PRIVATE"))

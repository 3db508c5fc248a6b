"""`flaskgrade rubric …`, as people type it."""

import json

import jsonschema

from flaskgrade.rubric.load import load_rubric
from flaskgrade.shipped import shipped
from flaskgrade.yamlfile import read_yaml
from tests.cli.commands import Line

OWN = """\
rubric: ours
title: Ours
version: 1
extends: mid
sums: {all: {weight: 100}}
criteria:
  C1: {weight: 12}
gates:
  core: {select: C99}
"""


def test_the_shipped_rubrics_are_listed_with_what_they_lie_on(command: Line) -> None:
    """One a line."""
    done = command.run("rubric", "list")

    assert done.code == 0, done
    assert "base ← senior" in done.out


def test_a_rubric_is_shown_in_points_of_100_with_the_file_that_says_so(command: Line) -> None:
    """Of what an exercise asks for, since the rest leaves its weight to it."""
    done = command.run("rubric", "show", "senior", "--exercise", "room-bookings")

    assert done.code == 0, done
    assert " 11.00    C9            Correct under concurrency" in done.out
    assert "all or nothing: each of the hidden tests for C9" in done.out
    assert "[weight senior.yaml:" in done.out
    assert "Background jobs" not in done.out
    assert "tests passed: from 1 on 25 % = 0.25, from 4 on 50 % = 0.5" in done.out
    assert "80 % of the hidden tests for C1 must pass" in done.out


def test_a_rubric_is_shown_to_programs(command: Line) -> None:
    """Each criterion with its points, and all of them 100."""
    done = command.run("rubric", "show", "mid", "--exercise", "room-bookings", "--json")

    told = json.loads(done.out)
    assert round(sum(one["points"] for one in told["criteria"])) == 100
    assert told["digest"] == load_rubric("mid").digest


def test_a_rubric_that_is_shown_as_one_file_is_that_rubric(command: Line) -> None:
    """It can be kept, and graded with."""
    done = command.run("rubric", "show", "mid+senior", "--yaml")

    path = command.folder / "flat.yaml"
    path.write_text(done.out, encoding="utf-8")
    assert load_rubric(str(path)) == load_rubric("mid+senior")


def test_what_two_rubrics_do_not_share_is_shown_side_by_side(command: Line) -> None:
    """In columns, with the difference; what is the same is left out."""
    done = command.run("rubric", "diff", "mid", "senior", "--exercise", "room-bookings")

    assert done.code == 0, done
    (line,) = [one for one in done.out.splitlines() if one.startswith("C9 ")]
    assert line.split()[-3:] == ["6.00", "11.00", "+5.00"]
    assert "C3 " not in done.out
    assert "races: Holds under concurrency" in done.out


def test_what_is_wrong_is_told_by_file_and_line_and_exits_with_2(command: Line) -> None:
    """All of it at once."""
    path = command.folder / "ours.yaml"
    path.write_text(OWN, encoding="utf-8")

    done = command.run("rubric", "lint", "./ours.yaml")

    assert done.code == 2, done
    assert "ours.yaml:5: sums.all.weight: the weights come to 99, and not to 100\n" in done.out
    assert "ours.yaml:9: gates.core: never applies: acceptance has nothing about C99" in done.out
    assert "ours: 2 things to mend" in done.err


def test_the_schema_that_is_printed_takes_the_shipped_rubrics(command: Line) -> None:
    """As an editor would use it."""
    done = command.run("rubric", "schema")

    schema = json.loads(done.out)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert set(read_yaml(shipped("rubrics") / "base.yaml").table().entries) <= set(
        schema["properties"]
    )


def test_json_and_yaml_at_once_are_refused(command: Line) -> None:
    """One document goes to standard output."""
    done = command.run("rubric", "show", "mid", "--json", "--yaml")

    assert done.code == 2
    assert "--json and --yaml exclude each other" in done.err

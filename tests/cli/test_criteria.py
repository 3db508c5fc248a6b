"""`flaskgrade criteria`, as people type it."""

from tests.cli.commands import Line


def test_the_criteria_of_a_rubric_are_listed_with_their_share(command: Line) -> None:
    """Each with its title and the check that looks at it."""
    done = command.run("criteria", "--rubric", "senior")

    assert done.code == 0, done
    assert "Flask structure" in done.out
    assert "Application factory (factory)" in done.out


def test_one_criterion_is_explained(command: Line) -> None:
    """By the page of its check: what it looks at, what earns, what loses, where it comes from."""
    done = command.run("criteria", "S2")

    assert done.code == 0, done
    assert "Blueprints" in done.out
    assert "What loses" in done.out
    assert "https://flask.palletsprojects.com" in done.out


def test_a_criterion_that_is_not_there_is_told_with_those_that_are(command: Line) -> None:
    """A typo costs one look."""
    done = command.run("criteria", "S99")

    assert done.code == 2
    assert "no criterion 'S99'" in done.err
    assert "S1" in done.err

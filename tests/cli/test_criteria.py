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


def test_each_criterion_of_the_hidden_tests_has_a_page_of_its_own(command: Line) -> None:
    """C3 is about shapes, C4 about statuses; the page of their check follows."""
    pages = [command.run("criteria", name).out for name in ("C3", "C4")]

    assert "errors of one shape" in pages[0]
    assert "201 with Location" in pages[1]
    assert all("test without a result is a failed one" in page for page in pages)


def test_the_steps_of_a_rule_are_told(command: Line) -> None:
    """With what each is worth."""
    done = command.run("criteria", "T1-count", "--rubric", "general")

    assert "weight 3, 3 of 100" in done.out
    assert "from 1 on 25 % = 0.75, from 4 on 50 % = 1.5, from 7 on 75 % = 2.25" in done.out
    assert "copies of one test count once" in done.out


def test_the_criteria_of_a_level_in_a_role_are_listed(command: Line) -> None:
    """By the weights of both."""
    listed = [command.run("criteria", "--rubric", name).out for name in ("mid", "mid+web")]

    shares = [
        float(line.split()[1].rstrip("%"))
        for out in listed
        for line in out.splitlines()
        if line.startswith("  X7 ")
    ]
    assert shares == sorted(set(shares))
    assert len(shares) == 2

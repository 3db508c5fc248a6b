"""Which files are the application and what launches it."""

from flaskgrade.flaskapp.analyse import load
from flaskgrade.flaskapp.application import application_files, is_launcher, is_testing


def files(*paths: str) -> list[str]:
    """Return those of the paths that are application files."""
    project = load(dict.fromkeys(paths, "x = 1\n")).project
    return [file.source.path for file in application_files(project)]


def test_packaging_documentation_examples_and_tests_are_not_the_application() -> None:
    """They run at other times, for other people."""
    others = ("setup.py", "docs/conf.py", "examples/a.py", "scripts/b.py", "tests/test_a.py")

    assert files("shop/views.py", *others) == ["shop/views.py"]


def test_a_project_of_examples_alone_is_its_examples() -> None:
    """Then there is nothing else that could be meant."""
    assert files("setup.py", "examples/a.py") == ["examples/a.py"]


def test_launchers_and_modules_for_testing_are_known_by_name() -> None:
    """As servers and frameworks are pointed at them."""
    assert is_launcher("shop/wsgi.py")
    assert is_launcher("gunicorn.conf.py")
    assert not is_launcher("shop/views.py")
    assert is_testing("config/testing.py")
    assert is_testing("TestConfig")
    assert is_testing("UnitTestConfig")
    assert not is_testing("LatestConfig")

"""What paths say about files."""

import pytest

from flaskgrade.flaskapp.layout import vendored


@pytest.mark.parametrize(
    ("packages", "copied"),
    [
        (("lib/flask", "lib/werkzeug", "lib/own", "app"), ("lib/",)),
        (("src/vendor/jinja2", "src/vendor/six"), ("src/vendor/",)),
        (("flask", "werkzeug", "flask_cache", "app"), ("flask/", "flask_cache/", "werkzeug/")),
        (("src/flask", "src/flask/json"), ()),
        (("lib/redis", "lib/app"), ()),
        ((), ()),
    ],
)
def test_copied_packages_are_told_by_several_side_by_side(
    packages: tuple[str, ...], copied: tuple[str, ...]
) -> None:
    """A `lib` goes as a whole, among the project's own packages only those that are known."""
    assert vendored(f"{package}/__init__.py" for package in packages) == copied

"""Which file imports which."""

from flaskgrade.flaskapp.analyse import load
from flaskgrade.flaskapp.imports import components, find_circles, reached
from tests.flaskapp.projects import project


def test_modules_that_import_each_other_are_a_circle() -> None:
    """Each with the line of the import that leads on."""
    found = find_circles(project("x = 1\nfrom views import y\n", views="import app\n"))

    assert [one.paths for one in found] == [("app.py", "views.py")]
    assert [str(place) for place in found[0].places] == ["app.py:2", "views.py:1"]


def test_imports_in_functions_and_for_type_checkers_close_no_circle() -> None:
    """They do not run as the module is imported."""
    late = "def f():\n    from views import y\n"
    typed = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from views import y\n"

    assert find_circles(project(late, views="import app\n")) == ()
    assert find_circles(project(typed, views="import app\n")) == ()


def test_a_package_that_imports_its_own_module_is_a_circle_only_if_that_imports_back() -> None:
    """A package's `__init__` that gathers its modules is common and fine."""
    package = {"shop/__init__.py": "from shop import views\n"}
    fine = load({**package, "shop/views.py": "import os\n"}).project
    back = load({**package, "shop/views.py": "from shop import app\n"}).project

    assert find_circles(fine) == ()
    assert [one.paths for one in find_circles(back)] == [("shop/__init__.py", "shop/views.py")]


def test_a_long_chain_needs_no_stack() -> None:
    """Ten thousand files that import one another in a ring are one component."""
    ring = {str(n): frozenset({str((n + 1) % 10_000)}) for n in range(10_000)}

    assert [len(group) for group in components(ring)] == [10_000]


def test_what_is_reached_follows_all_imports_those_in_functions_too() -> None:
    """A factory imports its views when it is called."""
    found = project("def create():\n    import views\n", views="import models\n", models="", x="")

    assert reached(found, ["app.py"]) == {"app.py", "views.py", "models.py"}


def test_a_package_that_imports_its_modules_below_its_names_only_gathers_them() -> None:
    """Flask's documentation does so; modules that import each other besides are a real circle."""
    package = {"shop/__init__.py": "app = 1\nfrom shop import views\ndef f(): pass\n"}
    views = "from shop import app\n"
    fine = load({**package, "shop/views.py": views}).project
    real = load(
        {**package, "shop/views.py": f"{views}import shop.b", "shop/b.py": "import shop.views"}
    )

    assert [one.gathers for one in find_circles(fine)] == [True]
    assert [one.gathers for one in find_circles(real.project)] == [False]


def test_a_package_that_imports_its_module_before_its_names_is_a_circle() -> None:
    """What the module needs is not there yet."""
    package = {"shop/__init__.py": "from shop import views\napp = 1\n"}
    found = find_circles(load({**package, "shop/views.py": "import shop\n"}).project)

    assert [one.gathers for one in found] == [False]

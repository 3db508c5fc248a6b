"""Imports from models to views."""

import pytest

from flaskgrade.flaskapp.analyse import facts_of, load
from flaskgrade.flaskapp.upward import UpwardImport, find_upward_imports
from flaskgrade.model.evidence import Location

MODEL = "import peewee\nclass Item(peewee.Model):\n    name = peewee.CharField()\n"
VIEWS = (
    "from flask import Flask\napp = Flask(__name__)\n@app.get('/')\ndef view():\n    return ''\n"
)


def upward(files: dict[str, str]) -> tuple[UpwardImport, ...]:
    """Return the imports of some files that run the wrong way."""
    code = load(files)
    facts = facts_of(code)
    return find_upward_imports(code.project, facts.routes, facts.models)


def test_models_that_import_views_are_found() -> None:
    """By the line of the import."""
    found = upward({"models.py": f"{MODEL}from views import view\n", "views.py": VIEWS})

    assert found == (UpwardImport(location=Location(path="models.py", line=4), views="views.py"),)


@pytest.mark.parametrize(
    "files",
    [
        {"models.py": f"def f():\n    import views\n{MODEL}", "views.py": VIEWS},
        {"a/models.py": f"from a import app\n{MODEL}", "a/__init__.py": VIEWS},
        {"views.py": f"import models\n{VIEWS}", "models.py": MODEL},
        {"app.py": f"import views\n{MODEL}{VIEWS}", "views.py": VIEWS.replace("view()", "x()")},
    ],
)
def test_late_imports_packages_and_the_right_way_are_none(files: dict[str, str]) -> None:
    """A package holds the database, and a file that is both is no layer."""
    assert upward(files) == ()

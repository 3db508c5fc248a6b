"""Whether forms are protected from cross-site requests."""

import pytest

from flaskgrade.flaskapp.forms import find_protection
from tests.flaskapp.projects import project

FORM = "from flask_wtf import FlaskForm\nclass A(FlaskForm): pass\n"


@pytest.mark.parametrize(
    "source",
    [
        "from flask_wtf import CSRFProtect\nCSRFProtect(app)",
        "from flask.ext.wtf import Form\nclass A(Form): pass",
        "from flask_wtf.csrf import CSRFProtect as C\nC(app)",
        "import flask_wtf\nflask_wtf.CSRFProtect(app)",
        FORM,
        "import flask_wtf\nclass A(flask_wtf.FlaskForm): pass",
        FORM + "class TestConfig:\n    WTF_CSRF_ENABLED = False",
        FORM
        + "A = 1\nclass C:\n    WTF_CSRF_ENABLED = True\nclass D(C):\n    WTF_CSRF_ENABLED = False",
        "from flask_wtf import CSRFProtect\nWTF_CSRF_ENABLED = False",
    ],
)
def test_csrf_protection_of_the_application_or_of_its_forms_counts(source: str) -> None:
    """Testing may switch it off."""
    assert find_protection(project(source)).on


@pytest.mark.parametrize(
    "source",
    [
        "from wtforms import Form\nclass A(Form): pass",
        FORM + "class Config:\n    WTF_CSRF_ENABLED = False",
        FORM + "app.config['WTF_CSRF_ENABLED'] = False",
        FORM + "app.config.update(WTF_CSRF_ENABLED=False)",
    ],
)
def test_plain_forms_and_forms_switched_off_are_not_protected(source: str) -> None:
    """A form without its token protects nothing."""
    assert not find_protection(project(source)).on


def test_a_form_is_known_by_whatever_module_it_is_taken_from() -> None:
    """`form.FlaskForm` where `form` is a module of Flask-WTF."""
    assert find_protection(
        project("from flask_wtf import form\nclass Login(form.FlaskForm):\n    pass\n")
    ).on

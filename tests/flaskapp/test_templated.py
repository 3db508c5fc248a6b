"""Project templates are read as the projects that are made of them."""

import ast

import pytest

from flaskgrade.flaskapp.analyse import facts_of, load
from flaskgrade.flaskapp.templated import filled


@pytest.mark.parametrize(
    "source",
    [
        "from {{cookiecutter.app_name}} import a\n",
        "import {{ cookiecutter.name|lower }}.b as c\n",
        "{% if cookiecutter.db == 'y' %}\nimport db\n{% endif %}\nx = '{{ kept }}'\n",
    ],
)
def test_a_template_becomes_what_the_parser_takes(source: str) -> None:
    """As many lines as before; texts stay."""
    with pytest.raises(SyntaxError):
        ast.parse(source)

    text = filled(source)

    ast.parse(text)
    assert text.count("\n") == source.count("\n")
    assert ("kept" in source) == ("'{{ kept }}'" in text)


def test_python_stays_what_it_is() -> None:
    """A set in a set is none that could be filled in, and braces in texts are no template."""
    source = "x = f'{{a}}' # {{b}}\ny = '''\n{% c %}\n'''\n"

    assert filled(source) == source


def test_modules_of_a_template_import_each_other() -> None:
    """The folder that is named when a project is made of it is the package that it will be."""
    name = "{{cookiecutter.app}}"
    files = {
        f"{name}/{name}/__init__.py": "",
        f"{name}/{name}/app.py": (
            f"from flask import Flask\nfrom {name}.views import bp\n"
            "def create_app():\n    app = Flask('x')\n    app.register_blueprint(bp)\n"
            f"    app.config.from_object('{name}.settings')\n    return app\n"
        ),
        f"{name}/{name}/views.py": (
            f"from flask import Blueprint\nfrom {name} import app\n"
            "bp = Blueprint('bp', 'x')\n@bp.route('/a')\ndef a(): ...\n"
        ),
    }

    facts = facts_of(load(files, python2=True))

    assert facts.unparsed == ()
    assert [one.name for one in facts.factories] == ["create_app"]
    assert [one.registered is not None for one in facts.blueprints] == [True]
    assert [(one.rule, one.location.line) for one in facts.routes] == [("/a", 4)]

"""Which folders a project's own code adds to the import path."""

from pathlib import PurePosixPath

import pytest

from flaskgrade.flaskapp.analyse import load
from flaskgrade.flaskapp.apps import find_factories
from flaskgrade.flaskapp.blueprints import find_blueprints
from flaskgrade.flaskapp.import_path import added_folders
from tests.flaskapp.projects import project


def added(source: str) -> list[str]:
    """Return what `src/app/start.py` of this text adds."""
    files = project(src__app__start="import os\nimport sys\n" + source).all_files
    return [str(folder) for folder in added_folders(files)]


@pytest.mark.parametrize(
    ("source", "folder"),
    [
        ("sys.path.insert(0, 'src')", "src"),
        ("sys.path.append('./lib/')", "lib"),
        ("sys.path.insert(0, os.path.dirname(__file__))", "src/app"),
        ("HERE = os.path.dirname(os.path.abspath(__file__))\nsys.path.insert(1, HERE)", "src/app"),
        ("sys.path.append(os.path.join(os.path.dirname(__file__), '..', 'lib'))", "src/lib"),
        ("sys.path.append(os.path.dirname(__file__) + '/../..')", "."),
        ("sys.path.append(os.path.join(os.path.dirname(__file__), os.pardir))", "src"),
        (
            "from pathlib import Path\nsys.path.append(str(Path(__file__).resolve().parent))",
            "src/app",
        ),
        (
            "from pathlib import Path\nsys.path.append(str(Path(__file__).parents[1] / 'x'))",
            "src/x",
        ),
        (
            "from pathlib import Path\nsys.path.append(Path(__file__).parent.joinpath('x'))",
            "src/app/x",
        ),
        ("sys.path.append(os.getcwd())", "."),
        ("sys.path.extend(['vendor'])", "vendor"),
        ("import site\nsite.addsitedir('vendor')", "vendor"),
    ],
)
def test_a_folder_on_the_import_path_is_read_from_its_expression(source: str, folder: str) -> None:
    """As strings, by os.path or pathlib, from a variable, relative to the file or the project."""
    assert added(source) == [folder]


@pytest.mark.parametrize(
    "source",
    [
        "sys.path.append('/opt/lib')",
        "sys.path.append(os.path.dirname(__file__) + '/../../..')",
        "sys.path.append(os.environ['HOME'])",
        "sys.path.append()",
        "HERE = HERE\nsys.path.append(HERE)",
        "sys.path.remove('src')",
    ],
)
def test_a_folder_outside_the_project_or_unknown_is_left_out(source: str) -> None:
    """Nothing is guessed."""
    assert added(source) == []


def test_imports_start_at_a_package_that_is_on_the_import_path() -> None:
    """A package whose modules import each other from within it, and a launcher that does."""
    files = {
        "start.py": "import sys\nsys.path.insert(0, 'src')\nfrom factory import create_app\n"
        "from flask import Blueprint\nbp = Blueprint('a', __name__)\n"
        "create_app().register_blueprint(bp)\n",
        "src/__init__.py": "",
        "src/core.py": "from flask import Flask\nclass Own(Flask):\n    pass\n",
        "src/factory.py": (
            "from core import Own\ndef create_app():\n    app = Own(__name__)\n"
            "    app.config['A'] = 1\n    return app\n"
        ),
    }

    code = load(files).project

    assert [str(one.location) for one in find_factories(code)] == ["src/factory.py:2"]
    assert [list(map(str, one.parents)) for one in find_blueprints(code)] == [["src/factory.py:3"]]


def test_a_package_that_scripts_are_started_in_is_on_the_import_path() -> None:
    """A stray `__init__.py` makes a package of the folder; its modules go by their bare names."""
    files = {
        "service/__init__.py": "",
        "service/app.py": (
            "from flask import Flask\nfrom shop.views import bp\n"
            "app = Flask(__name__)\napp.register_blueprint(bp)\n"
        ),
        "service/shop/__init__.py": "",
        "service/shop/views.py": "from flask import Blueprint\nbp = Blueprint('a', __name__)\n",
    }

    found = find_blueprints(load(files).project)

    assert [list(map(str, one.parents)) for one in found] == [["service/app.py:3"]]


@pytest.mark.parametrize("name", ["redis", "logging", "own"])
def test_what_an_installed_package_or_the_module_itself_is_called_is_not_looked_for(
    name: str,
) -> None:
    """`from redis import Redis` in `app/redis.py`, and in the modules beside it."""
    modules = load({"app/__init__.py": "", f"app/{name}.py": ""}).project.modules

    assert modules.absolute((name,), PurePosixPath(f"app/{name}.py")) is None
    assert (modules.absolute((name,), PurePosixPath("app/__init__.py")) is None) == (name != "own")

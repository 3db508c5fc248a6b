"""The JSON document: its fields, and that it keeps to the published schema."""

import json
import os
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from flaskgrade.inspection import schema
from flaskgrade.inspection.document import document, render
from flaskgrade.inspection.inspect import inspect
from tests.inspection.projects import LIBRARY, PLAIN, SHOP, write


def shown(folder: Path, files: dict[str, str]) -> dict[str, Any]:
    """Return the document of a project of these files."""
    return document(inspect(write(folder, files)))


@pytest.mark.parametrize("files", [SHOP, PLAIN, LIBRARY])
def test_every_document_keeps_to_the_published_schema(
    tmp_path: Path, files: dict[str, str]
) -> None:
    """Whatever the project is, the schema that is shipped describes all of the output."""
    published = json.loads(schema.text())
    jsonschema.Draft202012Validator.check_schema(published)

    jsonschema.validate(json.loads(render(inspect(write(tmp_path, files)))), published)


def test_a_factory_project_is_told_by_its_labels(tmp_path: Path) -> None:
    """Factory, blueprints, routes, migrations, models and the served application have places."""
    said = shown(tmp_path, SHOP)

    assert said["flask_app"] is True
    assert said["app_root"] == "."
    assert said["app_factory"] == {
        "present": True,
        "name": "create_app",
        "file": "shop/__init__.py",
        "line": 3,
        "takes_config_arg": True,
        "other_factories": [],
    }
    assert said["served"]["kind"] == "factory"
    assert said["module_level_app"]["present"] is False
    assert said["module_level_factory_calls"] == [["wsgi.py", 2]]
    assert said["blueprints"]["list"] == [["items", "shop/views.py", 2]]
    assert said["blueprints"]["details"][0]["registered_on"] == ["shop/__init__.py:4"]
    counted = {k: v for k, v in said["routes"].items() if k != "list"}
    assert counted == {
        "total_declared": 3,
        "on_app": 1,
        "on_blueprints": 2,
        "via_api_layer": 0,
        "max_in_one_file": 2,
        "biggest_file": "shop/views.py",
    }
    assert said["routes"]["list"][1]["methods"] == ["GET", "POST"]
    assert said["orm"] == "flask-sqlalchemy"
    assert said["models"] == [{"name": "Item", "file": "shop/models.py", "line": 2}]
    assert {one["kind"] for one in said["extensions"]} == {"SQLAlchemy", "Migrate"}
    migrations = {k: v for k, v in said["migrations"].items() if k != "others"}
    assert migrations == {
        "present": True,
        "tool": "flask-migrate",
        "dir": "migrations",
        "revision_count": 1,
        "multiple_heads": False,
        "all_have_downgrade": True,
        "empty_downgrades": 1,
    }
    assert said["tests"]["test_function_count"] == 1


def test_a_file_that_does_not_parse_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    """One broken file costs itself."""
    said = shown(tmp_path, SHOP)

    assert [one["file"] for one in said["unread"]] == ["broken.py"]
    assert "syntax error in line 1" in said["unread"][0]["reason"]


def test_of_two_applications_the_one_with_the_routes_is_served(tmp_path: Path) -> None:
    """The choice is made by evidence, and the other one is named as well."""
    helper = {"aaa.py": "from flask import Flask\nhelper = Flask('x')\n"}

    said = shown(tmp_path, {**helper, **PLAIN})

    assert said["module_level_app"]["file"] == "app.py"
    assert said["module_level_app"]["also"] == [["aaa.py", 2]]
    assert "1 routes" in said["served"]["why"]


def test_a_project_without_flask_is_no_flask_application(tmp_path: Path) -> None:
    """Then there is no factory and nothing is served, and that is said, not guessed."""
    said = shown(tmp_path, LIBRARY)

    assert (said["flask_app"], said["served"]) == (False, None)
    assert said["app_factory"]["present"] is False


def test_settings_features_and_red_flags_of_a_project_are_told(tmp_path: Path) -> None:
    """From the code, and from the files around it."""
    files = SHOP | {
        "shop/config.py": "class Config:\n    SECRET_KEY = 'dev'\n",
        "shop/errors.py": "def init(app):\n    app.register_error_handler(404, missing)\n",
        "run.py": (
            "import os\nfrom shop import create_app\napp = create_app('x')\n"
            "app.config.from_object('shop.config.Config')\n"
            "app.run(port=os.environ['PORT'], debug=True)\n"
        ),
        "tests/conftest.py": "from shop import create_app\ndef app():\n    return create_app()\n",
        "Dockerfile": "FROM python\nCMD python run.py\n",
        ".env": "SECRET_KEY=abc\n",
        ".github/workflows/ci.yml": "on: push\n",
        "requirements.txt": "flask==3.0\n",
        "pyproject.toml": "",
    }

    said = shown(tmp_path, files)

    assert said["config"]["from_env"] is True
    assert said["config"]["environment"] == [{"variable": "PORT", "file": "run.py", "line": 5}]
    assert said["config"]["config_classes"] is True
    assert said["config"]["secret_key_kind"] == "literal"
    assert said["config"]["literals_at"] == ["shop/config.py:2"]
    assert said["tests"]["app_fixture_uses_factory"] is True
    assert said["features"] == {
        "celery": False,
        "ci_config": True,
        "csrf": False,
        "docker_compose": False,
        "dockerfile": True,
        "error_handlers": True,
        "logging_config": False,
        "openapi": False,
        "pinned_deps": True,
        "pyproject": True,
        "type_hints": "none",
    }
    assert said["red_flags"] == {
        "app_run_debug_true": ["run.py:5"],
        "hardcoded_secret": ["shop/config.py:2", ".env:1"],
        "sql_string_formatting": [],
        "routes_files_over_200_lines": [],
        "dev_server_in_container_or_procfile": ["Dockerfile"],
    }


def test_a_file_of_many_lines_that_declares_no_rule_is_no_red_flag(tmp_path: Path) -> None:
    """Two hundred lines are still fine, one more is not, and only where rules are."""
    view = "from flask import Flask\napp = Flask('x')\n@app.get('/')\ndef v(): pass\n"
    long = view + "\x0c\n" * 197

    assert shown(tmp_path / "a", {"app.py": long, "models.py": "\n" * 500})["red_flags"][
        "routes_files_over_200_lines"
    ] == ["app.py"]
    assert not shown(tmp_path / "b", {"app.py": long[:-2]})["red_flags"][
        "routes_files_over_200_lines"
    ]


def test_hostile_files_around_the_code_cost_themselves_only(tmp_path: Path) -> None:
    """Pipes, links, endless lines and bytes that are no text stand for nothing."""
    folder = write(tmp_path / "project", PLAIN | {"docker-compose.yml": "command: " * 200_000})
    os.mkfifo(folder / "Dockerfile")
    (folder / ".env").symlink_to("/etc/passwd")
    (folder / "Procfile").write_bytes(b"\xff\xfe web: flask run\n")
    (folder / "requirements.txt").write_text("x==1 " * 400_000, encoding="utf-8")
    (folder / "templates").mkdir()
    (folder / "templates" / "a.html").write_text("{% extends " * 90_000, encoding="utf-8")

    began = time.monotonic()
    said = document(inspect(folder))

    assert time.monotonic() - began < 5
    assert said["features"]["dockerfile"] is False
    assert said["red_flags"]["dev_server_in_container_or_procfile"] == ["Procfile"]


def test_an_examples_key_is_a_red_flag_and_not_the_applications(tmp_path: Path) -> None:
    """It can't come to be the key of what is served."""
    example = {"examples/a/config.py": "SECRET_KEY = 'dev'\n"}

    said = shown(tmp_path, PLAIN | example)

    assert said["config"]["hardcoded_secret_key"] is False
    assert said["red_flags"]["hardcoded_secret"] == ["examples/a/config.py:1"]


def test_logging_that_no_server_comes_through_is_not_the_applications(tmp_path: Path) -> None:
    """A tool beside the application may log as it likes."""
    setup = "import logging\nlogging.basicConfig()\n"

    assert not shown(tmp_path / "a", PLAIN | {"tool.py": setup})["features"]["logging_config"]
    assert shown(tmp_path / "b", {"app.py": PLAIN["app.py"] + setup})["features"]["logging_config"]
    assert shown(tmp_path / "c", PLAIN | {"wsgi.py": setup})["features"]["logging_config"]


ASIDE = {
    "examples/demo.py": "from flask import Flask\ndemo = Flask('x')\n@demo.get('/')\ndef f(): 0\n"
}


def test_an_example_beside_the_application_is_not_taken_for_it(tmp_path: Path) -> None:
    """It is listed, and neither served nor a module-level application of the project."""
    said = shown(tmp_path, {**SHOP, **ASIDE})

    assert said["module_level_app"]["present"] is False
    assert said["served"]["name"] == "create_app"
    assert len(said["apps"]) == 2


def test_a_library_with_an_example_is_no_flask_application(tmp_path: Path) -> None:
    """Where nothing outside the examples makes an application or a blueprint."""
    assert shown(tmp_path, {**LIBRARY, **ASIDE})["flask_app"] is False


def test_a_function_that_returns_the_module_s_application_set_up_is_said_to_do_so(
    tmp_path: Path,
) -> None:
    """It takes the factory's place, and the application is still a module's."""
    source = (
        "from flask import Flask\napp = Flask('x')\ndef create_app():\n"
        "    app.config['A'] = 1\n    return app\n"
    )

    said = shown(tmp_path, {"shop.py": source})

    assert (said["app_factory"]["name"], said["module_level_app"]["line"]) == ("create_app", 2)
    assert "module" in said["served"]["why"]


def test_migrations_that_are_not_alembic_s_have_a_folder_and_no_counts(tmp_path: Path) -> None:
    """Numbered scripts in a folder of that name."""
    said = shown(tmp_path, {**PLAIN, "migrations/001_start.sql": "create table a (b int);\n"})

    migrations = said["migrations"]
    assert (migrations["present"], migrations["tool"]) == (True, "other")
    assert (migrations["dir"], migrations["revision_count"]) == ("migrations", None)


def test_python_2_is_read_and_named(tmp_path: Path) -> None:
    """Its routes count, and the file is no unread one."""
    said = shown(tmp_path, {"app.py": PLAIN["app.py"] + "print 'ready'\n"})

    assert (said["python2"], said["unread"]) == (["app.py"], [])
    assert said["routes"]["total_declared"] == 1


def test_packages_copied_into_the_project_are_not_its_own(tmp_path: Path) -> None:
    """Old projects for hosts without pip carry Flask itself along."""
    copied = {
        "lib/flask/__init__.py": "from flask.app import Flask\n",
        "lib/flask/app.py": "class Flask:\n    pass\nself.add_url_rule('/static')\n",
        "lib/werkzeug/__init__.py": "",
        "lib/flask_bar/__init__.py": (
            "from flask import Blueprint\nbar = Blueprint('bar', __name__)\n"
        ),
    }

    said = shown(tmp_path, {**PLAIN, **copied})

    assert said["blueprints"]["count_defined"] == 0
    assert said["routes"]["total_declared"] == 1


def test_tests_that_pytest_does_not_collect_are_there_all_the_same(tmp_path: Path) -> None:
    """A `tests.py` with unittest cases, and an application that a function of it only sets up."""
    files = {
        "app.py": (
            "from flask import Flask\napp = Flask(__name__)\n"
            "def create_app():\n    app.config.from_object('x')\n    return app\n"
        ),
        "tests.py": (
            "import unittest\nfrom app import create_app\nclass T(unittest.TestCase):\n"
            "    def setUp(self):\n        self.app = create_app()\n"
            "    def test_a(self):\n        assert self.app\n"
        ),
    }

    assert shown(tmp_path, files)["tests"] == {
        "present": True,
        "test_function_count": 0,
        "framework": "unittest",
        "app_fixture_uses_factory": True,
    }


def test_settings_that_from_pyfile_loads_are_code_whatever_their_name(tmp_path: Path) -> None:
    """A literal key in the committed file signs sessions; one in an example does not."""
    app = PLAIN["app.py"] + "app.config.from_pyfile('app.cfg')\n"
    settings = "DEBUG = False\nSECRET_KEY = 'x y z'\n"

    said = shown(tmp_path / "a", {"app.py": app, "app.cfg": settings})
    other = shown(tmp_path / "b", {"app.py": app, "app.cfg.example": settings})

    assert said["config"]["hardcoded_secret_key"] is True
    assert said["config"]["literals_at"] == ["app.cfg:2"]
    assert said["red_flags"]["hardcoded_secret"] == ["app.cfg:2"]
    assert other["config"]["hardcoded_secret_key"] is False

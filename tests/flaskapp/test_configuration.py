"""Classes of settings that are loaded into the configuration."""

import pytest

from flaskgrade.flaskapp.configuration import find_config_classes
from tests.flaskapp.projects import project

CLASSES = "class Config:\n    A = 1\nclass Development(Config):\n    pass\n"


@pytest.mark.parametrize(
    "load",
    [
        "from config import Config\napp.config.from_object(Config)",
        "from config import Config\napp.config.from_object(Config())",
        "import config\napp.config.from_object(config.Development)",
        "app.config.from_object('config.Config')",
        "app.config.from_object('config:Config')",
        "name = unknown()\napp.config.from_object(f'config.{name}Config')",
        "import os\napp.config.from_object(os.environ['SETTINGS'])",
        "import os\napp.config.from_object(os.getenv('SETTINGS'))",
        "import os\napp.config.from_object(os.environ.get('SETTINGS', 'config.Config'))",
        "import os\napp.config.from_object(os.environ.get('SETTINGS') or 'config.Config')",
        "from config import Config\nc = {'x': Config}\napp.config.from_object(c[name])",
        "from config import Config\ndef create(c=Config):\n    app.config.from_object(c)",
        "from config import Config\napp.config.update(vars(Config))",
    ],
)
def test_a_class_of_settings_is_found_however_it_is_named(load: str) -> None:
    """As an object, as a text, in a table, as an argument, or chosen by the environment."""
    assert find_config_classes(project(load, config=CLASSES))


@pytest.mark.parametrize(
    "load",
    [
        "app.config.from_object(__name__)",
        "app.config.from_object('settings')",
        "import os\napp.config.from_object(os.environ.get('SETTINGS', 'settings'))",
        "import settings\napp.config.from_object(settings)",
        "app.config.from_mapping(A=1)",
        "from config import Config\nprint(Config.A)",
    ],
)
def test_modules_mappings_and_classes_that_are_not_loaded_are_none(load: str) -> None:
    """A class beside them that is never loaded does not count."""
    found = find_config_classes(project(load, config=CLASSES, settings="A = 1\n"))

    assert found == ()


def test_a_class_without_settings_is_none() -> None:
    """Only upper-case names become configuration."""
    assert find_config_classes(project("class C:\n    a = 1\napp.config.from_object(C)")) == ()


def test_a_model_that_is_called_a_configuration_is_none() -> None:
    """Where it is unknown which class is loaded, only what looks like settings may be."""
    source = (
        "class AppConfig:\n    DEBUG = True\n    url = ''\n    SECRET = ''\n"
        "class InstanceConfig(db.Model):\n    LIMIT = 9\n    version = db.Column()\n"
        "    name = db.Column()\n"
        "app.config.from_object(chosen())\n"
    )

    assert [one.name for one in find_config_classes(project(source))] == ["AppConfig"]


def test_a_class_whose_attributes_are_copied_one_by_one_is_loaded() -> None:
    """Flattened into a dictionary, so that properties are resolved."""
    found = find_config_classes(
        project(
            "from flask import Flask\n"
            "class Config:\n    DEBUG = False\n"
            "def create_app(obj):\n"
            "    app = Flask(__name__)\n"
            "    flat = dict((k, getattr(obj, k)) for k in dir(obj) if k.isupper())\n"
            "    app.config.update(flat)\n"
            "    return app\n"
        )
    )

    assert [one.name for one in found] == ["Config"]

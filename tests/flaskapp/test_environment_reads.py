"""Where the application reads its settings from the environment."""

import pytest

from flaskgrade.flaskapp.environment_reads import find_environment_reads
from tests.flaskapp.projects import project


@pytest.mark.parametrize(
    ("source", "variable"),
    [
        ("import os\nx = os.environ['A']", "A"),
        ("import os\nx = os.environ.get('A')", "A"),
        ("import os\nx = os.getenv('A', 'b')", "A"),
        ("from os import environ as e\nx = e.get('A')", "A"),
        ("from os import getenv\nx = getenv('A')", "A"),
        ("import os\nif 'A' in os.environ: pass", "A"),
        ("import os\nfor k, v in os.environ.items(): pass", None),
        ("app.config.from_envvar('A', silent=True)", "A"),
        ("app.config.from_prefixed_env()", None),
        ("from decouple import config\nx = config('A')", "A"),
        ("from environs import Env\nenv = Env()\nx = env.int('A')", "A"),
        ("from environs import Env\nenv = Env()\nx = env('A')", "A"),
        ("import click\n@click.option('--port', envvar='A')\ndef run(port): pass", "A"),
        ("from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    a: int", None),
        ("from dynaconf import FlaskDynaconf\nFlaskDynaconf(app)", None),
    ],
)
def test_reads_are_found_with_the_variable_where_it_is_written(
    source: str, variable: str | None
) -> None:
    """By the standard library, by Flask, by click and by libraries for settings."""
    assert [one.variable for one in find_environment_reads(project(source))] == [variable]


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.environ['A'] = 'b'",
        "import os\nos.environ.setdefault('A', 'b')",
        "import os, subprocess\nsubprocess.run(['x'], env=os.environ.copy())",
        "import os\nx = os.environ.get('HOME')",
        "environ = {}\nx = environ.get('A')",
        "def app(environ, start): return environ['PATH_INFO']",
        "import click\n@click.option('--port', envvar=None)\ndef run(port): pass",
    ],
)
def test_writing_it_or_handing_it_on_is_no_read_of_a_setting(source: str) -> None:
    """Nor is a WSGI environ, nor a variable of the machine."""
    assert find_environment_reads(project(source)) == ()


def test_tests_packaging_documentation_and_migrations_are_not_the_application() -> None:
    """What they read configures other things."""
    source = "import os\nx = os.environ['A']"

    read = find_environment_reads(
        project("", setup=source, docs__conf=source, tests__conftest=source, scripts__x=source)
    )

    assert read == ()

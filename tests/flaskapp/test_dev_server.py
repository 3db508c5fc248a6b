"""Where the development server is started, and with its debugger."""

import pytest

from flaskgrade.flaskapp.dev_server import find_runs
from tests.flaskapp.projects import project

APP = "from flask import Flask\napp = Flask(__name__)\n"


@pytest.mark.parametrize(
    ("source", "debug"),
    [
        (APP + "app.run(debug=True)", True),
        (APP + "app.run('0.0.0.0', 5000, True)", True),
        (APP + "DEBUG = True\napp.run(debug=DEBUG)", True),
        (APP + "app.run(**{'debug': True})", True),
        (APP + "app.run()", False),
        (APP + "app.run(debug=False)", False),
        (APP + "import os\napp.run(debug=os.environ.get('DEBUG'))", False),
        (APP + "def main(debug=True):\n    app.run(debug=debug)\nmain(debug=False)", False),
        ("from flask_socketio import SocketIO\ns = SocketIO()\ns.run(app, debug=True)", True),
        ("from elsewhere import *\ncreate_app().run(debug=True)", True),
        ("from werkzeug.serving import run_simple\nrun_simple('', 80, a, use_debugger=True)", True),
        ("from werkzeug.serving import run_simple\nrun_simple('', 80, a, True, True)", True),
        ("from werkzeug import serving\nserving.run_simple('', 80, a, use_reloader=True)", False),
    ],
)
def test_runs_are_found_and_debug_only_where_it_is_always_on(source: str, *, debug: bool) -> None:
    """A value that the source does not fix is no red flag."""
    assert [run.debug for run in find_runs(project(source))] == [debug]


@pytest.mark.parametrize(
    "source",
    [
        "import asyncio\nasyncio.run(main(), debug=True)",
        "import subprocess\nsubprocess.run(['flask'])",
        "import connexion\napp = connexion.App(__name__)\napp.run(server='gevent')",
        "from bottle import Bottle\napp = Bottle()\napp.run(debug=True)",
    ],
)
def test_other_things_that_run_are_no_server(source: str) -> None:
    """Event loops, processes, other frameworks."""
    assert find_runs(project(source)) == ()

"""The functions that answer for rules."""

from flaskgrade.flaskapp.analyse import facts_of, load
from flaskgrade.flaskapp.view_functions import Views, command_functions, view_functions

APP = """
from flask import Flask
from flask.views import MethodView
app = Flask(__name__)
@app.get('/a')
def show(): ...
@app.get('/b')
def show(): ...
class Rooms(MethodView):
    def get(self): ...
    def post(self): ...
    def helper(self): ...
app.add_url_rule('/rooms', view_func=Rooms.as_view('rooms'))
@app.cli.command('seed')
def seed(): ...
"""


def test_a_rule_names_the_function_below_it_or_the_methods_of_its_class() -> None:
    """Others of its name, here or elsewhere, are not meant."""
    code = load({"app.py": APP, "services.py": "def show(): ...\n"})
    views = Views(code.project)

    found = [
        [str(scope.place(scope.node)) for scope in views.of(route)]
        for route in facts_of(code).routes
    ]

    assert found == [["app.py:6"], ["app.py:8"], ["app.py:10", "app.py:11"]]


def test_views_and_commands_are_found_once_each() -> None:
    """A view may have several rules."""
    code = load({"app.py": APP.replace("@app.get('/a')", "@app.get('/a')\n@app.get('/c')")})

    views = view_functions(code.project, facts_of(code).routes)

    assert [view.qualname for view in views] == ["show", "show", "Rooms.get", "Rooms.post"]
    assert [scope.qualname for scope in command_functions(code.project)] == ["seed"]

"""Mutable state of modules that functions change."""

import pytest

from flaskgrade.flaskapp.state import find_module_state
from tests.flaskapp.projects import project


@pytest.mark.parametrize(
    "source",
    [
        "items = []\ndef f():\n    items.append(1)\n",
        "items = {}\ndef f():\n    items['a'] = 1\n",
        "items = {}\ndef f():\n    del items['a']\n",
        "items = dict()\ndef f():\n    items.update(a=1)\n",
        "import collections as c\nitems = c.defaultdict(list)\ndef f():\n    items['a'] = 1\n",
        "items = 0\ndef f():\n    global items\n    items += 1\n",
    ],
)
def test_what_functions_change_in_a_module_is_shared_state(source: str) -> None:
    """By a method, by an item, or by binding the name anew."""
    assert [one.name for one in find_module_state(project(source))] == ["items"]


@pytest.mark.parametrize(
    "source",
    [
        "items = []\nitems.append(1)\n",
        "items = [1, 2]\ndef f():\n    return items[0]\n",
        "items = []\ndef f():\n    items = []\n    items.append(1)\n",
        "def f(items):\n    items.append(1)\n",
        "app = Flask('x')\ndef f():\n    app.update()\n",
    ],
)
def test_constants_local_names_and_other_objects_are_none(source: str) -> None:
    """What is only filled as the module is imported stays as it is."""
    assert find_module_state(project(source)) == ()


def test_state_has_the_place_where_it_is_made_and_those_where_it_changes() -> None:
    """So that a finding can show both."""
    found = find_module_state(project("\nitems = []\ndef f():\n    items.append(1)\n"))

    assert str(found[0].location) == "app.py:2"
    assert [str(place) for place in found[0].changed] == ["app.py:4"]

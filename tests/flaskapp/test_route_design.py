"""Routes: what they are called, what a GET does, what their parameters are."""

import pytest

from flaskgrade.flaskapp.analyse import facts_of, load
from flaskgrade.flaskapp.route_design import RouteDesign, find_route_design

HEAD = """
from flask import Flask, jsonify, render_template, redirect, request
from flask.views import MethodView
from flask_sqlalchemy import SQLAlchemy
app = Flask(__name__)
db = SQLAlchemy(app)
def delete_room(ident):
    db.session.delete(ident)
    db.session.commit()
def get_rooms():
    db.session.delete(1)
    db.session.commit()
"""
WRITES = """
@app.get('/rooms')
def rooms():
    db.session.add(1)
    db.session.commit()

@app.route('/rooms/<int:room_id>/cancel')
def cancel(room_id):
    room.cancelled = True
    db.session.commit()

@app.route('/rooms/<int:room_id>/remove')
def remove(room_id):
    delete_room(room_id)
    return 'gone'

@app.route('/rooms', methods=['GET', 'POST'])
def rooms():
    db.session.execute('DELETE FROM rooms')
    return 'gone'

@app.route('/rooms')
class Rooms(MethodView):
    def get(self):
        Room().save()
"""
ONLY_READS = """
@app.get('/rooms')
def rooms():
    return jsonify(get_rooms())

@app.route('/rooms', methods=['GET', 'POST'])
def rooms():
    if request.method == 'POST':
        db.session.add(1)
        db.session.commit()
    return 'x'

@app.route('/rooms', methods=['GET', 'POST'])
def rooms():
    form = RoomForm()
    if form.validate_on_submit():
        db.session.add(1)
        db.session.commit()
    return 'x'

@app.route('/rooms')
class Rooms(MethodView):
    def get(self):
        return 'x'
    def post(self):
        db.session.add(1)
        db.session.commit()

@app.get('/rooms/<int:room_id>')
def room(room_id):
    found = db.session.get(Room, room_id)
    found.views += 1
    db.session.commit()
    return 'x'

@app.get('/rooms/<int:room_id>')
def room(room_id):
    visit = PageVisit(room_id)
    db.session.add(visit)
    db.session.commit()
    return 'x'

@app.get('/confirm/<token>')
def confirm(token):
    user.confirmed = True
    db.session.commit()

@app.get('/login/callback')
def callback():
    db.session.add(User())
    db.session.commit()

@app.get('/picture')
def picture():
    image.save(target)
"""


def design(source: str) -> RouteDesign:
    """Return what is found in a module."""
    code = load({"app.py": HEAD + source + "\n"})
    return find_route_design(code.project, facts_of(code).routes)


def cases(text: str) -> list[str]:
    """Return the modules of a text, which blank lines keep apart."""
    return text.strip().split("\n\n")


@pytest.mark.parametrize("source", cases(WRITES))
def test_a_get_that_writes_is_found(source: str) -> None:
    """By the session, by SQL, by a model, or by a function that is called to write."""
    assert len(design(source).writing_gets) == 1


@pytest.mark.parametrize("source", cases(ONLY_READS))
def test_a_get_that_reads_counts_or_is_a_link_is_none(source: str) -> None:
    """Nor is a view that looks at the method, or another method of its class."""
    assert design(source).writing_gets == ()


def test_verbs_are_for_pages_and_not_for_apis() -> None:
    """A form has an address of its own."""
    page = "@app.get('/rooms/create')\ndef page():\n    return render_template('x')\n"
    done = "@app.post('/rooms/delete')\ndef done():\n    return redirect('x')\n"
    api = "@app.post('/rooms/add')\ndef api():\n    return jsonify(1)\n"

    assert [one.rule for one in design(page + done + api).verbs] == ["/rooms/add"]


def test_a_parameter_that_the_view_converts_is_found() -> None:
    """Where the rule could."""
    found = design(
        "@app.get('/rooms/<room_id>/<uuid:key>/<name>')\n"
        "def room(room_id, key, name):\n    return find(int(room_id), str(name), UUID(key))\n"
    )

    assert [(one.what, str(one.location)) for one in found.by_hand] == [("room_id", "app.py:15")]


@pytest.mark.parametrize(
    ("paths", "others"),
    [
        (("/room-types", "/room-prices", "/user_groups"), ["/user_groups"]),
        (("/roomTypes", "/room_prices", "/user_groups"), ["/roomTypes"]),
        (("/room-types", "/room-prices", "/rooms", "/robots_txt.txt"), []),
        (("/a-a", "/b-b", "/c-c", "/d-d", "/e-e", "/f_f"), []),
        (("/a-a", "/b-b", "/c-c", "/d-d", "/e_e", "/f_f"), ["/e_e", "/f_f"]),
    ],
)
def test_parts_in_another_style_than_most_are_found(
    paths: tuple[str, ...], others: list[str]
) -> None:
    """One slip among many is none; what has one word has no style."""
    source = "".join(f"@app.get('{p}')\ndef v{i}(): ...\n" for i, p in enumerate(paths))

    assert [one.rule for one in design(source).styles] == others

"""SQL that runs, and where its values come from."""

import pytest

from flaskgrade.flaskapp.analyse import facts_of, load
from flaskgrade.flaskapp.sql_use import SqlUse, find_sql_use

HEAD = (
    "from flask import Flask, request, flash\nimport sqlite3\napp = Flask(__name__)\n"
    "FIELDS = ('name', 'age')\nORDERS = {'name': 'name ASC', 'age': 'age DESC'}\n"
    "def db():\n    return sqlite3.connect('x')\n"
)
VIEW = "@app.get('/<name>/<int:number>')\ndef view(name, number):\n"


# What stands in the view: further lines of it are indented, other functions are not.
FROM_REQUEST = r"""
db().execute(f"SELECT * FROM a WHERE b = '{request.args['b']}'")

db().execute(f"SELECT * FROM a WHERE b = '{name}'")

db().execute('SELECT * FROM a WHERE b = ' + name)

db().execute('SELECT * FROM a WHERE b = %s' % request.form.get('b').strip())

db().execute('SELECT * FROM a ORDER BY {}'.format(request.args.get('sort', 'b')))

data = request.get_json()
    q = f"DELETE FROM a WHERE b = {data['b']}"

data = request.json
    db().execute(f"UPDATE a SET {', '.join(f'{k} = ?' for k in data)}")

parts = []
    parts.append(f"b = '{name}'")
    db().execute('SELECT * FROM a WHERE ' + ' AND '.join(parts))

find(request.args['b'])
def find(b: int):
    db().execute(f'SELECT * FROM a WHERE b = {b}')
"""
UNKNOWN = r"""
db().execute(f"SELECT * FROM a WHERE b = '{user.name}'")

db().execute('SELECT * FROM a WHERE b = ' + user.name)

db().execute('INSERT INTO a VALUES (?, %s)' % user.name)

db().execute('SELECT * FROM a WHERE b IN (%s)' % ','.join(str(i) for i in user.ids))

q = 'SELECT * FROM a WHERE b = {0}'.format(user.name)
    db().execute(q)
"""
SAFE = r"""
db().execute(f'SELECT * FROM a WHERE b = {number}')

db().execute(f'SELECT * FROM a WHERE b = {int(name)}')

db().execute('SELECT * FROM a WHERE b = %d' % number)

n = request.args.get('n', 20, type=int)
    db().execute(f'SELECT * FROM a LIMIT {n}')

sort = ORDERS.get(request.args['s'], 'age')
    db().execute(f'SELECT * FROM a ORDER BY {sort}')

db().execute('SELECT * FROM a ORDER BY ' + ORDERS[name])

if name not in FIELDS:
        return 'no'
    db().execute(f'SELECT {name} FROM a')

for field in FIELDS:
        db().execute('UPDATE a SET %s = ? WHERE b = ?' % field, (1, 2))

for t in ['a', 'b']:
        db().execute(f'DROP TABLE IF EXISTS {t}')

sets = []
    if name:
        sets.append('b = ?')
    db().execute(f"UPDATE a SET {', '.join(sets)} WHERE c = ?")

marks = ','.join('?' * number)
    db().execute(f'SELECT * FROM a WHERE b IN ({marks})')

marks = ('?,' * number)[:-1]
    db().execute(f'SELECT * FROM a WHERE b IN ({marks})')

sets = ', '.join(f'{k} = ?' for k in request.json if k in FIELDS)
    db().execute(f'UPDATE a SET {sets} WHERE c = ?')

where = 'a = ?' if number else 'a IS NULL'
    db().execute(f'SELECT * FROM b WHERE {where}')

db().execute(f'SELECT * FROM {User.__tablename__} WHERE a = ?', (1,))

db().execute(f'SELECT * FROM {quote_identifier(name)}')

page = number
    db().execute(f'SELECT * FROM a LIMIT 20 OFFSET {(page - 1) * 20}')

flash(f'SELECT * FROM a WHERE b = {name}')

q = f'SELECT * FROM a WHERE b = {name}'
    print(q)

db().execute('SELECT * FROM a WHERE b = ?', (name,))

q = 'SELECT * FROM a WHERE 1 = 1'
    if name:
        q += ' AND b = ?'
    db().execute(q)

rows('users')
def rows(table):
    return db().execute(f'SELECT * FROM {table}')

rows(1, 2)
def rows(self, limit: int):
    q = f'SELECT a FROM b LIMIT {limit}'
"""


def use(source: str) -> SqlUse:
    """Return what a module does with SQL."""
    code = load({"app.py": HEAD + source})
    return find_sql_use(code.project, facts_of(code).routes)


@pytest.mark.parametrize("body", FROM_REQUEST.strip().split("\n\n"))
def test_what_a_request_says_is_followed_into_the_text(body: str) -> None:
    """Directly, by a name, by a list, by another function; as a value or as a name of a column."""
    found = use(f"{VIEW}    {body}\n").risks

    assert [one.from_request for one in found] == [True]


@pytest.mark.parametrize("body", UNKNOWN.strip().split("\n\n"))
def test_a_value_of_unknown_origin_is_no_parameter_either(body: str) -> None:
    """It stands where a parameter could be bound."""
    found = use(f"{VIEW}    {body}\n").risks

    assert [one.from_request for one in found] == [False]


@pytest.mark.parametrize("body", SAFE.strip().split("\n\n"))
def test_numbers_names_that_are_allowed_and_placeholders_are_safe(body: str) -> None:
    """What cannot be bound is chosen from what the source says; what is shown does not run."""
    assert use(f"{VIEW}    {body}\n").risks == ()


def test_a_revision_is_no_request() -> None:
    """Migrations run once, by hand."""
    code = load(
        {
            "migrations/versions/1.py": "from alembic import op\n"
            "revision = '1'\ndown_revision = None\n"
            "def upgrade():\n    op.execute(f\"UPDATE a SET b = '{x()}'\")\n",
        }
    )

    assert find_sql_use(code.project, ()).risks == ()


def test_knots_and_long_texts_end() -> None:
    """Names that are made of each other, and many of them."""
    source = "def f():\n    a = b\n    b = a\n" + "    a = f'{a}{b}'\n" * 300
    assert use(source + "    db().execute(f'SELECT * FROM {a} WHERE b = {b}')\n").any_sql


def test_a_module_without_sql_runs_none() -> None:
    """Nothing to judge."""
    assert not find_sql_use(load({"app.py": "x = 1"}).project, ()).any_sql

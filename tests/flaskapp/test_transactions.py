"""Sessions and transactions, as far as reading tells."""

import pytest

from flaskgrade.flaskapp.analyse import facts_of, load
from flaskgrade.flaskapp.transactions import Transactions, find_transactions

HEAD = """
from flask import Flask, abort, flash, g
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.exc import IntegrityError
app = Flask(__name__)
db = SQLAlchemy(app)
class User(db.Model):
    def save(self):
        db.session.add(self)
        db.session.commit()
    @classmethod
    def make(cls, name):
        user = cls(name)
        db.session.add(user)
        db.session.commit()
        return user
def audit(what):
    db.session.add(what)
    db.session.commit()
"""
SWALLOWS = """
def save():
    try:
        db.session.commit()
    except IntegrityError:
        return None

@app.post('/')
def view():
    try:
        db.session.add(1)
        db.session.flush()
    except Exception:
        flash('no')
    return 'x'

def save(session):
    for one in range(3):
        try:
            session.commit()
        except:
            continue
"""
ROLLS_BACK = """
def save():
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        return None

@app.post('/')
def view():
    try:
        db.session.commit()
    except IntegrityError:
        return 'taken', 409

@app.post('/')
def view():
    try:
        db.session.commit()
    except IntegrityError:
        abort(409)

def save():
    try:
        db.session.commit()
    except IntegrityError as error:
        raise ValueError from error

def save():
    failed = False
    try:
        db.session.commit()
    except Exception:
        failed = True
    if failed:
        db.session.rollback()

def save():
    try:
        db.session.commit()
    except Exception:
        print('no')
    finally:
        db.session.close()

def save():
    try:
        with db.session.begin_nested():
            db.session.add(1)
            db.session.flush()
    except IntegrityError:
        pass

def save():
    try:
        with transaction():
            db.session.add(1)
    except IntegrityError:
        pass

def register(db):
    try:
        db.execute('INSERT INTO user VALUES (?)', (1,))
        db.commit()
    except db.IntegrityError:
        error = 'taken'

@app.cli.command('seed')
def seed():
    try:
        db.session.commit()
    except IntegrityError:
        return
"""
SPLIT = """
@app.post('/')
def view():
    db.session.add(1)
    db.session.commit()
    db.session.add(2)
    db.session.commit()
    return 'x'

@app.post('/')
def view():
    for one in (1, 2):
        db.session.add(one)
        db.session.commit()
    return 'x'

@app.post('/')
def view():
    user = User.make('a')
    if user:
        User.make('b')
    return 'x'

@app.post('/')
def view():
    return str(register())
def register():
    db.session.add(1)
    db.session.commit()
    db.session.execute(db.insert(User).values(a=1))
    db.session.commit()

@app.post('/')
def view():
    cursor.execute('INSERT INTO a VALUES (1)')
    connection.commit()
    try:
        cursor.execute('UPDATE a SET b = 1')
        connection.commit()
    finally:
        print()
"""
ONCE = """
@app.post('/')
def view():
    db.session.add(1)
    db.session.flush()
    db.session.add(2)
    db.session.commit()
    return 'x'

@app.post('/')
def view(kind):
    if kind:
        db.session.add(1)
        db.session.commit()
    else:
        db.session.add(2)
        db.session.commit()
    return 'x'

@app.post('/')
def view(kind):
    if kind:
        db.session.add(1)
        db.session.commit()
        return 'y'
    db.session.add(2)
    db.session.commit()
    return 'x'

@app.post('/')
def view():
    try:
        db.session.add(1)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        db.session.add(2)
        db.session.commit()
    return 'x'

@app.post('/')
def view():
    User.make('a')
    audit('made')
    return 'x'

def get_settings():
    db.session.add(1)
    db.session.commit()
@app.post('/')
def view():
    get_settings()
    db.session.add(2)
    db.session.commit()
    get_settings()

def run(sql):
    connection.execute(sql)
    connection.commit()
def user():
    return run('SELECT * FROM user')
@app.post('/')
def view():
    user()
    run('SELECT 1')
    run('INSERT INTO a VALUES (1)')
    return 'x'

@app.post('/')
def view():
    for one in (1, 2):
        db.session.add(one)
    db.session.commit()
    return 'x'

@app.post('/')
def view():
    with db.session.begin():
        db.session.add(1)
    with db.session.begin():
        db.session.add(2)
    return 'x'

@app.cli.command('seed')
def seed():
    for one in (1, 2):
        db.session.add(one)
        db.session.commit()

def work():
    for one in (1, 2):
        db.session.add(one)
        db.session.commit()
"""
OPEN = """
def rows():
    connection = sqlite3.connect('x')
    return connection.execute('SELECT 1').fetchall()

connection = sqlite3.connect('x', check_same_thread=False)

Session = sessionmaker()
session = Session()

Session = sessionmaker()
def rows():
    session = Session()
    return session.query(1)

engine = create_engine('x')
def rows():
    return engine.connect().execute('x')

def connect():
    return sqlite3.connect('x')
def rows():
    return connect().execute('x')

session = scoped_session(sessionmaker())
"""
CLOSED = """
def rows():
    connection = sqlite3.connect('x')
    try:
        return connection.execute('SELECT 1').fetchall()
    finally:
        connection.close()

def connect():
    if 'db' not in g:
        g.db = sqlite3.connect('x')
    return g.db
@app.teardown_appcontext
def close(error):
    g.db.close()

def rows():
    with closing(sqlite3.connect('x')) as connection:
        return connection.execute('SELECT 1')

def rows():
    connection = sqlite3.connect('x')
    with connection:
        return connection.execute('SELECT 1')

def connect():
    return sqlite3.connect('x')
def rows():
    connection = connect()
    connection.close()

Session = sessionmaker()
def rows():
    with Session() as session, Session.begin() as other:
        return session.query(1)

session = scoped_session(sessionmaker())
@app.teardown_appcontext
def shutdown(error=None):
    session.remove()

class Store:
    def __init__(self):
        self.connection = sqlite3.connect('x')
    def close(self):
        self.connection.close()

@app.cli.command('init')
def init():
    sqlite3.connect('x').executescript('x')

@contextmanager
def connection():
    found = sqlite3.connect('x')
    try:
        yield found
        found.commit()
    except Exception:
        found.rollback()
        raise
    finally:
        found.close()
"""
BY_HAND = """
import sqlite3
from contextlib import closing, contextmanager
from sqlalchemy import create_engine
from sqlalchemy.orm import scoped_session, sessionmaker
"""


def cases(text: str) -> list[str]:
    """Return the modules of a text, which blank lines keep apart."""
    return text.strip().split("\n\n")


def found(source: str) -> Transactions:
    """Return what is found in a module with an application and a database."""
    code = load({"app.py": HEAD + BY_HAND + source + "\n", "wsgi.py": "from app import app\n"})
    return find_transactions(code.project, facts_of(code).routes)


@pytest.mark.parametrize("source", cases(SWALLOWS))
def test_a_handler_that_goes_on_without_a_rollback_is_found(source: str) -> None:
    """Where the session is used on afterwards."""
    assert len(found(source).swallowed) == 1


@pytest.mark.parametrize("source", cases(ROLLS_BACK))
def test_a_handler_that_rolls_back_raises_or_ends_the_request_is_none(source: str) -> None:
    """Nor is one of a library whose connection goes on as before."""
    assert found(source).swallowed == ()


def test_the_end_of_a_request_helps_only_where_somebody_takes_the_session_back() -> None:
    """A session of one's own keeps what failed."""
    source = (
        "from flask import Flask\napp = Flask(__name__)\n@app.post('/')\ndef view():\n"
        "    try:\n        session.commit()\n    except Exception:\n        return 'no'\n"
    )
    code = load({"app.py": source})

    assert len(find_transactions(code.project, facts_of(code).routes).swallowed) == 1


@pytest.mark.parametrize("source", cases(SPLIT))
def test_work_that_is_committed_in_parts_is_found(source: str) -> None:
    """In a row, in a loop, by what is called, once for each function."""
    assert len(found(source).split) == 1


@pytest.mark.parametrize("source", cases(ONCE))
def test_one_commit_on_every_way_is_one_unit(source: str) -> None:
    """So is what comes after a rollback; commands and workers commit as they like."""
    assert found(source).split == ()


@pytest.mark.parametrize("source", cases(OPEN))
def test_what_nobody_closes_is_found(source: str) -> None:
    """Connections and sessions, in functions and modules."""
    assert len(found(source).unclosed) == 1


@pytest.mark.parametrize("source", cases(CLOSED))
def test_what_somebody_closes_is_given_back(source: str) -> None:
    """The function, its caller, a `with`, the class, or the end of the request."""
    assert found(source).unclosed == ()


def test_a_tool_at_the_command_line_ends_with_its_session() -> None:
    """What asks people may go on without it."""
    tool = (
        "def delete():\n    try:\n        session.commit()\n    except Exception:\n        pass\n"
    )
    code = load({"manage.py": tool})

    assert find_transactions(code.project, ()).swallowed == ()


def test_a_script_that_nothing_imports_ends_with_what_it_opens() -> None:
    """It waits for a database, or fills it."""
    source = "import sqlite3\nconnection = sqlite3.connect('x')\n"
    code = load({"app.py": HEAD, "fill.py": source})

    assert find_transactions(code.project, facts_of(code).routes).unclosed == ()


@pytest.mark.parametrize("name", ["logs", "history"])
def test_what_a_module_for_logs_commits_is_written_beside_the_work(name: str) -> None:
    """By the name of its module, or its own."""
    view = (
        f"from flask import Flask\nfrom {name} import service\napp = Flask(__name__)\n"
        "@app.post('/')\ndef view(session):\n    session.add(1)\n    session.commit()\n"
        "    service.create(1)\n"
    )
    service = "def create(session):\n    session.add(1)\n    session.commit()\n"
    code = load({"app.py": view, f"{name}/__init__.py": "", f"{name}/service.py": service})

    assert find_transactions(code.project, facts_of(code).routes).split == ()


def test_loops_in_loops_end() -> None:
    """Each of them once more, and no further."""
    loops = "".join(f"{'    ' * n}for a in b:\n" for n in range(1, 18))
    body = "    " * 18 + "x = 1\n"

    assert found(f"@app.post('/')\ndef view():\n{loops}{body * 200}").split == ()

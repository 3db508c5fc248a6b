"""Lines that put values into SQL."""

import pytest

from flaskgrade.flaskapp.sql_text import find_sql_texts
from tests.flaskapp.projects import project


@pytest.mark.parametrize(
    ("line", "how"),
    [
        ("q = f\"SELECT * FROM item WHERE id = {request.args['id']}\"", "f-string"),
        ("q = 'SELECT * FROM item WHERE id = %s' % ident", "%"),
        ("q = 'SELECT * FROM item WHERE id = {}'.format(ident)", "format"),
        ("q = 'DELETE FROM item WHERE name = ' + name", "+"),
        ("q = 'INSERT INTO item VALUES (' + a + ', ' + b + ')'", "+"),
        ("q = f'DROP TABLE {table}'", "f-string"),
        ("q = 'USE {}'.format(database)", "format"),
        ("q = \"attach database '{}' as other;\".format(path)", "format"),
        ("q = f'SHOW COLUMNS FROM {table}'", "f-string"),
        ("q = f'UPDATE {table} SET a = 1'", "f-string"),
        ("q += \" WHERE name = '%s'\" % name", "%"),
        ("q += ' AND age > ' + age", "+"),
        ("q = f'select * from item where id = {ident}'", "f-string"),
        ("q = 'SELECT a FROM item ORDER BY %s' % (column,)", "%"),
        ("q = '''\n    SELECT a\n    FROM b\n    WHERE c = {c}'''.format(c=c)", "format"),
        ("def f(table):\n    q = f'SELECT * FROM {table}'", "f-string"),
    ],
)
def test_values_in_sql_are_found_by_every_way_of_putting_them_in(line: str, how: str) -> None:
    """Statements and conditions, in capitals or not."""
    assert [one.how for one in find_sql_texts(project(line))] == [how]


@pytest.mark.parametrize(
    "line",
    [
        "db.execute('SELECT * FROM item WHERE id = ?', (ident,))",
        "db.execute('SELECT * FROM item WHERE id = %s', (ident,))",
        "db.execute('SELECT a ' + 'FROM b')",
        "COLUMNS = 'a, b'\nq = 'SELECT ' + COLUMNS + ' FROM item'",
        "COLUMNS = 'a, b'\nq = f'SELECT {COLUMNS} FROM item'",
        "q = 'SELECT a FROM b WHERE c IN (%s)' % ','.join('?' * len(ids))",
        "q = 'SELECT a FROM b WHERE c IN ({})'.format(', '.join('?' for i in ids))",
        "flash('Select a file from %s' % folder)",
        "flash(f'USE {name} instead')",
        "flash(f'Show columns of {name}')",
        "log.info('Delete from {} failed'.format(name))",
        "print(f'Update {name} set to {value}')",
        "print('You may pick one WHERE needed: %s' % name)",
        "x = total + 1 + other",
        "q = f'SELECT {1} FROM a'",
        "url = f'{host}/select?from={x}'",
        "rule = f\"metadata.x = '{a}' AND metadata.y = '{b}'\"",
    ],
)
def test_parameters_constants_placeholders_and_prose_are_no_values_in_sql(line: str) -> None:
    """What is written in the source cannot be anybody's input."""
    assert find_sql_texts(project(line)) == ()


def test_each_line_is_named_once_and_tests_are_left_out() -> None:
    """A long sum of texts is one expression, at the line where it begins."""
    source = "q = ('SELECT a FROM b WHERE c = ' + c\n     + ' AND d = ' + d)\n"

    found = find_sql_texts(project(source, tests__test_a=source))

    assert [str(one.location) for one in found] == ["app.py:1"]


def test_a_sum_of_thousands_of_texts_takes_no_time() -> None:
    """It is taken apart once, however long it is."""
    source = "q = 'SELECT a FROM b WHERE c = ' + c" + " + d" * 120

    assert len(find_sql_texts(project(source))) == 1

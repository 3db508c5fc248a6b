"""Python 2 is read as far as its shape goes, and only where that is asked for."""

import ast

import pytest

from flaskgrade.flaskapp.analyse import facts_of, load
from flaskgrade.flaskapp.python2 import modernised

OLD = [
    "print 'a', b\n",
    "exec code\nprint\n",
    "print >>f, 'a' % b,\nprint 1\n",
    "if a: print 'b'; print 'c'\n",
    "print 'a %s' % (\n    b,\n)\n",
    "exec code in space\n",
    "raise ValueError, 'no'\n",
    "raise E, 'no', tb\n",
    "try:\n    pass\nexcept E, e:\n    pass\n",
    "try:\n    pass\nexcept (A, B), e:\n    pass\n",
    "x = `y`\n",
    "a <> b\n",
    "x = 10L + 0xFFL + 0777\n",
    "x = ur'a'\n",
    "sort(key=lambda (a, b): a)\n",
    "if a:\n\tx = 1\n        y = 2\n",
    "f(async=True)\n",
    "print '''a\nb'''\n",
    "print 'it\\'s', \"# no\" # print 1\n",
]


@pytest.mark.parametrize("source", OLD)
def test_python_2_becomes_what_the_parser_takes(source: str) -> None:
    """As many lines as before, so that places stay what they were."""
    with pytest.raises(SyntaxError):
        ast.parse(source)

    text = modernised(source)

    ast.parse(text)
    assert text.count("\n") == source.count("\n")


@pytest.mark.parametrize(
    "source",
    [
        "print('a')\nprint(a, file=b)\nx.print\n",
        "s = 'print a <> 0777 `x`'\n",
        "try:\n    pass\nexcept (A, B):\n    raise E(a, b)\n",
        "x = 0.5 + 10 + 0 + 1e05 + a0777\nasync def f(): pass\n",
    ],
)
def test_python_3_stays_what_it_is(source: str) -> None:
    """Texts and comments as well."""
    assert ast.dump(ast.parse(modernised(source))) == ast.dump(ast.parse(source))


def test_an_old_project_is_read_where_that_is_asked_for() -> None:
    """Its routes have their places; a grade still counts it as broken."""
    old = "from flask import Flask\napp = Flask('x')\nprint 'hi'\n@app.route('/')\ndef f(): pass\n"
    asked = load({"app.py": old}, python2=True)

    assert str(facts_of(asked).routes[0].location) == "app.py:4"
    assert asked.parsed.python2 == ("app.py",)
    assert facts_of(load({"app.py": old})).unparsed[0][0] == "app.py"


def test_what_is_no_python_at_all_stays_unparsed() -> None:
    """With the reason that Python 3 gives."""
    assert load({"a.py": "def (:\n"}, python2=True).parsed.unparsed[0][1].startswith("syntax")

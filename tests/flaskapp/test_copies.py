"""Functions that are there for their number."""

from flaskgrade.flaskapp.analyse import analyse
from flaskgrade.flaskapp.copies import ALIKE

TYPED = "def number_{n}() -> int:\n    return {n}\n"
MANY = "".join(TYPED.format(n=n) for n in range(40))
CALLED = MANY + "print(" + ", ".join(f"number_{n}()" for n in range(40)) + ")\n"


def test_functions_that_nothing_uses_are_padding() -> None:
    """All of them."""
    assert analyse({"app.py": MANY}).annotated_padding == 40


def test_copies_are_padding_even_if_they_are_used() -> None:
    """Some are alike by chance."""
    facts = analyse({"app.py": CALLED})

    assert facts.annotated_padding == 40 - ALIKE
    assert facts.source_lines == 2 * ALIKE + 1


def test_functions_that_differ_are_no_padding() -> None:
    """Nor are those without annotations, which count against the candidate."""
    texts = {
        "app.py": "def f(x: int) -> int:\n    return x\n\n"
        "def g(x):\n    return x\n\ndef idle(x): ...\n"
        "class A:\n    def m(self, x: int) -> int:\n        return f(x)\n\n"
        "print(f(1), g(2), A().m(1))\n",
        "tests/test_app.py": "def test_f() -> None:\n    assert f(1)\n",
    }

    assert analyse(texts).annotated_padding == 0


def test_tests_that_repeat_each_other_are_idle() -> None:
    """The first of them counts."""
    text = "def test_{n}(client):\n    '''{n}'''\n    assert client.get('/').status_code == 200\n"
    texts = {"tests/test_a.py": text.format(n=1) + text.format(n=2)}

    assert analyse(texts).idle_tests == ("tests/test_a.py::test_2",)


def test_tests_that_look_at_nothing_are_idle() -> None:
    """They can't fail."""
    texts = {
        "test_a.py": "def test_a():\n    assert True\n\ndef test_b():\n    pass\n\n"
        "def test_c(app):\n    assert app\n\ndef test_d():\n    assert f(1) == 2\n\n"
        "def test_e():\n    assert f(2) == 2\n\n"
        "class TestX:\n    def test_f(self):\n        assert 1\n"
    }

    assert set(analyse(texts).idle_tests) == {
        "test_a.py::test_a",
        "test_a.py::test_b",
        "test_a.py::TestX::test_f",
    }


def test_files_of_no_use_are_padding() -> None:
    """So are files that repeat each other; some are alike by chance."""
    texts = {
        "app.py": "import numbers_\n\nprint(1)\n",
        "idle.py": TYPED.format(n=1),
        **{f"empty{n}/__init__.py": "" for n in range(ALIKE)},
        **{f"x{n}.py": f"X = {n}\n" for n in range(ALIKE + 2)},
    }

    found = analyse(texts).padding_files

    assert found == ("idle.py", f"x{ALIKE}.py", f"x{ALIKE + 1}.py")

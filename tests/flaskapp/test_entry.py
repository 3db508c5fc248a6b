"""Which of several applications is served."""

import pytest

from flaskgrade.flaskapp.analyse import analyse

FACTORY = (
    "from flask import Flask\n\ndef create_app(config=None):\n"
    "    app = Flask(__name__)\n    return app\n"
)
ROUTE = "@app.get('/{}')\ndef view_{}():\n    return 'x'\n"
REAL = "from flask import Flask\napp = Flask(__name__)\n" + ROUTE.format("a", "a")
ROUTED = FACTORY.replace("    return", "    @app.get('/b')\n    def b(): ...\n    return")
IMPORTED = "from shop import create_app\napp = create_app()\n"

CASES = {
    "a factory alone": ({"shop.py": FACTORY}, "", "shop.py:4"),
    "a wsgi.py": ({"shop.py": FACTORY, "wsgi.py": IMPORTED}, "", "shop.py:4"),
    "another name": (
        {"shop.py": FACTORY, "wsgi.py": IMPORTED.replace("app =", "application =")},
        "",
        "shop.py:4",
    ),
    "a variable of the package": (
        {"shop/__init__.py": FACTORY},
        "FLASK_APP=shop\n",
        "shop/__init__.py:4",
    ),
    "a factory by FLASK_APP": (
        {"shop.py": FACTORY.replace("create_app", "build"), "app.py": FACTORY},
        "export FLASK_APP='shop:build()'\n",
        "shop.py:4",
    ),
    "a file by FLASK_APP": (
        {"run.py": IMPORTED, "shop.py": FACTORY},
        "FLASK_APP=run.py\n",
        "shop.py:4",
    ),
    "below src": (
        {"src/shop/__init__.py": FACTORY},
        "FLASK_APP=shop:create_app\n",
        "src/shop/__init__.py:4",
    ),
    "an app at import": ({"app.py": REAL}, "", "app.py:2"),
    "a decoy beside it": ({"app.py": REAL, "decoy.py": FACTORY}, "", "app.py:2"),
    "a decoy in it": ({"app.py": REAL + FACTORY}, "", "app.py:2"),
    "a decoy without an entry": ({"main.py": REAL, "decoy.py": FACTORY}, "", "main.py:2"),
    "a decoy by FLASK_APP": (
        {"app.py": REAL, "decoy.py": FACTORY},
        "FLASK_APP=decoy:create_app\n",
        "app.py:2",
    ),
    "an app of an older day": (
        {
            "shop.py": FACTORY.replace(
                "    return", "    @app.get('/b')\n    def b(): ...\n    return"
            ),
            "old.py": REAL.split("@")[0],
        },
        "",
        "shop.py:4",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_entry_leads_to_the_app(case: str) -> None:
    """As Flask would find it, unless that is for show."""
    texts, dotenv, place = CASES[case]

    facts = analyse(texts, everything=(*texts, ".flaskenv"), read=lambda _: dotenv)

    assert [str(at) for at in facts.served] == [place]


def test_the_exercise_may_say_what_is_served() -> None:
    """Then no file of the submission can say otherwise."""
    texts = {"app.py": FACTORY, "shop.py": FACTORY}

    facts = analyse(texts, app="shop:create_app")

    assert [str(at) for at in facts.served] == ["shop.py:4"]

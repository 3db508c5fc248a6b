"""The check of blueprints."""

from pathlib import Path

from flaskgrade.checks.blueprints import CHECK
from flaskgrade.model.evidence import Evidence, Severity, Status
from tests.checks.contexts import context_of

APP = """from flask import Flask
from shop.users import bp

def create_app():
    app = Flask(__name__)
    app.register_blueprint(bp)

    @app.get("/health")
    def health():
        return "ok"

    return app
"""
USERS = """from flask import Blueprint

bp = Blueprint("users", __name__)
""" + "".join(f"\n\n@bp.get('/{n}')\ndef view_{n}():\n    return '{n}'\n" for n in "abcd")
ONE_FILE = "from flask import Flask\n\napp = Flask(__name__)\n" + "".join(
    f"\n\n@app.get('/{n}')\ndef view_{n}():\n    return '{n}'\n" for n in "abcdefgh"
)


def failed(evidence: Evidence) -> set[str]:
    """Return the ids of the items that failed."""
    return {item.id for item in evidence.items if item.status is Status.FAILED}


def test_routes_on_a_registered_blueprint_earn_all(tmp_path: Path) -> None:
    """A health check on the application itself is fine."""
    files = {"shop/__init__.py": APP, "shop/users.py": USERS}

    evidence = CHECK.run(context_of(tmp_path, files))

    assert evidence.status is Status.PASSED
    assert failed(evidence) == set()
    assert evidence.measure("routes") == 5
    assert evidence.measure("routes_on_blueprints") == 4
    assert evidence.summary == "1 blueprint, 1 registered; 4 of 5 routes on blueprints."


def test_all_routes_on_the_app_lose(tmp_path: Path) -> None:
    """There is no blueprint at all."""
    evidence = CHECK.run(context_of(tmp_path, {"app.py": ONE_FILE}))

    assert evidence.status is Status.FAILED
    assert failed(evidence) == {"blueprints:none", "blueprints:routes-on-app"}
    finding = next(f for f in evidence.findings if f.code == "blueprints:routes-on-app")
    assert "8 routes of 8" in finding.message
    assert str(finding.location) == "app.py:6"


def test_a_blueprint_that_is_not_registered_loses(tmp_path: Path) -> None:
    """Its routes do not exist when the application runs."""
    files = {
        "shop/__init__.py": APP.replace("    app.register_blueprint(bp)\n", ""),
        "shop/users.py": USERS,
    }

    evidence = CHECK.run(context_of(tmp_path, files))

    assert failed(evidence) == {"blueprints:unregistered"}
    (finding,) = evidence.findings
    assert (finding.severity, str(finding.location)) == (Severity.MEDIUM, "shop/users.py:3")


def test_a_long_file_with_routes_loses(tmp_path: Path) -> None:
    """More than 200 lines are for more than one file."""
    files = {"shop/__init__.py": APP, "shop/users.py": USERS + "# more\n" * 200}

    evidence = CHECK.run(context_of(tmp_path, files))

    assert failed(evidence) == {"blueprints:big-route-file"}


def test_a_tiny_app_needs_none(tmp_path: Path) -> None:
    """Three routes are no disorder."""
    source = ONE_FILE.split("@app.get('/d')")[0]

    evidence = CHECK.run(context_of(tmp_path, {"app.py": source}))

    assert evidence.measure("routes") == 3
    assert evidence.status is Status.SKIPPED


def test_no_route_at_all_earns_nothing(tmp_path: Path) -> None:
    """An empty application is not tidy."""
    source = "from flask import Flask\napp = Flask(__name__)\n"

    evidence = CHECK.run(context_of(tmp_path, {"app.py": source}))

    assert len(failed(evidence)) == 4


def test_an_unused_blueprint_does_not_make_routes_modular(tmp_path: Path) -> None:
    """The routes are on the application all the same."""
    source = ONE_FILE.replace(
        "app = Flask(__name__)",
        "from flask import Blueprint\napp = Flask(__name__)\nb = Blueprint('b', __name__)\n"
        "app.register_blueprint(b)",
    )

    evidence = CHECK.run(context_of(tmp_path, {"app.py": source}))

    assert failed(evidence) == {"blueprints:routes-on-app"}


def test_what_is_on_another_app_than_the_served_one_does_not_count(tmp_path: Path) -> None:
    """Neither its blueprints nor its routes."""
    served = "from flask import Flask\napp = Flask(__name__)\n" + "".join(
        f"@app.get('/{n}')\ndef view{n}(): ...\n" for n in range(5)
    )
    decoy = (
        "from flask import Blueprint, Flask\nbp = Blueprint('bp', __name__)\n"
        "def create_app():\n    app = Flask(__name__)\n    app.register_blueprint(bp)\n"
        "    return app\n@bp.get('/x')\ndef x(): ...\n@bp.get('/y')\ndef y(): ...\n"
    )

    evidence = CHECK.run(context_of(tmp_path, {"app.py": served, "decoy.py": decoy}))

    assert {finding.code for finding in evidence.findings} == {
        "blueprints:none",
        "blueprints:routes-on-app",
    }
    assert evidence.measure("routes") == 5

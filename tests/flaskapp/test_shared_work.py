"""What works for many views at once."""

import pytest

from flaskgrade.flaskapp.analyse import analyse

HEAD = (
    "from flask import Flask, Blueprint, g\nfrom flask.views import MethodView\n"
    "app = Flask('x')\nbp = Blueprint('a', 'b')\n"
)
WORK = "def work(*a):\n    g.user = load()\n"
CLASS = "class V(MethodView):\n    {}\n    def get(self): ...\n"
RULE = "app.add_url_rule('/', view_func=V.as_view('v'))\n"


def _found(source: str) -> list[str]:
    return [one.kind for one in analyse({"app.py": HEAD + source}).practices.shared_work]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("@app.before_request\n" + WORK, "before_request"),
        (WORK + "app.teardown_appcontext(work)", "teardown_appcontext"),
        ("app.register_blueprint(bp)\n@bp.after_app_request\n" + WORK, "after_app_request"),
        ("@app.get('/')\n@login_required\ndef view(): ...", "@login_required"),
        ("@app.get('/')\n@limiter.limit('1/s')\ndef view(): ...", "@limit"),
        (CLASS.format("decorators = [login_required]") + RULE, "@decorators"),
        (
            "class Base(MethodView):\n    def dispatch_request(self): ...\n"
            "class V(Base):\n    def get(self): ...\n" + RULE,
            "@Base",
        ),
        ("app.wsgi_app = ProxyFix(app.wsgi_app)", "wsgi_app"),
        ("from flask import request_started\nrequest_started.connect(work)", "request_started"),
        ("from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy(app)", "SQLAlchemy"),
    ],
)
def test_work_for_many_views_is_found(source: str, kind: str) -> None:
    """Hooks, decorators, classes, middleware, signals, extensions."""
    assert _found(source) == [kind]


@pytest.mark.parametrize(
    "source",
    [
        "@bp.before_request\n" + WORK,
        "def setup(app):\n    @app.before_request\n    def work():\n        load()\n",
        "@app.after_request\ndef work(response):\n    return response\n",
        "@app.before_request\ndef work():\n    '''Do nothing.'''\n    pass\n",
        "@app.template_filter('a')\n" + WORK,
        "@app.get('/')\ndef view(): ...",
        CLASS.format("pass") + RULE,
        "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()",
    ],
)
def test_what_is_never_called_or_does_nothing_is_none(source: str) -> None:
    """Nor what declares a view, or only helps templates."""
    assert _found(source) == []

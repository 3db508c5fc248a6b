"""Small projects on disk, to inspect."""

from pathlib import Path

SHOP = {
    "shop/__init__.py": (
        "from flask import Flask\n"
        "from shop.extensions import db, migrate\n"
        "def create_app(config=None):\n"
        "    app = Flask(__name__)\n"
        "    app.config.from_mapping(config or {})\n"
        "    db.init_app(app)\n"
        "    migrate.init_app(app, db)\n"
        "    from shop.views import bp\n"
        "    app.register_blueprint(bp)\n"
        "    @app.get('/health')\n"
        "    def health():\n"
        "        return 'ok'\n"
        "    return app\n"
    ),
    "shop/extensions.py": (
        "from flask_sqlalchemy import SQLAlchemy\nfrom flask_migrate import Migrate\n"
        "db = SQLAlchemy()\nmigrate = Migrate()\n"
    ),
    "shop/models.py": (
        "from shop.extensions import db\n"
        "class Item(db.Model):\n    id = db.Column(db.Integer, primary_key=True)\n"
    ),
    "shop/views.py": (
        "from flask import Blueprint\n"
        "bp = Blueprint('items', __name__, url_prefix='/items')\n"
        "@bp.route('/', methods=['GET', 'POST'])\n"
        "def items():\n    return []\n"
        "@bp.delete('/<int:id>')\n"
        "def remove(id):\n    return ''\n"
    ),
    "migrations/env.py": "from alembic import context\n",
    "migrations/versions/1_.py": (
        "revision = '1'\ndown_revision = None\n"
        "def upgrade():\n    op.create_table('item')\n"
        "def downgrade():\n    pass\n"
    ),
    "tests/test_items.py": "def test_items():\n    assert 1\n",
    "wsgi.py": "from shop import create_app\napp = create_app()\n",
    "broken.py": "def (:\n",
}
PLAIN = {
    "app.py": (
        "from flask import Flask\napp = Flask(__name__)\n"
        "@app.route('/')\ndef home():\n    return ''\n"
    )
}
LIBRARY = {"tool.py": "print('no web here')\n"}


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write the files into a folder, and return it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder

"""A small project on Flask-SQLAlchemy and Flask-Migrate, to be broken in one place at a time."""

APP = """\
import os

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
db = SQLAlchemy(app)
Migrate(app, db)


class Room(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(40), nullable=False, unique=True)
"""
ENV = """\
from alembic import context
from flask import current_app

db = current_app.extensions["migrate"].db
with db.engine.connect() as connection:
    context.configure(connection=connection, target_metadata=db.metadata)
    with context.begin_transaction():
        context.run_migrations()
"""
REVISION = '''\
"""rooms"""
import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade():
    op.create_table(
        "room",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(40), nullable=False, unique=True),
    )


def downgrade():
    op.drop_table("room")
'''
SECOND = '''\
"""floors"""
import sqlalchemy as sa
from alembic import op

revision = "b2"
down_revision = "a1"


def upgrade():
    op.add_column("room", sa.Column("floor", sa.Integer))


def downgrade():
    with op.batch_alter_table("room") as batch:
        batch.drop_column("floor")
'''
PROJECT = {
    "app.py": APP,
    "migrations/env.py": ENV,
    "migrations/alembic.ini": "[alembic]\n",
    "migrations/script.py.mako": "",
    "migrations/versions/a1_rooms.py": REVISION,
}
# Two revisions, and the models that they come to.
TWO = {
    "app.py": APP + "    floor = db.Column(db.Integer)\n",
    "migrations/versions/b2_floors.py": SECOND,
}

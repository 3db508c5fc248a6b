"""The guest book in one file, with SQLAlchemy Core."""

import os

from flask import Flask, request
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, insert, select

app = Flask(__name__)
engine = create_engine(f"sqlite:///{os.environ.get('DATABASE_PATH', 'guests.db')}")
metadata = MetaData()
entries = Table(
    "entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(60), nullable=False),
    Column("message", String(500), nullable=False),
)
LONGEST = (("name", 60), ("message", 500))


@app.cli.command("init-db")
def init_db():
    metadata.create_all(engine)


@app.errorhandler(400)
@app.errorhandler(404)
@app.errorhandler(405)
@app.errorhandler(500)
def failed(error):
    return {"error": {"message": error.description, "status": error.code}}, error.code


@app.get("/entries")
def everything():
    with engine.connect() as connection:
        rows = connection.execute(select(entries).order_by(entries.c.id.desc()))
        return {"items": [dict(row) for row in rows.mappings()]}


@app.get("/entries/<int:number>")
def one(number):
    with engine.connect() as connection:
        row = connection.execute(select(entries).where(entries.c.id == number)).mappings().first()
    if row is None:
        return {"error": {"message": "no such entry"}}, 404
    return dict(row)


@app.post("/entries")
def sign():
    body = request.get_json()
    if not isinstance(body, dict):
        return {"error": {"message": "not an object"}}, 422
    values = {}
    for field, longest in LONGEST:
        value = body.get(field)
        if not isinstance(value, str) or not value.strip() or len(value) > longest:
            return {"error": {"message": f"{field} is not acceptable"}}, 422
        values[field] = value
    with engine.begin() as connection:
        key = connection.execute(insert(entries).values(values)).inserted_primary_key[0]
    return {"id": key, **values}, 201, {"Location": f"/entries/{key}"}

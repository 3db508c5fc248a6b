"""A small project with a worker: Flask, Celery and Redis, and an exercise that examines it."""

from pathlib import Path

from flaskgrade.model.exercise import (
    AcceptanceTest,
    BesideProcess,
    DatabaseKind,
    Exercise,
    Launch,
)

REQUIREMENTS = "flask\ncelery\nredis\npsycopg[binary]\n"
APP = """\
import os
import time

import psycopg
import redis
from flask import Flask, jsonify

from worker import deliver

app = Flask(__name__)
DATABASE = os.environ["DATABASE_URL"].replace("+psycopg", "")
store = redis.Redis.from_url(os.environ["REDIS_URL"], socket_timeout=2)


@app.get("/")
def home():
    return "a shop"


@app.get("/ready")
def ready():
    try:
        store.ping()
        with psycopg.connect(DATABASE, connect_timeout=2) as connection:
            connection.execute("SELECT 1")
    except (redis.RedisError, psycopg.Error) as error:
        return jsonify(ready=False, why=str(error)), 503
    return jsonify(ready=True)


@app.post("/orders/<word>")
def order(word):
    deliver.delay(word)
    return jsonify(state="queued"), 202


@app.get("/orders/<word>")
def state(word):
    return jsonify(state=(store.get(word) or b"unknown").decode())


@app.get("/slow/<float:seconds>")
def slow(seconds):
    time.sleep(seconds)
    return "at last"
"""
WORKER = """\
import os
import urllib.request

import redis
from celery import Celery

app = Celery("worker", broker=os.environ["REDIS_URL"])
app.conf.task_acks_late = True
store = redis.Redis.from_url(os.environ["REDIS_URL"])


@app.task(autoretry_for=(OSError,), default_retry_delay=0.2, max_retries=20)
def deliver(word):
    request = urllib.request.Request(
        os.environ["CARRIER_URL"] + "/parcels", data=word.encode(), headers={"X-Word": word}
    )
    urllib.request.urlopen(request, timeout=5)
    print("delivered", word, flush=True)
    store.set(word, "delivered")
"""
FILES = {"app.py": APP, "worker.py": WORKER}
CELERY = ("celery", "-A", "worker", "worker", "--loglevel", "INFO", "--concurrency", "2")
LAUNCH = Launch(
    environment=(
        ("REDIS_URL", "{redis}"),
        ("CARRIER_URL", "{downstream}"),
        ("DATABASE_URL", "{database}"),
    ),
    workers=1,
    threads=4,
    start_seconds=15.0,
    database=DatabaseKind.POSTGRES,
    services=("redis",),
    processes=(BesideProcess(name="worker", command=CELERY),),
    downstream=True,
)
SUPPORT = """\
import time


def until(told, seconds=20):
    end = time.monotonic() + seconds
    while not (found := told()) and time.monotonic() < end:
        time.sleep(0.05)
    assert found
    return found


def delivered(http, word):
    until(lambda: http.get(f"/orders/{word}").json() == {"state": "delivered"})


"""


def exercise_of(folder: Path, hidden: str, launch: Launch = LAUNCH) -> Exercise:
    """Write an exercise of these hidden tests, which may use `until` and `delivered`."""
    acceptance = folder / "exercise" / "acceptance"
    acceptance.mkdir(parents=True)
    (acceptance / "test_shop.py").write_text(SUPPORT + hidden, encoding="utf-8")
    lines = (line for line in hidden.splitlines() if line.startswith("def test_"))
    names = [line.removeprefix("def ").partition("(")[0] for line in lines]
    return Exercise(
        name="shop",
        title="A shop",
        version=1,
        folder=folder / "exercise",
        digest="",
        launch=launch,
        tests=tuple(
            AcceptanceTest(id=f"test_shop.py::{name}", title=name, criteria=("C1",))
            for name in names
        ),
        test_seconds=40.0,
        run_seconds=200.0,
    )

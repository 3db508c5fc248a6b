"""Payment webhooks in one file: Flask, Celery, and SQL by psycopg. See README.md."""

import hashlib
import hmac
import json
import logging
import os
import re
import sys
import time
import uuid
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

import click
import psycopg
import redis
import requests
from celery import Celery, signals
from flask import Flask, g, jsonify, request
from psycopg.rows import dict_row
from werkzeug.exceptions import HTTPException

DATABASE = os.environ["DATABASE_URL"].replace("postgresql+psycopg://", "postgresql://")
REDIS = os.environ["REDIS_URL"]
LEDGER = os.environ["LEDGER_URL"]
SECRETS = [s.strip() for s in os.environ["WEBHOOK_SECRETS"].split(",") if s.strip()]
OPERATOR_TOKEN = os.environ["OPERATOR_TOKEN"]
RETRY_BASE = float(os.environ.get("RETRY_BASE_SECONDS", "5"))
MAX_ATTEMPTS = int(os.environ.get("MAX_ATTEMPTS", "10"))
LEDGER_TIMEOUT = float(os.environ.get("LEDGER_TIMEOUT_SECONDS", "5"))

SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    id text PRIMARY KEY,
    type text NOT NULL,
    body text NOT NULL,
    request_id text NOT NULL,
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'dead')),
    attempts int NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL DEFAULT now(),
    last_error text,
    received_at timestamptz NOT NULL DEFAULT now(),
    died_at timestamptz
);
CREATE INDEX IF NOT EXISTS events_by_status ON events (status, died_at);
"""

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 64 * 1024

celery = Celery("webhooks", broker=REDIS)
celery.conf.update(
    task_ignore_result=True,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"socket_timeout": 2, "socket_connect_timeout": 2, "max_retries": 0},
)

# --- logging -----------------------------------------------------------------------------------

request_id = ContextVar("request_id", default="-")
log = logging.getLogger("webhooks")


class JsonFormatter(logging.Formatter):
    def format(self, record):
        line = {
            "timestamp": datetime.now(UTC).isoformat(),
            "level": record.levelname,
            "message": record.getMessage(),
            "request_id": request_id.get(),
        }
        if hasattr(record, "event_id"):
            line["event_id"] = record.event_id
        if record.exc_info:
            line["exception"] = str(record.exc_info[0])
        return json.dumps(line)


@signals.setup_logging.connect
def configure_logging(**_):
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)


configure_logging()


@app.before_request
def begin():
    given = request.headers.get("X-Request-ID", "")
    acceptable = re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", given)
    g.request_id = given if acceptable else str(uuid.uuid4())
    request_id.set(g.request_id)


@app.after_request
def end(response):
    response.headers["X-Request-ID"] = g.request_id
    log.info("%s %s", request.method, response.status_code)
    return response


# --- errors ------------------------------------------------------------------------------------


class Problem(Exception):
    def __init__(self, status, code, message, **more):
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.fields, self.headers = more.get("fields"), more.get("headers", {})


@app.errorhandler(Problem)
def on_problem(problem):
    error = {"code": problem.code, "message": problem.message}
    if problem.fields:
        error["fields"] = problem.fields
    return jsonify(error=error), problem.status, problem.headers


@app.errorhandler(HTTPException)
def on_http_exception(error):
    headers = {k: v for k, v in error.get_headers() if k.lower() != "content-type"}
    return jsonify(error={"code": str(error.code), "message": error.name}), error.code, headers


@app.errorhandler(psycopg.OperationalError)
def on_database_down(error):
    log.error("no database: %s", type(error).__name__)
    return jsonify(error={"code": "unavailable", "message": "no database"}), 503


@app.errorhandler(Exception)
def on_exception(error):
    log.exception("%s", type(error).__name__)
    return jsonify(error={"code": "internal", "message": "our fault"}), 500


# --- the provider ------------------------------------------------------------------------------


def connect():
    return psycopg.connect(DATABASE, connect_timeout=3, row_factory=dict_row)


def check_signature(body):
    times, marks = [], []
    for part in request.headers.get("Webhook-Signature", "").split(","):
        name, _, value = part.strip().partition("=")
        if name == "t":
            times.append(value)
        if name == "v1":
            marks.append(value.encode("utf-8", "replace"))
    if len(times) == 1 and re.fullmatch(r"[0-9]{1,12}", times[0]):
        for secret in SECRETS:
            ours = hmac.new(secret.encode(), f"{times[0]}.".encode() + body, hashlib.sha256)
            for mark in marks:
                if hmac.compare_digest(mark, ours.hexdigest().encode()):
                    if abs(time.time() - int(times[0])) <= 300:
                        return
    raise Problem(401, "signature", "not signed by the provider")


def refuse_constant(_):
    raise ValueError


def check_event(body):
    try:
        event = json.loads(body, parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        raise Problem(400, "json", "not readable as JSON") from None
    if not isinstance(event, dict):
        raise Problem(400, "json", "no JSON object")
    fields = {}

    def matches(value, pattern):
        return isinstance(value, str) and re.fullmatch(pattern, value)

    if not matches(event.get("id"), r"[A-Za-z0-9_-]{1,64}"):
        fields["id"] = ["1 to 64 letters, digits, _ or -"]
    if not matches(event.get("type"), r"[A-Za-z0-9_.-]{1,80}"):
        fields["type"] = ["1 to 80 letters, digits, _, - or ."]
    data = event.get("data")
    if not isinstance(data, dict):
        fields["data"] = ["must be an object"]
    else:
        amount = data.get("amount")
        if type(amount) is not int or not 1 <= amount <= 10**12:
            fields["data.amount"] = ["must be an integer from 1 to 10^12"]
        if not matches(data.get("currency"), r"[A-Z]{3}"):
            fields["data.currency"] = ["must be three capital letters"]
    if fields:
        raise Problem(422, "invalid", "not acceptable", fields=fields)
    return event


def enqueue(event_id, countdown=0.0):
    deliver.apply_async((event_id,), countdown=countdown, retry=False)


@app.post("/webhooks/payments")
def receive():
    body = request.get_data()
    check_signature(body)
    event = check_event(body)
    with connect() as connection:
        new = connection.execute(
            "INSERT INTO events (id, type, body, request_id) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING RETURNING id",
            (event["id"], event["type"], json.dumps(event), g.request_id),
        ).fetchone()
    if not new:
        return jsonify(id=event["id"], status="known"), 200
    try:
        enqueue(event["id"])
    except Exception:  # whatever Celery makes of a broker that is gone
        log.exception("no queue")
        with connect() as connection:
            connection.execute(
                "DELETE FROM events WHERE id = %s AND status = 'pending' AND attempts = 0",
                (event["id"],),
            )
        raise Problem(503, "unavailable", "no queue; send it again") from None
    return jsonify(id=event["id"], status="pending"), 202


# --- operators ---------------------------------------------------------------------------------


def check_operator():
    given = request.headers.get("Authorization", "").encode("utf-8", "replace")
    if not hmac.compare_digest(given, f"Bearer {OPERATOR_TOKEN}".encode()):
        raise Problem(401, "token", "operators only", headers={"WWW-Authenticate": "Bearer"})


def shown(event):
    return {
        **{k: event[k] for k in ("id", "type", "status", "attempts", "last_error", "request_id")},
        "received_at": event["received_at"].isoformat(),
    }


def find(connection, event_id):
    event = None
    if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", event_id):
        event = connection.execute("SELECT * FROM events WHERE id = %s", (event_id,)).fetchone()
    if event is None:
        raise Problem(404, "unknown", "no such event")
    return event


@app.get("/events/<event_id>")
def show(event_id):
    check_operator()
    with connect() as connection:
        return jsonify(shown(find(connection, event_id)))


@app.get("/dead-letters")
def dead_letters():
    check_operator()
    with connect() as connection:
        dead = connection.execute(
            "SELECT * FROM events WHERE status = 'dead' ORDER BY died_at DESC LIMIT 100"
        ).fetchall()
    return jsonify(items=[shown(event) for event in dead])


@app.post("/dead-letters/<event_id>/requeue")
def requeue(event_id):
    check_operator()
    with connect() as connection:
        find(connection, event_id)
        event = connection.execute(
            "UPDATE events SET status = 'pending', attempts = 0, next_at = now()"
            " WHERE id = %s AND status = 'dead' RETURNING *",
            (event_id,),
        ).fetchone()
    if event is None:
        raise Problem(409, "conflict", "not dead")
    enqueue(event_id)
    return jsonify(shown(event)), 202


# --- health ------------------------------------------------------------------------------------


@app.get("/healthz")
def healthz():
    return jsonify(ok=True)


@app.get("/readyz")
def readyz():
    checks = {"database": "ok", "redis": "ok"}
    try:
        with connect() as connection:
            connection.execute("SELECT 1")
    except psycopg.Error:
        checks["database"] = "down"
    try:
        redis.Redis.from_url(REDIS, socket_timeout=1, socket_connect_timeout=1, retry=None).ping()
    except redis.RedisError:
        checks["redis"] = "down"
    return jsonify(checks=checks), 200 if set(checks.values()) == {"ok"} else 503


# --- the worker --------------------------------------------------------------------------------


@celery.task(name="deliver")
def deliver(event_id):
    """Make an attempt. The row stays locked meanwhile: one attempt at a time, and none is lost."""
    countdown = None
    with connect() as connection:
        event = connection.execute(
            "SELECT * FROM events WHERE id = %s AND status = 'pending' AND next_at <= now()"
            " FOR UPDATE SKIP LOCKED",
            (event_id,),
        ).fetchone()
        if event is None:
            return
        token = request_id.set(event["request_id"])
        verdict, error = post(event)
        attempts = event["attempts"] + 1
        if verdict == "again" and attempts >= MAX_ATTEMPTS:
            verdict = "dead"
        if verdict == "again":
            countdown = RETRY_BASE * 2 ** (attempts - 1)
        connection.execute(
            "UPDATE events SET status = %s, attempts = %s, last_error = %s, next_at = %s,"
            " died_at = CASE WHEN %s THEN clock_timestamp() ELSE died_at END WHERE id = %s",
            (
                "pending" if verdict == "again" else verdict,
                attempts,
                error,
                datetime.now(UTC) + timedelta(seconds=countdown or 0),
                verdict == "dead",
                event_id,
            ),
        )
        log.info("attempt %s: %s", attempts, error or "delivered", extra={"event_id": event_id})
        request_id.reset(token)
    if countdown is not None:
        enqueue(event_id, countdown + 0.01)


def post(event):
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": event["id"],
        "X-Request-ID": event["request_id"],
    }
    try:
        answer = requests.post(
            f"{LEDGER}/entries",
            data=event["body"].encode(),
            headers=headers,
            timeout=LEDGER_TIMEOUT,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        return "again", type(error).__name__
    if 200 <= answer.status_code < 300:
        return "delivered", None
    if answer.status_code == 429 or answer.status_code >= 500:
        return "again", f"HTTP {answer.status_code}"
    return "dead", f"HTTP {answer.status_code}"


@signals.worker_ready.connect
def resume(**_):
    """Take up again what another worker has left, or Redis has lost."""
    with connect() as connection:
        waiting = connection.execute(
            "SELECT id, extract(epoch FROM next_at - now()) AS wait FROM events"
            " WHERE status = 'pending'"
        ).fetchall()
    for event in waiting:
        enqueue(event["id"], max(float(event["wait"]), 0) + 0.5)


@app.cli.group("db")
def db_commands():
    """The database."""


@db_commands.command("upgrade")
def upgrade():
    """Make what is not there yet."""
    with connect() as connection:
        connection.execute(SCHEMA)
    click.echo("done")

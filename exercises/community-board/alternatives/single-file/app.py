"""The community board: everything but the templates."""

import hmac
import os
import re
import secrets
import sqlite3
from functools import wraps
from urllib.parse import urlencode

import click
from flask import (
    Flask,
    abort,
    flash,
    g,
    get_flashed_messages,
    redirect,
    render_template,
    request,
    session,
)
from flask.cli import AppGroup
from markupsafe import Markup, escape
from werkzeug.exceptions import HTTPException
from werkzeug.security import check_password_hash, generate_password_hash

SCHEMA = """
CREATE TABLE IF NOT EXISTS member (
    id INTEGER PRIMARY KEY,
    username TEXT NOT NULL UNIQUE COLLATE NOCASE,
    password TEXT NOT NULL,
    role TEXT NOT NULL DEFAULT 'member' CHECK (role IN ('member', 'moderator', 'admin')),
    about TEXT NOT NULL DEFAULT '',
    avatar BLOB,
    avatar_type TEXT
);
CREATE TABLE IF NOT EXISTS login (
    token TEXT PRIMARY KEY,
    member_id INTEGER NOT NULL REFERENCES member
);
CREATE TABLE IF NOT EXISTS topic (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    member_id INTEGER NOT NULL REFERENCES member,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    closed INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS reply (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    topic_id INTEGER NOT NULL REFERENCES topic ON DELETE CASCADE,
    member_id INTEGER NOT NULL REFERENCES member,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS reply_of_topic ON reply (topic_id);
"""
PER_PAGE = 20
ROLES = ("member", "moderator", "admin")
NOBODY = generate_password_hash("nobody")

app = Flask(__name__)
app.config.update(
    SECRET_KEY=os.environ.get("SECRET_KEY"),
    DATABASE=os.environ.get("DATABASE_URL", "").removeprefix("sqlite:///"),
    MAX_CONTENT_LENGTH=1024 * 1024,
    MAX_FORM_MEMORY_SIZE=1024 * 1024,
    SESSION_COOKIE_SAMESITE="Strict",
)


# The database


def db() -> sqlite3.Connection:
    """Return the connection of this request."""
    if "db" not in g:
        g.db = sqlite3.connect(app.config["DATABASE"], timeout=10)
        g.db.row_factory = sqlite3.Row
        g.db.execute("PRAGMA foreign_keys = ON")
    return g.db


@app.teardown_appcontext
def close_db(_error):
    if "db" in g:
        g.pop("db").close()


def one(sql, *values):
    """Return the first row, or answer 404."""
    row = db().execute(sql, values).fetchone()
    if row is None:
        abort(404)
    return row


def write(sql, *values):
    """Execute and commit one statement."""
    with db():
        return db().execute(sql, values)


database = AppGroup("db", help="The database.")
app.cli.add_command(database)


@database.command("upgrade")
def upgrade():
    """Make the tables."""
    db().executescript(SCHEMA)


@app.cli.command("create-admin")
def create_admin():
    """Make the admin of the environment, if there is none."""
    name, password = os.environ["ADMIN_USERNAME"], os.environ["ADMIN_PASSWORD"]
    made = write(
        "INSERT OR IGNORE INTO member (username, password, role) VALUES (?, ?, 'admin')",
        name,
        generate_password_hash(password),
    )
    click.echo("Made." if made.rowcount else "There already.")


# Sessions, tokens, permissions


@app.before_request
def find_member():
    g.me = None
    if token := session.get("login"):
        g.me = (
            db()
            .execute(
                "SELECT member.* FROM member JOIN login ON member_id = member.id WHERE token = ?",
                (token,),
            )
            .fetchone()
        )


@app.before_request
def check_token():
    if request.method == "POST":
        # Reading the form first: a body that is too large is a 413, whoever sends it.
        sent, expected = request.form.get("token", ""), session.get("csrf", "")
        if not expected or not hmac.compare_digest(sent.encode(), expected.encode()):
            abort(403, "This form was not ours, or is too old. Please go back and try again.")


def csrf() -> Markup:
    """Return the hidden input of all forms."""
    token = session.setdefault("csrf", secrets.token_urlsafe(24))
    return Markup('<input type=hidden name=token value="{}">').format(token)


def new_session(member_id=None):
    """Begin a session, of a member or of nobody."""
    if old := session.get("login"):
        write("DELETE FROM login WHERE token = ?", old)
    session.clear()
    if member_id is not None:
        session["login"] = secrets.token_urlsafe(24)
        write("INSERT INTO login (token, member_id) VALUES (?, ?)", session["login"], member_id)


def members_only(view):
    @wraps(view)
    def guarded(*args, **kwargs):
        if g.me is None:
            query = "?" + urlencode({"next": request.full_path}) if request.method == "GET" else ""
            return redirect("/login" + query)
        return view(*args, **kwargs)

    return guarded


def moderates() -> bool:
    return g.me is not None and g.me["role"] in ("moderator", "admin")


def mine(row) -> bool:
    return g.me is not None and g.me["id"] == row["member_id"]


def allow(condition) -> None:
    if not condition:
        abort(403, "That is not yours to do.")


app.jinja_env.globals.update(csrf=csrf, moderates=moderates, mine=mine, roles=ROLES)


@app.template_filter()
def linked(text: str) -> Markup:
    """Escape a text, and make links of what begins with http:// or https://."""
    parts = re.split(r"(https?://[^\s<>\"']+)", text)
    return Markup().join(
        Markup('<a rel="nofollow" href="{0}">{0}</a>').format(part) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )


@app.errorhandler(HTTPException)
def error_page(error):
    return render_template("error.html", problem=error), error.code, error.get_headers()[1:]


@app.errorhandler(Exception)
def crash(error):
    app.logger.exception("crash", exc_info=error)
    return error_page(HTTPException("Sorry, that was our fault."))


# Input


def field(name: str) -> str:
    return request.form.get(name, "")


def text_errors(**limits: int) -> dict[str, str]:
    """Return what is wrong with the texts of a form."""
    errors = {}
    for name, longest in limits.items():
        if not field(name).strip():
            errors[name] = "Please write something."
        elif len(field(name)) > longest:
            errors[name] = f"That is longer than {longest} characters."
    return errors


def shown_again(template: str, errors: dict[str, str], **values):
    return render_template(template, errors=errors, **values), 400 if errors else 200


def page_of(count: str, rows: str, *values):
    """Return the rows of the page that is asked for, its number, and whether more follow."""
    text = request.args.get("page", "1")
    number = int(text) if re.fullmatch(r"[1-9][0-9]{0,8}", text) else 0
    total = one(count, *values)[0]
    if number != 1 and not 0 < (number - 1) * PER_PAGE < total:
        abort(404)
    found = db().execute(f"{rows} LIMIT {PER_PAGE} OFFSET ?", (*values, (number - 1) * PER_PAGE))
    return found.fetchall(), number, number * PER_PAGE < total


# Accounts


@app.route("/signup", methods=["GET", "POST"])
def signup():
    errors = {}
    if request.method == "POST":
        if not re.fullmatch(r"[A-Za-z0-9_-]{3,30}", field("username")):
            errors["username"] = "3 to 30 letters, digits, - and _."
        if not 8 <= len(field("password")) <= 64:
            errors["password"] = "8 to 64 characters."
        if not errors:
            try:
                row = write(
                    "INSERT INTO member (username, password) VALUES (?, ?)",
                    field("username"),
                    generate_password_hash(field("password")),
                )
            except sqlite3.IntegrityError:
                errors["username"] = "This name is taken."
            else:
                new_session(row.lastrowid)
                flash("Welcome!")
                return redirect("/")
    return shown_again("account.html", errors, title="Sign up")


@app.route("/login", methods=["GET", "POST"])
def login():
    errors = {}
    if request.method == "POST":
        row = (
            db().execute("SELECT * FROM member WHERE username = ?", (field("username"),)).fetchone()
        )
        if check_password_hash(row["password"] if row else NOBODY, field("password")) and row:
            new_session(row["id"])
            flash("You are logged in.")
            target = request.args.get("next", "")
            # A slash that no other slash follows, nor what browsers take for one or leave out.
            return redirect(target if re.fullmatch(r"/([^/\\\s][^\\\s]*)?", target) else "/")
        errors["username"] = "We know nobody with this name and password."
    return shown_again("account.html", errors, title="Log in")


@app.post("/logout")
@members_only
def logout():
    new_session()
    flash("You are logged out.")
    return redirect("/")


# Topics


@app.get("/")
def index():
    q = request.args.get("q", "")
    pattern = "%" + re.sub(r"([%_\\])", r"\\\1", q) + "%"
    rows, number, more = page_of(
        "SELECT count(*) FROM topic WHERE title LIKE ? ESCAPE '\\'",
        "SELECT topic.*, username FROM topic JOIN member ON member.id = member_id "
        "WHERE title LIKE ? ESCAPE '\\' ORDER BY topic.id DESC",
        pattern,
    )
    return render_template("index.html", topics=rows, page=number, more=more, q=q)


@app.route("/topics/new", methods=["GET", "POST"])
@members_only
def new_topic():
    errors = {}
    if request.method == "POST":
        errors = text_errors(title=100, body=10_000)
        if not errors:
            row = write(
                "INSERT INTO topic (member_id, title, body) VALUES (?, ?, ?)",
                *(g.me["id"], field("title"), field("body")),
            )
            flash("Your topic is there.")
            return redirect(f"/topics/{row.lastrowid}")
    values = {"title": field("title"), "body": field("body")}
    return shown_again("topic_form.html", errors, values=values)


def find_topic(topic_id: str) -> sqlite3.Row:
    if not re.fullmatch(r"[0-9]{1,15}", topic_id):
        abort(404)
    return one(
        "SELECT topic.*, username FROM topic JOIN member ON member.id = member_id "
        "WHERE topic.id = ?",
        int(topic_id),
    )


@app.get("/topics/<topic_id>")
def show_topic(topic_id):
    return topic_page(find_topic(topic_id), {})


def topic_page(topic, errors):
    replies, number, more = page_of(
        "SELECT count(*) FROM reply WHERE topic_id = ?",
        "SELECT reply.*, username FROM reply JOIN member ON member.id = member_id "
        "WHERE topic_id = ? ORDER BY reply.id",
        topic["id"],
    )
    values = {"topic": topic, "replies": replies, "page": number, "more": more}
    return shown_again("topic.html", errors, body=field("body"), **values)


@app.route("/topics/<topic_id>/edit", methods=["GET", "POST"])
@members_only
def edit_topic(topic_id):
    topic = find_topic(topic_id)
    allow(mine(topic))
    errors, values = {}, topic
    if request.method == "POST":
        errors = text_errors(title=100, body=10_000)
        values = {"title": field("title"), "body": field("body")}
        if not errors:
            write(
                "UPDATE topic SET title = ?, body = ? WHERE id = ?", *values.values(), topic["id"]
            )
            flash("Your topic is changed.")
            return redirect(f"/topics/{topic['id']}")
    return shown_again("topic_form.html", errors, values=values)


@app.post("/topics/<topic_id>/<any(delete, close, open):verb>")
@members_only
def change_topic(topic_id, verb):
    topic = find_topic(topic_id)
    allow(moderates() or (verb == "delete" and mine(topic)))
    if verb == "delete":
        write("DELETE FROM topic WHERE id = ?", topic["id"])
        flash("The topic is gone.")
        return redirect("/")
    write("UPDATE topic SET closed = ? WHERE id = ?", verb == "close", topic["id"])
    flash("Done.")
    return redirect(f"/topics/{topic['id']}")


@app.post("/topics/<topic_id>/replies")
@members_only
def reply(topic_id):
    topic = find_topic(topic_id)
    allow(not topic["closed"])
    if errors := text_errors(body=10_000):
        return topic_page(topic, errors)
    # One statement, so that nobody closes or deletes the topic in between.
    row = write(
        "INSERT INTO reply (topic_id, member_id, body) "
        "SELECT id, ?, ? FROM topic WHERE id = ? AND NOT closed",
        *(g.me["id"], field("body"), topic["id"]),
    )
    allow(row.rowcount)
    flash("Your reply is there.")
    (count,) = one("SELECT count(*) FROM reply WHERE topic_id = ?", topic["id"])
    return redirect(f"/topics/{topic['id']}?page={(count + PER_PAGE - 1) // PER_PAGE}")


@app.post("/replies/<reply_id>/delete")
@members_only
def delete_reply(reply_id):
    if not re.fullmatch(r"[0-9]{1,15}", reply_id):
        abort(404)
    row = one("SELECT * FROM reply WHERE id = ?", int(reply_id))
    allow(mine(row) or moderates())
    write("DELETE FROM reply WHERE id = ?", row["id"])
    flash("The reply is gone.")
    return redirect(f"/topics/{row['topic_id']}")


# Members


def find_person(username: str) -> sqlite3.Row:
    return one("SELECT * FROM member WHERE username = ?", username)


@app.get("/members/<username>")
def show_member(username):
    return render_template("member.html", member=find_person(username), errors={})


@app.get("/members/<username>/avatar")
def avatar(username):
    row = find_person(username)
    if row["avatar"] is None:
        abort(404)
    headers = {"Content-Type": row["avatar_type"], "X-Content-Type-Options": "nosniff"}
    return row["avatar"], headers


@app.post("/members/<username>/role")
@members_only
def set_role(username):
    allow(g.me["role"] == "admin")
    row = find_person(username)
    allow(row["id"] != g.me["id"])
    if field("role") not in ROLES:
        return shown_again("member.html", {"role": "There is no such role."}, member=row)
    write("UPDATE member SET role = ? WHERE id = ?", field("role"), row["id"])
    flash("The role is changed.")
    return redirect(f"/members/{row['username']}")


@app.route("/settings", methods=["GET", "POST"])
@members_only
def settings():
    errors, about = {}, g.me["about"]
    if request.method == "POST":
        about = field("about")
        upload = request.files.get("avatar")
        content = upload.read() if upload else b""
        kind = "image/png" if content.startswith(b"\x89PNG\r\n\x1a\n") else "image/jpeg"
        if len(about) > 500:
            errors["about"] = "At most 500 characters."
        if len(content) > 256 * 1024:
            abort(413, "Pictures may have 256 KiB.")
        if content and not content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
            errors["avatar"] = "A PNG or a JPEG, please."
        if not errors:
            write(
                "UPDATE member SET about = ?, avatar = coalesce(?, avatar), "
                "avatar_type = coalesce(?, avatar_type) WHERE id = ?",
                *(about, content or None, kind if content else None, g.me["id"]),
            )
            flash("Saved.")
            return redirect("/settings")
    return shown_again("settings.html", errors, about=about)


app.jinja_env.globals["messages"] = get_flashed_messages

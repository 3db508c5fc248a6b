"""The pages, as classes: a method of HTTP is a method."""

import hashlib
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask.views import MethodView
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException

from board.database import db
from board.database import session as transaction
from board.forms import AccountForm, ReplyForm, RoleForm, SettingsForm, SignUpForm
from board.forms import TokenForm, TopicForm
from board.models import Member, Reply, Topic
from board.visits import StoredSessions

PER_PAGE = 20
NOBODY = Member.sign_up("nobody", "nobody")

pages = Blueprint("pages", __name__)


def init_app(app: Flask) -> None:
    """Add the pages."""
    app.session_interface = StoredSessions()
    app.before_request(recognise)
    app.register_blueprint(pages)
    app.register_error_handler(HTTPException, show_error)
    app.register_error_handler(Exception, show_fault)
    app.jinja_env.globals.update(button=TokenForm, me=lambda: g.get("me"))


def recognise() -> None:
    """Find out who asks."""
    key = session.get("member")
    g.me = db().get(Member, key) if key else None


def show_error(error: HTTPException) -> ResponseReturnValue:
    """Show an error as a page of ours."""
    headers = [pair for pair in error.get_headers() if pair[0] != "Content-Type"]
    return render_template("error.html", error=error), error.code or 500, headers


def show_fault(error: Exception) -> ResponseReturnValue:
    """Tell nothing of what broke."""
    current_app.logger.error("broken", exc_info=error)
    return show_error(HTTPException("Something broke."))


def found(row: Any) -> Any:
    """Return a row, or answer 404."""
    return row if row is not None else abort(404)


def paged(query: Any) -> tuple[list[Any], int, int]:
    """Return the rows of the page that is asked for, its number and that of the last."""
    text = request.args.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
    total = db().scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    last = max(1, (total + PER_PAGE - 1) // PER_PAGE)
    if not 1 <= number <= last:
        abort(404)
    rows = db().scalars(query.limit(PER_PAGE).offset((number - 1) * PER_PAGE))
    return list(rows), number, last


class Page(MethodView):
    """A page with a form."""

    form: ClassVar[type[TokenForm]] = TokenForm
    template = ""
    open_to_all = False
    init_every_request = False

    def dispatch_request(self, **parts: str) -> ResponseReturnValue:
        """Look at who asks and whether a form is ours, before anything else."""
        _ = request.form  # a body that is too large is told to everybody
        if g.me is None and not self.open_to_all:
            here = request.full_path.rstrip("?")
            query = f"?next={quote(here, safe='')}" if request.method == "GET" else ""
            return redirect(url_for("pages.login") + query)
        if request.method == "POST" and not self.form(request.form).is_ours:
            abort(403)
        return super().dispatch_request(**parts)

    def show(self, form: TokenForm, **values: Any) -> ResponseReturnValue:
        """Show the form, again if there is something wrong in it."""
        return make_response(
            render_template(self.template, form=form, errors=form.complaints, **values)
        )


def enter(member: Member | None) -> None:
    """Begin another session."""
    session.renew()  # type: ignore[attr-defined]  # it is a StoredSession
    if member is not None:
        session["member"] = member.id


class SignUp(Page):
    """Sign up."""

    form, template, open_to_all = SignUpForm, "account.html", True

    def get(self) -> ResponseReturnValue:
        return self.show(SignUpForm())

    def post(self) -> ResponseReturnValue:
        form = SignUpForm(request.form)
        if form.validate():
            member = Member.sign_up(form.username.data or "", form.password.data or "")
            try:
                with transaction() as rows:
                    rows.add(member)
            except IntegrityError:
                form.username.errors = ["Somebody has this name."]
            else:
                enter(member)
                flash("You are a member now.")
                return redirect(url_for("pages.board"))
        return self.show(form)


class Login(Page):
    """Log in."""

    form, template, open_to_all = AccountForm, "account.html", True

    def get(self) -> ResponseReturnValue:
        return self.show(AccountForm())

    def post(self) -> ResponseReturnValue:
        form = AccountForm(request.form)
        member = Member.named(db(), form.username.data or "")
        if not (member or NOBODY).knows(form.password.data or "") or member is None:
            form.validate()
            form.password.errors = ["That is not right."]
            return self.show(form)
        enter(member)
        flash("You are in.")
        return redirect(self.target())

    def target(self) -> str:
        """Return where to go: by its path and query alone, so that it cannot be elsewhere."""
        try:
            parts = urlsplit(request.args.get("next", ""))
        except ValueError:
            return "/"
        if parts.scheme or parts.netloc or "\\" in parts.path or not parts.path.isprintable():
            return "/"
        path = "/" + parts.path.lstrip("/ ")
        return quote(path, safe="/%-_.~") + (f"?{parts.query}" if parts.query else "")


class Logout(Page):
    """Log out."""

    def post(self) -> ResponseReturnValue:
        enter(None)
        flash("You are out.")
        return redirect(url_for("pages.login"))


class Board(Page):
    """The list."""

    open_to_all = True

    def get(self) -> ResponseReturnValue:
        text = request.args.get("q", "")
        query = select(Topic).order_by(Topic.at.desc(), Topic.id)
        if text:
            query = query.where(Topic.title.icontains(text, autoescape=True))
        rows, page, last = paged(query)
        return make_response(
            render_template("board.html", topics=rows, page=page, last=last, q=text)
        )


class NewTopic(Page):
    """Start a topic."""

    form, template = TopicForm, "topic_form.html"

    def get(self) -> ResponseReturnValue:
        return self.show(TopicForm())

    def post(self) -> ResponseReturnValue:
        form = TopicForm(request.form)
        if not form.validate():
            return self.show(form)
        topic = Topic(member_id=g.me.id, title=form.title.data, body=form.body.data)
        with transaction() as rows:
            rows.add(topic)
        flash("It is on the board.")
        return redirect(url_for("pages.topic", topic=topic.id))


class ShowTopic(Page):
    """A topic."""

    open_to_all, template = True, "topic.html"

    def get(self, topic: str) -> ResponseReturnValue:
        return self.page(found(db().get(Topic, topic)), ReplyForm())

    def page(self, row: Topic, form: ReplyForm) -> ResponseReturnValue:
        """Show a topic and its replies."""
        query = select(Reply).where(Reply.topic_id == row.id).order_by(Reply.at, Reply.id)
        rows, page, last = paged(query)
        return self.show(form, topic=row, replies=rows, page=page, last=last)


class EditTopic(Page):
    """Change a topic."""

    form, template = TopicForm, "topic_form.html"

    def dispatch_request(self, **parts: str) -> ResponseReturnValue:
        if g.me is not None and found(db().get(Topic, parts["topic"])).member_id != g.me.id:
            abort(403)
        return super().dispatch_request(**parts)

    def get(self, topic: str) -> ResponseReturnValue:
        return self.show(TopicForm(obj=db().get(Topic, topic)))

    def post(self, topic: str) -> ResponseReturnValue:
        form = TopicForm(request.form)
        if not form.validate():
            return self.show(form)
        with transaction() as rows:
            row = found(rows.get(Topic, topic))
            row.title, row.body = form.title.data, form.body.data
        flash("It is changed.")
        return redirect(url_for("pages.topic", topic=topic))


class TopicAction(Page):
    """Delete, close or open a topic."""

    def post(self, topic: str, action: str) -> ResponseReturnValue:
        row = found(db().get(Topic, topic))
        if not g.me.keeps_order and (action != "delete" or row.member_id != g.me.id):
            abort(403)
        with transaction() as rows:
            if action == "delete":
                rows.execute(delete(Topic).where(Topic.id == topic))
            else:
                row.closed = action == "close"
        flash({"delete": "It is gone.", "close": "It is closed.", "open": "It is open."}[action])
        if action == "delete":
            return redirect(url_for("pages.board"))
        return redirect(url_for("pages.topic", topic=topic))


class NewReply(ShowTopic):
    """Reply."""

    form, open_to_all = ReplyForm, False

    def post(self, topic: str) -> ResponseReturnValue:
        row = found(db().get(Topic, topic))
        if row.closed:
            abort(409)
        form = ReplyForm(request.form)
        if not form.validate():
            return self.page(row, form)
        try:
            with transaction() as rows:
                rows.add(Reply(topic_id=topic, member_id=g.me.id, body=form.body.data))
        except IntegrityError:  # deleted in the meantime
            abort(404)
        flash("Thank you.")
        count = db().scalar(select(func.count(Reply.id)).where(Reply.topic_id == topic)) or 1
        return redirect(url_for("pages.topic", topic=topic, page=-(-count // PER_PAGE)))


NewReply.methods = {"POST"}


class DeleteReply(Page):
    """Delete a reply."""

    def post(self, reply: str) -> ResponseReturnValue:
        row = found(db().get(Reply, reply))
        if not g.me.keeps_order and row.member_id != g.me.id:
            abort(403)
        with transaction() as rows:
            rows.execute(delete(Reply).where(Reply.id == reply))
        flash("It is gone.")
        return redirect(url_for("pages.topic", topic=row.topic_id))


class ShowMember(Page):
    """A member's page."""

    open_to_all, template = True, "member.html"

    def get(self, username: str) -> ResponseReturnValue:
        return self.show(RoleForm(), member=found(Member.named(db(), username)))


class ShowPicture(Page):
    """A member's picture."""

    open_to_all = True

    def get(self, username: str) -> ResponseReturnValue:
        name = found(Member.named(db(), username)).picture
        path = Path(current_app.config["UPLOAD_FOLDER"]) / found(name)
        response = send_file(path, mimetype=f"image/{path.suffix[1:]}", conditional=False)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


class ChangeRole(Page):
    """Change what a member may do."""

    form, template = RoleForm, "member.html"

    def post(self, username: str) -> ResponseReturnValue:
        if g.me.role != "admin":
            abort(403)
        member = found(Member.named(db(), username))
        if member is g.me:
            abort(403)
        form = RoleForm(request.form)
        if not form.validate():
            return self.show(form, member=member)
        with transaction():
            member.role = form.role.data
        flash("It is done.")
        return redirect(url_for("pages.member", username=member.username))


class Settings(Page):
    """One's own page."""

    form, template = SettingsForm, "settings.html"

    def get(self) -> ResponseReturnValue:
        return self.show(SettingsForm(obj=g.me))

    def post(self) -> ResponseReturnValue:
        form = SettingsForm(request.form)
        form.validate()
        picture = form.picture()
        if picture and not picture[1]:
            form.avatar.errors = ["A PNG or JPEG of up to 256 KiB, please."]
        if form.errors:
            return self.show(form)
        with transaction():
            g.me.about = form.about.data or ""
            if picture:
                g.me.picture = self.keep(*picture)
        flash("It is kept.")
        return redirect(url_for("pages.settings"))

    def keep(self, content: bytes, kind: str) -> str:
        """Store a picture under the name that its content gives it."""
        name = f"{hashlib.sha256(content).hexdigest()}.{kind}"
        path = Path(current_app.config["UPLOAD_FOLDER"]) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return name


for rule, name, view in (
    ("/", "board", Board),
    ("/signup", "signup", SignUp),
    ("/login", "login", Login),
    ("/logout", "logout", Logout),
    ("/topics/new", "new", NewTopic),
    ("/topics/<topic>", "topic", ShowTopic),
    ("/topics/<topic>/edit", "edit", EditTopic),
    ("/topics/<topic>/replies", "reply", NewReply),
    ("/topics/<topic>/<any(delete, close, open):action>", "act", TopicAction),
    ("/replies/<reply>/delete", "delete_reply", DeleteReply),
    ("/members/<username>", "member", ShowMember),
    ("/members/<username>/avatar", "picture", ShowPicture),
    ("/members/<username>/role", "role", ChangeRole),
    ("/settings", "settings", Settings),
):
    pages.add_url_rule(rule, view_func=view.as_view(name))

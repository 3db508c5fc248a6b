"""Topics and their replies."""

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from app.forms import ReplyForm, TopicForm, text
from app.models import Topic
from app.services import topics as service
from app.views.access import (
    forbid_unless,
    may_delete,
    me,
    moderates,
    or_404,
    see_other,
    wanted_page,
    wrote,
)

topics = Blueprint("topics", __name__)


@topics.get("/")
def list_topics() -> str:
    """List topics, or those that a search finds."""
    wanted = request.args.get("q", "")
    page = or_404(service.search(wanted, wanted_page()))
    return render_template("topics/list.html", page=page, q=wanted)


@topics.get("/topics/<row_id:topic_id>")
def show_topic(topic_id: int) -> ResponseReturnValue:
    """Show a topic and a page of its replies."""
    return _show(or_404(service.find(topic_id)), ReplyForm(), wanted_page())


def _show(topic: Topic, form: ReplyForm, number: int) -> ResponseReturnValue:
    page = or_404(service.replies(topic, number))
    shown = render_template("topics/show.html", topic=topic, page=page, form=form)
    return shown, 422 if form.errors else 200


@topics.route("/topics/new", methods=["GET", "POST"])
@login_required
def start_topic() -> ResponseReturnValue:
    """Start a topic."""
    form = TopicForm()
    if form.validate_on_submit():
        topic = service.start(me(), text(form.title), text(form.body))
        flash("Your topic is on the board.")
        return see_other(url_for(".show_topic", topic_id=topic.id))
    return _form("New topic", form)


@topics.route("/topics/<row_id:topic_id>/edit", methods=["GET", "POST"])
@login_required
def edit_topic(topic_id: int) -> ResponseReturnValue:
    """Change what one wrote."""
    topic = or_404(service.find(topic_id))
    forbid_unless(allowed=wrote(topic))
    form = TopicForm(obj=topic)
    if form.validate_on_submit():
        service.change(topic, text(form.title), text(form.body))
        flash("Your topic is changed.")
        return see_other(url_for(".show_topic", topic_id=topic.id))
    return _form("Change your topic", form)


def _form(heading: str, form: TopicForm) -> ResponseReturnValue:
    page = render_template("topics/form.html", heading=heading, form=form)
    return page, 422 if form.errors else 200


@topics.post("/topics/<row_id:topic_id>/delete")
@login_required
def delete_topic(topic_id: int) -> ResponseReturnValue:
    """Take a topic off the board."""
    topic = or_404(service.find(topic_id))
    forbid_unless(allowed=may_delete(topic))
    service.delete(topic)
    flash("The topic is deleted.")
    return see_other(url_for(".list_topics"))


@topics.post("/topics/<row_id:topic_id>/close", defaults={"closed": True})
@topics.post("/topics/<row_id:topic_id>/open", defaults={"closed": False})
@login_required
def close_topic(topic_id: int, *, closed: bool) -> ResponseReturnValue:
    """Close a topic to replies, or open it again."""
    topic = or_404(service.find(topic_id))
    forbid_unless(allowed=moderates())
    service.close(topic, closed=closed)
    flash("The topic is closed." if closed else "The topic is open.")
    return see_other(url_for(".show_topic", topic_id=topic.id))


@topics.post("/topics/<row_id:topic_id>/replies")
@login_required
def reply(topic_id: int) -> ResponseReturnValue:
    """Reply to a topic, and show the page that the reply is on."""
    topic = or_404(service.find(topic_id))
    form = ReplyForm()
    if not form.validate():
        return _show(topic, form, 1)
    try:
        new = service.reply(topic, me(), text(form.body))
    except service.TopicClosedError:
        abort(409, "This topic is closed.")
    flash("Your reply is on the board.")
    page = service.page_with(new)
    return see_other(
        url_for(".show_topic", topic_id=topic.id, page=page, _anchor=f"reply-{new.id}")
    )


@topics.post("/replies/<row_id:reply_id>/delete")
@login_required
def delete_reply(reply_id: int) -> ResponseReturnValue:
    """Take a reply off the board."""
    found = or_404(service.find_reply(reply_id))
    forbid_unless(allowed=may_delete(found))
    service.delete(found)
    flash("The reply is deleted.")
    return see_other(url_for(".show_topic", topic_id=found.topic_id))

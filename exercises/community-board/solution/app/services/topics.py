"""Topics and replies."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from app.extensions import db, transaction
from app.models import Member, Reply, Topic
from app.services.pages import Page, last_page, page_of


class TopicClosedError(Exception):
    """The topic takes no replies."""


def search(text: str, page: int) -> Page[Topic] | None:
    """Return a page of the topics whose title holds `text`, the newest first."""
    rows = select(Topic).options(joinedload(Topic.author)).order_by(Topic.id.desc())
    if text:
        rows = rows.where(Topic.title.icontains(text, autoescape=True))
    return page_of(rows, page)


def find(topic_id: int) -> Topic | None:
    """Return a topic."""
    return db.session.get(Topic, topic_id)


def find_reply(reply_id: int) -> Reply | None:
    """Return a reply."""
    return db.session.get(Reply, reply_id)


def start(author: Member, title: str, body: str) -> Topic:
    """Return a new topic."""
    topic = Topic(author=author, title=title, body=body)
    with transaction():
        db.session.add(topic)
    return topic


def change(topic: Topic, title: str, body: str) -> None:
    """Change what a topic says."""
    with transaction():
        topic.title, topic.body = title, body


def close(topic: Topic, *, closed: bool) -> None:
    """Say whether a topic takes replies."""
    with transaction():
        topic.closed = closed


def delete(row: Topic | Reply) -> None:
    """Delete a topic with its replies, or a reply."""
    with transaction():
        db.session.delete(row)


def replies(topic: Topic, page: int) -> Page[Reply] | None:
    """Return a page of a topic's replies, the oldest first."""
    rows = select(Reply).where(Reply.topic_id == topic.id).options(joinedload(Reply.author))
    return page_of(rows.order_by(Reply.id), page)


def reply(topic: Topic, author: Member, body: str) -> Reply:
    """Return a new reply, or raise TopicClosedError."""
    new = Reply(topic_id=topic.id, author=author, body=body)
    with transaction():
        # Writing the row without changing it keeps a moderator waiting who closes it just now.
        still_open = db.session.scalar(
            update(Topic)
            .where(Topic.id == topic.id, Topic.closed.is_(False))
            .values(closed=False)
            .returning(Topic.id)
        )
        if still_open is None:
            raise TopicClosedError(topic.id)
        db.session.add(new)
    return new


def page_with(found: Reply) -> int:
    """Return the number of the page of its topic that shows a reply."""
    before = select(func.count(Reply.id)).where(
        Reply.topic_id == found.topic_id, Reply.id <= found.id
    )
    return last_page(db.session.scalar(before) or 1)

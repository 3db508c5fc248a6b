"""Who there is."""

from functools import cache

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import undefer
from werkzeug.security import check_password_hash, generate_password_hash

from app.extensions import db, transaction
from app.models import Avatar, Member, Role, new_session_key


class UsernameTakenError(Exception):
    """Somebody else has this username, in upper or lower case."""


def create(username: str, password: str, role: Role = Role.MEMBER) -> Member:
    """Return a new member, or raise UsernameTakenError."""
    member = Member(
        key=username.lower(), username=username, password_hash=_hash(password), role=role
    )
    try:
        with transaction():
            db.session.add(member)
    except IntegrityError:
        # The database is the one that knows; a look beforehand would be too early.
        raise UsernameTakenError(username) from None
    return member


def with_username(username: str) -> Member | None:
    """Return the member of that name, in upper or lower case."""
    return db.session.scalar(select(Member).where(Member.key == username.lower()))


def with_session_key(key: str) -> Member | None:
    """Return the member whose sessions have that key."""
    return db.session.scalar(select(Member).where(Member.session_key == key))


def authenticate(username: str, password: str) -> Member | None:
    """Return the member whose credentials these are, or None."""
    member = with_username(username)
    # An unknown name takes as long as a wrong password, so that time does not tell them apart.
    expected = member.password_hash if member else _nobodys_hash(_method())
    return member if check_password_hash(expected, password) else None


def end_sessions(member: Member) -> None:
    """Sign a member out everywhere: no cookie that there is leads to them any more."""
    with transaction():
        member.session_key = new_session_key()


def change_role(member: Member, role: Role) -> None:
    """Change what a member may do, from the next request on."""
    with transaction():
        member.role = role


def change_page(member: Member, about: str, picture: tuple[str, bytes] | None) -> None:
    """Change a member's text, and the picture if there is a new one: its media type and content."""
    with transaction():
        member.about = about
        if picture is not None:
            member.avatar = member.avatar or Avatar()
            member.avatar.media_type, member.avatar.content = picture


def avatar_of(username: str) -> Avatar | None:
    """Return a member's picture with its content."""
    found = select(Avatar).join(Avatar.member).where(Member.key == username.lower())
    return db.session.scalar(found.options(undefer(Avatar.content)))


def _method() -> str:
    method: str = current_app.config["HASH_METHOD"]
    return method


def _hash(password: str) -> str:
    return generate_password_hash(password, method=_method())


@cache
def _nobodys_hash(method: str) -> str:
    return generate_password_hash("nobody has this password", method=method)

"""Who there is."""

from functools import cache

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.security import check_password_hash, generate_password_hash

from app.errors import ConflictError, UnauthenticatedError
from app.extensions import db, transaction
from app.models import Role, User


def create(email: str, password: str, role: Role = Role.USER) -> User:
    """Return a new user, or raise ConflictError if the address is taken."""
    user = User(email=email, password_hash=_hash(password), role=role)
    try:
        with transaction():
            db.session.add(user)
    except IntegrityError:
        raise ConflictError("This e-mail address is taken.") from None
    return user


def with_email(email: str) -> User | None:
    """Return the user of that address, which is in lower case."""
    return db.session.scalar(select(User).where(User.email == email))


def with_id(user_id: int) -> User | None:
    """Return the user of that id."""
    return db.session.get(User, user_id)


def authenticate(email: str, password: str) -> User:
    """Return the user whose credentials these are, or raise UnauthenticatedError."""
    user = with_email(email)
    # An unknown address takes as long as a wrong password, so that time does not tell them apart.
    expected = user.password_hash if user else _nobodys_hash(_method())
    if not check_password_hash(expected, password) or user is None:
        raise UnauthenticatedError("The e-mail address or the password is wrong.")
    return user


def _method() -> str:
    method: str = current_app.config["HASH_METHOD"]
    return method


def _hash(password: str) -> str:
    return generate_password_hash(password, method=_method())


@cache
def _nobodys_hash(method: str) -> str:
    return generate_password_hash("", method=method)

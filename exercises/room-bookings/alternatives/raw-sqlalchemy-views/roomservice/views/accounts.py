"""Users and their tokens."""

from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from flask import g
from flask.typing import ResponseReturnValue
from flask.views import MethodView
from sqlalchemy.exc import IntegrityError

from roomservice import fields
from roomservice.database import database
from roomservice.problems import ProblemError
from roomservice.tables import users
from roomservice.tokens import SECONDS, signer
from roomservice.views.base import SignedIn, body, load

HASHER = PasswordHasher()
NOBODYS_HASH = HASHER.hash("")
KIND = "Bearer"


def add_user(email: str, password: str, role: str) -> UUID:
    """Store a user and return its id; raise IntegrityError if the address is taken."""
    user_id = uuid4()
    row = {"id": user_id, "email": email.lower(), "password": HASHER.hash(password), "role": role}
    with database().writing() as db:
        db.execute(sa.insert(users), row)
    return user_id


def write(user_id: UUID, email: str, role: str) -> dict[str, Any]:
    """Return a user as it is answered."""
    return {"id": str(user_id), "email": email, "role": role}


class Users(MethodView):
    """Sign up."""

    def post(self) -> ResponseReturnValue:
        """Store a new user."""
        sent = load(fields.SignUp(), body())
        try:
            user_id = add_user(sent["email"], sent["password"], "user")
        except IntegrityError:
            raise ProblemError(HTTPStatus.CONFLICT, "This address is taken.") from None
        return write(user_id, sent["email"].lower(), "user"), HTTPStatus.CREATED


class Me(SignedIn):
    """Oneself."""

    def get(self) -> ResponseReturnValue:
        """Return who calls."""
        return write(g.user.id, g.user.email, g.user.role)


class LogIn(MethodView):
    """Tokens."""

    def post(self) -> ResponseReturnValue:
        """Exchange credentials for a token."""
        sent = load(fields.LogIn(), body())
        with database().reading() as db:
            found = sa.select(users).where(users.c.email == sent["email"].lower())
            user = db.execute(found).one_or_none()
        try:
            HASHER.verify(user.password if user else NOBODYS_HASH, sent["password"])
        except VerificationError:
            user = None
        if user is None:
            raise ProblemError(HTTPStatus.UNAUTHORIZED, "Wrong address or password.")
        token = signer().sign(user.id)
        return {"access_token": token, "token_type": KIND, "expires_in": SECONDS}

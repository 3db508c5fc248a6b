"""Tokens, by joserfc."""

import time
from uuid import UUID

from flask import Flask, current_app
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

NAME = "roomservice-signer"
SECONDS = 30 * 60
CLAIMS = jwt.JWTClaimsRegistry(sub={"essential": True}, exp={"essential": True})


class Signer:
    """Signs and reads tokens with one application's key."""

    key: OctKey

    def init_app(self, app: Flask) -> None:
        """Take the key from SECRET_KEY."""
        self.key = OctKey.import_key(app.config["SECRET_KEY"])
        app.extensions[NAME] = self

    def sign(self, user_id: UUID) -> str:
        """Return a token for a user."""
        claims = {"sub": str(user_id), "exp": int(time.time()) + SECONDS}
        return jwt.encode({"alg": "HS256"}, claims, self.key)

    def read(self, token: str) -> UUID | None:
        """Return whose token it is, or None if it is no good."""
        try:
            claims = jwt.decode(token, self.key, algorithms=["HS256"]).claims
            CLAIMS.validate(claims)
            return UUID(claims["sub"])
        except (JoseError, ValueError):
            return None


def signer() -> Signer:
    """Return the current application's signer."""
    found: Signer = current_app.extensions[NAME]
    return found

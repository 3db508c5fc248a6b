"""Forms, each with a token that hangs on the session."""

import secrets
from typing import Any

from flask import request, session
from wtforms import FileField, Form, PasswordField, StringField, TextAreaField
from wtforms.csrf.core import CSRF
from wtforms.validators import AnyOf, DataRequired, Length, Regexp, ValidationError

KINDS = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg"}


class SessionToken(CSRF):
    """One random token a session."""

    def generate_csrf_token(self, _field: Any) -> str:
        """Return the token of this session."""
        token: str = session.setdefault("token", secrets.token_urlsafe(20))
        return token

    def validate_csrf_token(self, _form: Form, field: Any) -> None:
        """Compare what was sent."""
        if not secrets.compare_digest((field.data or "").encode(), field.current_token.encode()):
            raise ValidationError("This form is not ours.")


class TokenForm(Form):
    """A form that is nothing but a button; all others build on it."""

    class Meta:
        """Switches the tokens on."""

        csrf = True
        csrf_class = SessionToken
        csrf_field_name = "proof"

    @property
    def is_ours(self) -> bool:
        """Whether the token was right."""
        self.validate()
        return not self.errors.get("proof")

    @property
    def complaints(self) -> dict[str, str]:
        """The first message of each field that is wrong."""
        return {name: messages[0] for name, messages in self.errors.items() if name}


class AccountForm(TokenForm):
    """Log in."""

    username = StringField()
    password = PasswordField()


class SignUpForm(AccountForm):
    """Sign up."""

    username = StringField(validators=[Regexp(r"^[A-Za-z0-9_-]{3,30}\Z")])
    password = PasswordField(validators=[Length(8, 64)])


class ReplyForm(TokenForm):
    """Reply."""

    body = TextAreaField(validators=[DataRequired(), Length(max=10_000)])


class TopicForm(ReplyForm):
    """Start or change a topic."""

    title = StringField(validators=[DataRequired(), Length(max=100)])


class RoleForm(TokenForm):
    """Change a role."""

    role = StringField(validators=[AnyOf(["member", "moderator", "admin"])])


class SettingsForm(TokenForm):
    """Change one's page."""

    about = TextAreaField(validators=[Length(max=500)])
    avatar = FileField()

    def picture(self) -> tuple[bytes, str] | None:
        """Return what was uploaded, and what it is: an extension, or nothing that we take."""
        upload = request.files.get("avatar")
        content = upload.read() if upload else b""
        if not content:
            return None
        if len(content) > 256 * 1024:
            return content, ""
        return content, next((k for s, k in KINDS.items() if content.startswith(s)), "")

"""What forms may hold."""

import re
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileSize
from werkzeug.datastructures import FileStorage
from wtforms import HiddenField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Regexp, ValidationError

from app.models import Role
from app.pictures import media_type

AVATAR_BYTES = 256 * 1024

# Any, because the stubs know pairs only, which WTForms has deprecated.
ROLES: Any = [role.value for role in Role]

# `\Z` and not `$`, which would allow for a line break at the end.
USERNAME = re.compile(r"[A-Za-z0-9_-]{3,30}\Z")


def _text(longest: int) -> list[DataRequired | Length | Regexp]:
    return [
        DataRequired("Please write something."),
        Length(max=longest, message=f"At most {longest:,} characters."),
        Regexp(r"[^\0]*\Z", message="There is a character in it that is none."),
    ]


def text(field: StringField) -> str:
    """Return what was written in a field: an empty text, if there was no such field."""
    return field.data or ""


class SignUpForm(FlaskForm):
    """Become a member."""

    username = StringField(
        "Username", [Regexp(USERNAME, message="3 to 30 letters, digits, - and _, please.")]
    )
    password = PasswordField("Password", [Length(8, 64, "8 to 64 characters, please.")])


class LogInForm(FlaskForm):
    """Log in, and go on to where one wanted to go."""

    username = StringField("Username", [DataRequired("Who are you?")])
    password = PasswordField("Password", [DataRequired("What is your password?")])
    next = HiddenField()


class TopicForm(FlaskForm):
    """Start a topic, or change it."""

    title = StringField("Title", _text(100))
    body = TextAreaField("Text", _text(10_000))


class ReplyForm(FlaskForm):
    """Reply to a topic."""

    body = TextAreaField("Your reply", _text(10_000))


def uploaded(field: FileField) -> bytes | None:
    """Return the content of an upload, or None if there is none."""
    upload: FileStorage | None = field.data
    if not upload:
        return None
    upload.stream.seek(0)
    return upload.stream.read()


def is_picture(_form: FlaskForm, field: FileField) -> None:
    """Look at what a file is: what it is called says nothing."""
    content = uploaded(field)
    if content is not None and not media_type(content):
        raise ValidationError("A PNG or JPEG, please.")


class SettingsForm(FlaskForm):
    """Change one's own page."""

    about = TextAreaField(
        "About you",
        [Length(max=500, message="At most 500 characters."), Regexp(r"[^\0]*\Z")],
    )
    avatar = FileField("Picture", [FileSize(AVATAR_BYTES, message="At most 256 KiB."), is_picture])

    @property
    def picture(self) -> tuple[str, bytes] | None:
        """The media type and the content of what was uploaded, if something was."""
        content = uploaded(self.avatar)
        return (media_type(content), content) if content is not None else None


class RoleForm(FlaskForm):
    """Say what a member may do."""

    role = SelectField("Role", choices=ROLES)

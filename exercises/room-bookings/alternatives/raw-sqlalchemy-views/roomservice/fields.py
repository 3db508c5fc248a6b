"""What may be sent: schemas that refuse what they do not know."""

from datetime import UTC, datetime
from typing import Any

from marshmallow import (
    EXCLUDE,
    RAISE,
    Schema,
    ValidationError,
    fields,
    post_load,
    validate,
    validates_schema,
)

DAY = 24 * 60 * 60


class Moment(fields.AwareDateTime):
    """An ISO 8601 time with an offset, as seconds since 1970."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", default_timezone=None, **options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> Any:
        moment = super()._deserialize(value, attr, data, **options)
        try:
            return int(moment.astimezone(UTC).timestamp())
        except OverflowError:
            raise self.make_error("invalid", input=value, obj_type="datetime") from None


class Text(fields.String):
    """Some text that is not only blanks."""

    def __init__(self, longest: int) -> None:
        rules = [validate.Length(max=longest), validate.Regexp(r"[^\0]*\S", error="Blank.")]
        super().__init__(required=True, validate=rules)


class Strict(Schema):
    """A body: unknown fields are refused."""

    class Meta:
        unknown = RAISE


class SignUp(Strict):
    """A new user."""

    email = fields.Email(required=True, validate=validate.Length(max=320))
    password = fields.String(required=True, validate=validate.Length(min=8, max=64))


class LogIn(Strict):
    """Somebody's credentials."""

    email = fields.String(required=True)
    password = fields.String(required=True)


class Room(Strict):
    """A room."""

    name = Text(80)
    capacity = fields.Integer(required=True, strict=True, validate=validate.Range(1, 500))


class Times(Strict):
    """A title and two times in order."""

    title = Text(120)
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)

    @validates_schema
    def check_length(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse what ends too early or too late."""
        if "starts_at" in data and "ends_at" in data:
            seconds = data["ends_at"] - data["starts_at"]
            if not 0 < seconds <= DAY:
                raise ValidationError("Must be at most 24 hours after the start.", "ends_at")


class Booking(Times):
    """A new booking."""

    room_id = fields.UUID(required=True)


class Page(Schema):
    """Which page of a list."""

    class Meta:
        unknown = EXCLUDE

    page = fields.Integer(load_default=1, validate=validate.Range(1, 10**9))
    per_page = fields.Integer(load_default=20, validate=validate.Range(1, 100))

    @post_load
    def add_offset(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Say how many rows come before the page."""
        return {**data, "offset": (data["page"] - 1) * data["per_page"]}


class RoomList(Page):
    """Which rooms, in what order."""

    q = fields.String()
    min_capacity = fields.Integer(validate=validate.Range(-(10**9), 10**9))
    sort = fields.String(
        load_default="name",
        validate=validate.OneOf(["name", "-name", "capacity", "-capacity"]),
    )


class BookingList(Page):
    """Which bookings."""

    room_id = fields.UUID()
    after = Moment(data_key="from")
    before = Moment(data_key="to")


def iso(seconds: int) -> str:
    """Write seconds since 1970 as ISO 8601."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()

"""What requests may hold, as types; and how models are answered."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    EmailStr,
    Field,
    StrictInt,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from app.errors import InvalidError
from app.models import Booking, Room, User

LONGEST_BOOKING = timedelta(hours=24)
LARGEST_INTEGER = 2**31 - 1  # of a PostgreSQL column


def _text(value: str) -> str:
    if not value.strip() or "\0" in value:  # PostgreSQL stores no NUL
        raise PydanticCustomError("text", "must be more than blanks, without NUL characters")
    return value


def _moment(value: object) -> datetime:
    """Read an ISO 8601 string with an offset; pydantic would take timestamps, too."""
    try:
        moment = datetime.fromisoformat(value if isinstance(value, str) else "")
        if moment.tzinfo is None:
            raise PydanticCustomError("moment", "must have an offset, such as Z or +02:00")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise PydanticCustomError("moment", "must be an ISO 8601 date and time") from None


def _lower(value: str) -> str:
    return value.lower()


Moment = Annotated[datetime, BeforeValidator(_moment)]
RowId = Annotated[StrictInt, Field(le=LARGEST_INTEGER)]


class SignUp(BaseModel):
    """A request to become a user."""

    email: Annotated[EmailStr, AfterValidator(_lower)]
    password: Annotated[str, Field(min_length=8, max_length=64)]


class Credentials(BaseModel):
    """A request for a token."""

    email: Annotated[str, AfterValidator(_lower)]
    password: str


class RoomFields(BaseModel):
    """A room, new or as it is to become."""

    name: Annotated[str, Field(max_length=80), AfterValidator(_text)]
    capacity: Annotated[StrictInt, Field(ge=1, le=500)]


class BookingFields(BaseModel):
    """A booking as it is to become."""

    title: Annotated[str, Field(max_length=120), AfterValidator(_text)]
    starts_at: Moment
    ends_at: Moment

    @field_validator("ends_at")
    @classmethod
    def _after_start(cls, ends_at: datetime, info: ValidationInfo) -> datetime:
        starts_at = info.data.get("starts_at")
        if starts_at is None:  # has an error of its own
            return ends_at
        if not timedelta(0) < ends_at - starts_at <= LONGEST_BOOKING:
            raise PydanticCustomError("length", "must be later than starts_at, by 24 hours at most")
        return ends_at


class NewBooking(BookingFields):
    """A new booking."""

    room_id: RowId


class PageQuery(BaseModel):
    """Which part of a list is wanted."""

    page: Annotated[int, Field(ge=1, le=LARGEST_INTEGER)] = 1
    per_page: Annotated[int, Field(ge=1, le=100)] = 20


class RoomQuery(PageQuery):
    """Which rooms are wanted, in what order."""

    min_capacity: Annotated[int, Field(le=LARGEST_INTEGER)] | None = None
    q: Annotated[str, AfterValidator(_text)] | None = None
    sort: Literal["name", "-name", "capacity", "-capacity"] = "name"


class BookingQuery(PageQuery):
    """Which bookings are wanted."""

    room_id: Annotated[int, Field(le=LARGEST_INTEGER)] | None = None
    window_start: Annotated[Moment | None, Field(alias="from")] = None
    window_end: Annotated[Moment | None, Field(alias="to")] = None


Model = TypeVar("Model", bound=BaseModel)


def load(model: type[Model], data: Mapping[str, Any]) -> Model:
    """Return `data` as a `model`, or raise InvalidError that names every field that is wrong."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        fields: dict[str, list[str]] = {}
        for problem in error.errors(include_url=False, include_context=False):
            fields.setdefault(str(problem["loc"][0]), []).append(problem["msg"])
        raise InvalidError(fields) from None


def _utc(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def user_body(user: User) -> dict[str, Any]:
    """Return a user as it is answered."""
    return {"id": user.id, "email": user.email, "role": user.role.value}


def room_body(room: Room) -> dict[str, Any]:
    """Return a room as it is answered."""
    return {"id": room.id, "name": room.name, "capacity": room.capacity}


def booking_body(booking: Booking) -> dict[str, Any]:
    """Return a booking as it is answered."""
    return {
        "id": booking.id,
        "room_id": booking.room_id,
        "user_id": booking.user_id,
        "title": booking.title,
        "starts_at": _utc(booking.starts_at),
        "ends_at": _utc(booking.ends_at),
    }

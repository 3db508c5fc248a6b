"""Words of URL paths."""

import pytest

from flaskgrade.flaskapp.path_words import style, verb_in


@pytest.mark.parametrize(
    ("rule", "verb"),
    [
        ("/createUser", "createUser"),
        ("/get_rooms", "get_rooms"),
        ("/api/rooms/delete/<int:id>", "delete"),
        ("/api/rooms/<int:id>/update", "update"),
        ("/add-room", "add-room"),
        ("/listRooms", "listRooms"),
        ("/fetchAllUsers/<name>", "fetchAllUsers"),
    ],
)
def test_what_a_method_says_is_a_verb(rule: str, verb: str) -> None:
    """Alone, or at the front of a part."""
    assert verb_in(rule) == verb


@pytest.mark.parametrize(
    "rule",
    [
        "/rooms/<int:room_id>",
        "/bookings/<int:id>/cancel",
        "/login",
        "/logout",
        "/search",
        "/reset-password",
        "/import",
        "/export",
        "/webhooks/stripe",
        "/addresses",
        "/settings",
        "/updates",
        "/getting-started",
        "/add-ons",
        "/list/<int:id>",
        "/list-items",
        "/posts",
        "/post/<slug>",
        "/created",
        "/<get>/rooms",
        "/delete.svg",
    ],
)
def test_things_and_actions_that_no_method_is_for_are_none(rule: str) -> None:
    """Nor is what a parameter is called."""
    assert verb_in(rule) is None


@pytest.mark.parametrize(
    ("segment", "joined"),
    [
        ("room-bookings", "kebab-case"),
        ("room_bookings", "snake_case"),
        ("roomBookings", "camelCase"),
        ("rooms", None),
        ("v1", None),
    ],
)
def test_words_are_joined_in_a_style(segment: str, joined: str | None) -> None:
    """One word has none."""
    assert style(segment) == joined

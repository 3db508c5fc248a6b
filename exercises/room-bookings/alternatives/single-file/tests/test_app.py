"""The way through, once."""

import pytest

from app import User, add_user, app, db

SLOT = {"starts_at": "2031-05-06T09:00:00Z", "ends_at": "2031-05-06T10:00:00Z"}


@pytest.fixture
def client():
    with app.app_context():
        db.create_all()
        add_user("admin@example.com", "correct horse", "admin")
        client = app.test_client()
        body = {"email": "admin@example.com", "password": "correct horse"}
        token = client.post("/api/auth/login", json=body).json["access_token"]
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        yield client
        db.session.remove()
        db.drop_all()


def test_who_signs_up_is_a_user(client):
    response = client.post(
        "/api/users", json={"email": "Ada@example.com", "password": "long enough"}
    )

    assert response.status_code == 201
    assert User.query.filter_by(email="ada@example.com").one().role == "user"


def test_a_room_is_booked_once(client):
    room = client.post("/api/rooms", json={"name": "Lovelace", "capacity": 8}).json
    body = {"room_id": room["id"], "title": "Planning", **SLOT}

    first, second = (client.post("/api/bookings", json=body) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 409)
    assert client.get(first.headers["Location"]).json == first.json
    assert client.delete(f"/api/rooms/{room['id']}").status_code == 409


@pytest.mark.parametrize("capacity", [0, 501, "8", True, None])
def test_a_wrong_capacity_is_named(client, capacity):
    response = client.post("/api/rooms", json={"name": "Lovelace", "capacity": capacity})

    assert response.status_code == 422
    assert list(response.json["error"]["fields"]) == ["capacity"]

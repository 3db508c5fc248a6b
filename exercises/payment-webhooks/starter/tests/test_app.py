"""An example to start from: replace it with tests of your own."""

from app import create_app


def test_the_application_answers() -> None:
    client = create_app().test_client()

    response = client.get("/nowhere")

    assert response.status_code == 404

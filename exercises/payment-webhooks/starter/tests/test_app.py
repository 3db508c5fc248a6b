"""An example to start from: replace it with tests of your own."""

from app import create_app


def test_an_unknown_path_answers_404() -> None:
    client = create_app().test_client()

    response = client.get("/no-such-thing")

    assert response.status_code == 404

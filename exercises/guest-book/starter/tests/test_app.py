"""An example to start from: replace it with tests of your own."""

from app import create_app


def test_the_application_answers() -> None:
    assert create_app().test_client().get("/nowhere").status_code == 404

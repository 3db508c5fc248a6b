"""What two people do at one moment."""

from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from app.services import members


def test_a_username_is_given_once(app: Flask) -> None:
    def take(number: int) -> bool:
        with app.app_context():
            try:
                members.create("Twin" if number % 2 else "twin", "correct horse")
            except members.UsernameTakenError:
                return False
            return True

    with ThreadPoolExecutor(3) as pool:
        taken = list(pool.map(take, range(3)))

    assert taken.count(True) == 1

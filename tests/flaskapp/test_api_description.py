"""Whether the API is described by OpenAPI."""

from flaskgrade.flaskapp.api_description import openapi_files, openapi_libraries
from tests.flaskapp.projects import project


def test_libraries_that_describe_the_api_are_known() -> None:
    """Those that only serve JSON are not among them."""
    assert openapi_libraries(project("from flasgger import Swagger")) == ("flasgger",)
    assert openapi_libraries(project("from flask_restful import Api")) == ()


def test_specifications_are_known_by_their_names() -> None:
    """Whatever stands before or after the word."""
    files = (
        "api/openapi.yaml",
        "swagger.json",
        "shop-openapi.v1.yml",
        "openapi.py",
        "open.yaml",
        "tests/openapi.yaml",
    )

    assert openapi_files(files) == files[:3]

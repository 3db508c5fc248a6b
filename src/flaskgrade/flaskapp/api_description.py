"""Whether the API is described by OpenAPI (Swagger): by a library, or in a file of its own."""

import re
from pathlib import PurePosixPath

from flaskgrade.flaskapp.layout import is_test
from flaskgrade.flaskapp.project import Project

_LIBRARIES = frozenset(
    {
        *(
            "flasgger",
            "flask_restx",
            "flask_restplus",
            "flask_smorest",
            "flask_rest_api",
            "apiflask",
        ),
        *("connexion", "apispec", "flask_apispec", "flask_swagger", "flask_swagger_ui", "spectree"),
        *("flask_openapi3", "flask_pydantic_spec", "flask_restful_swagger", "safrs", "flask_rebar"),
        *("flask_restful_swagger_2", "flask_restful_swagger_3", "swagger_ui", "openapi_core"),
        *("eve_swagger", "apispec_webframeworks"),
    }
)
_FILE = re.compile(r"^(.+[-_.])?(openapi|swagger)([-_.].+)?\.(ya?ml|json)$", re.IGNORECASE)


def openapi_libraries(project: Project) -> tuple[str, ...]:
    """Return the packages for OpenAPI that the code outside the tests imports."""
    return tuple(sorted(_LIBRARIES & project.packages()))


def openapi_files(files: tuple[str, ...]) -> tuple[str, ...]:
    """Return the specifications among the files."""
    return tuple(
        path
        for path in files
        if _FILE.match(PurePosixPath(path).name)
        and not is_test(path)
        and "node_modules" not in path
    )

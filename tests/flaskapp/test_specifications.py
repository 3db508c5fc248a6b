"""Connexion's rules: one of each operation of the specification that code adds."""

import json

import pytest

from flaskgrade.flaskapp.analyse import analyse
from flaskgrade.flaskapp.facts import Route
from flaskgrade.flaskapp.openapi import operations

SPEC = """\
openapi: 3.0.0
info:
  title: pets
  paths: none of them
servers:
  - url: /v1
paths:
  /pets:
    parameters:
      - name: get
        in: query
    get:
      operationId: api.pets.search
      responses:
        '200':
          description: "get: all"
    post:
      operationId: api.pets.post
      requestBody: {}
  '/pets/{id}':
    # delete: not this
    "delete":
      x-open: true
components:
  schemas:
    get:
      post: {}
"""
APP = "import connexion\napp = connexion.App(__name__, specification_dir='spec')\n"


def routes(source: str, **documents: str) -> tuple[Route, ...]:
    """Return the rules of a project with these documents in its folder `spec`."""
    texts = {f"spec/{name.replace('_', '.')}": text for name, text in documents.items()}
    return analyse(
        {"app.py": APP + source}, everything=tuple(texts), read=lambda path: texts[path]
    ).routes


def test_each_operation_of_the_named_document_is_a_rule() -> None:
    """With the method, the function that answers, and the line of the document."""
    found = routes("app.add_api('pets.yaml')\n", pets_yaml=SPEC, other_yaml=SPEC)

    assert [(r.methods, r.rule, r.handler, str(r.location)) for r in found] == [
        (("GET",), "/pets", "search", "spec/pets.yaml:12"),
        (("POST",), "/pets", "post", "spec/pets.yaml:17"),
        (("DELETE",), "/pets/{id}", "", "spec/pets.yaml:22"),
    ]
    assert {(r.layer, r.on_blueprint, r.owner) for r in found} == {("connexion", False, "app")}


@pytest.mark.parametrize(
    "call",
    [
        "app.add_api(specification='pets.yaml')\n",
        "NAME = 'pets.yaml'\napp.add_api(NAME)\n",
        "import os\napp.add_api(os.path.join(HERE, 'pets.yaml'))\n",
        "from pathlib import Path\napp.add_api(Path('spec') / 'pets.yaml')\n",
        "app.add_api(found_at_run_time())\n",
    ],
)
def test_a_document_is_known_by_its_name_wherever_the_name_stands(call: str) -> None:
    """Where no name can be read, the specifications that there are count."""
    assert len(routes(call, pets_yaml=SPEC)) == 3


def test_without_connexion_a_document_declares_nothing() -> None:
    """It is documentation then."""
    found = analyse(
        {"app.py": "from flask import Flask\napp = Flask('x')\n"},
        everything=("pets.yaml",),
        read=lambda _: SPEC,
    )

    assert found.routes == ()


def test_json_is_read_as_well_and_nonsense_declares_nothing() -> None:
    """The same operations, and no exception for what is not of that shape."""
    document = {"swagger": "2.0", "paths": {"/a": {"get": {"operationId": "x.y"}, "x-a": 1}}}

    assert [(o.path, o.method, o.handler) for o in operations(json.dumps(document))] == [
        ("/a", "GET", "x.y")
    ]
    for nonsense in ("{", "[]", '{"paths": 1}', '{"paths": {"/a": 1}}', "", "paths:\n", "a: &a *a"):
        assert operations(nonsense) == ()

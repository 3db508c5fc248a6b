"""What should not be there: debuggers, secrets, values in SQL, files of too many routes."""

from typing import Any

from flaskgrade.flaskapp.deployment import secrets_in, starts_dev_server
from flaskgrade.flaskapp.secrets import find_secrets
from flaskgrade.flaskapp.sql_text import find_sql_texts
from flaskgrade.inspection.inspect import Inspection
from flaskgrade.inspection.pyfiles import secrets_in_pyfiles

LINES = 200  # of a file that declares routes


def red_flags(inspection: Inspection) -> dict[str, Any]:
    """Return each kind of red flag with its places."""
    project, around = inspection.project, inspection.surroundings
    runners = frozenset(run.location.path for run in inspection.runs)
    return {
        "app_run_debug_true": [str(run.location) for run in inspection.runs if run.debug],
        "hardcoded_secret": _secrets(inspection),
        "sql_string_formatting": [str(one.location) for one in find_sql_texts(project)],
        "routes_files_over_200_lines": _long(inspection),
        "dev_server_in_container_or_procfile": [
            path for path, text in around.started.items() if starts_dev_server(path, text, runners)
        ],
    }


def _secrets(inspection: Inspection) -> list[str]:
    around = inspection.surroundings
    files = around.deployment
    found = [one.location for one in find_secrets(inspection.project) if not one.again]
    for path, text in around.texts((*files.dotenvs, *files.dockerfiles, *files.compose)).items():
        found.extend(place for _, place in secrets_in(path, text))
    found.extend(place for _, place in secrets_in_pyfiles(inspection))
    return list(dict.fromkeys(map(str, found)))


def _long(inspection: Inspection) -> list[str]:
    paths = dict.fromkeys(route.location.path for route in inspection.facts.routes)
    texts = inspection.tree.texts
    return [path for path in paths if _lines(texts.get(path, "")) > LINES]


def _lines(text: str) -> int:
    """Return the number of lines as editors count them: a form feed ends none."""
    return text.count("\n") + (text[-1:] not in {"", "\n"})

"""Every check, one line each, the longest first: that is the order in which they start."""

import inspect
import re
from collections.abc import Mapping

from flaskgrade.checks import (
    bandit,
    blueprints,
    builds,
    celery,
    configuration,
    contexts,
    error_handlers,
    extensions,
    factory,
    hooks,
    layers,
    live,
    migrations,
    mypy,
    own_tests,
    pinning,
    protected,
    queries,
    readme,
    route_names,
    ruff,
    ruff_format,
    safe_sql,
    shared_state,
    suppressions,
    templates,
    transactions,
)
from flaskgrade.checks.base import Check
from flaskgrade.checks.verdicts import ACCEPTANCE, SERVES

CHECKS: tuple[Check, ...] = (
    own_tests.CHECK,
    migrations.CHECK,
    queries.CHECK,
    live.CHECK,
    mypy.CHECK,
    bandit.CHECK,
    ruff.CHECK,
    ruff_format.CHECK,
    builds.CHECK,
    contexts.CHECK,
    celery.CHECK,
    factory.CHECK,
    blueprints.CHECK,
    shared_state.CHECK,
    extensions.CHECK,
    error_handlers.CHECK,
    configuration.CHECK,
    safe_sql.CHECK,
    layers.CHECK,
    hooks.CHECK,
    transactions.CHECK,
    route_names.CHECK,
    readme.CHECK,
    pinning.CHECK,
    protected.CHECK,
    templates.CHECK,
    suppressions.CHECK,
)
# The examination is two checks that share one server; the pipeline starts it before all others.
NAMES = frozenset({SERVES, ACCEPTANCE, *(check.name for check in CHECKS)})

_TOOLS = {
    "ruff": "https://docs.astral.sh/ruff/rules/",
    "ruff-format": "https://docs.astral.sh/ruff/formatter/",
    "bandit": "https://bandit.readthedocs.io/en/latest/plugins/",
    "migrations": "https://alembic.sqlalchemy.org/en/latest/tutorial.html",
    "own-tests": "https://flask.palletsprojects.com/en/stable/testing/",
    "live": "https://flask.palletsprojects.com/en/stable/patterns/appfactories/",
}
_SOURCE = re.compile(r"https://[^\s,;)]+")


def links() -> Mapping[str, str]:
    """Return something to read for each check: the first source that its page names."""
    found = dict(_TOOLS)
    for check in CHECKS:
        judge = getattr(check, "judge", type(check))
        page = inspect.getdoc(inspect.getmodule(judge)) or ""
        if (named := _SOURCE.search(page)) and check.name not in found:
            found[check.name] = named.group().rstrip(".")
    return found

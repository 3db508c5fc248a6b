"""Every check, one line each, the longest first: that is the order in which they start."""

from flaskgrade.checks import (
    bandit,
    blueprints,
    builds,
    celery,
    configuration,
    contexts,
    extensions,
    factory,
    layers,
    live,
    migrations,
    mypy,
    own_tests,
    pinning,
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
    configuration.CHECK,
    safe_sql.CHECK,
    layers.CHECK,
    transactions.CHECK,
    route_names.CHECK,
    readme.CHECK,
    pinning.CHECK,
    templates.CHECK,
    suppressions.CHECK,
)
# The examination is two checks that share one server; the pipeline starts it before all others.
NAMES = frozenset({SERVES, ACCEPTANCE, *(check.name for check in CHECKS)})

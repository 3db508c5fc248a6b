"""What each check hands on, so that `flaskgrade rubric lint` sees what a rubric asks in vain.

The checks themselves decide; a test reads them, and evidence that they gave, and holds this to it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from flaskgrade.checks.verdicts import ACCEPTANCE, SERVES
from flaskgrade.model.output import Output


def _measuring(*measures: str, items: bool = True) -> Output:
    return Output(items=items, measures=frozenset(measures))


OUTPUTS: Mapping[str, Output] = MappingProxyType(
    {
        ACCEPTANCE: Output(any_criterion=True),
        SERVES: Output(),
        "bandit": _measuring("source_lines", items=False),
        "blueprints": _measuring("routes", "routes_on_blueprints", "blueprints"),
        "builds": Output(),
        "celery": _measuring("tasks", "bare"),
        "configuration": _measuring(
            "settings_from_outside", "fixed_addresses", "literal_secrets", "config_classes"
        ),
        "contexts": _measuring("context_uses", "background_functions"),
        "error-handlers": _measuring("error_handlers", "views", "views_answering_errors"),
        "extensions": _measuring("extensions", "bound_at_import", "never_bound"),
        "factory": Output(),
        "hooks": _measuring("shared_work", "repeated_work"),
        "layers": _measuring("views", "views_with_database_access", "circles"),
        "live": Output(
            criteria=frozenset({"S1", "S2"}),
            measures=frozenset(
                {
                    *("live_routes", "live_blueprints", "live_extensions"),
                    *("live_error_handlers", "live_commands"),
                }
            ),
            claimed=True,
        ),
        "migrations": Output(criteria=frozenset({"M1", "M2", "M3", "M4"})),
        "mypy": _measuring("source_lines", "functions", "functions_annotated", items=False),
        "own-tests": Output(measures=frozenset({"tests_passed", "tests_failed"}), claimed=True),
        "pinning": Output(),
        "protected": Output(),
        "queries": Output(
            criteria=frozenset({"M5"}),
            measures=frozenset({"pages_measured", "pages_not_measured"}),
        ),
        "readme": Output(),
        "route-names": _measuring("doubtful_routes"),
        "ruff": _measuring("source_lines", items=False),
        "ruff-format": _measuring("files", "files_formatted"),
        "safe-sql": _measuring("sql_with_values"),
        "shared-state": _measuring("module_state"),
        "suppressions": Output(
            items=False,
            more_codes=frozenset({"suppression:", "justified-suppression:"}),
            measures=frozenset({"source_lines", "suppressions", "justified_suppressions"}),
        ),
        "templates": _measuring("templates", "extending"),
        "transactions": _measuring("doubtful_transactions"),
    }
)

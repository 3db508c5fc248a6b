"""SQL that runs: whether there is any, and which of it is put together with values."""

import ast
from dataclasses import dataclass

from flaskgrade.flaskapp.facts import Route
from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.migrations import migration_files
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Scope
from flaskgrade.flaskapp.sql_text import BuiltSql, built_sql, is_sql
from flaskgrade.flaskapp.sql_values import Origin, Origins
from flaskgrade.model.evidence import Location

MOST = 500  # texts that are looked into

_RUNS = frozenset(
    {
        *("execute", "executemany", "executescript", "exec_driver_sql", "text", "raw", "raw_sql"),
        *("execute_sql", "read_sql", "read_sql_query", "scalar", "scalars", "query", "SQL"),
    }
)
_SHOWS = frozenset(
    {
        *(
            "print",
            "flash",
            "echo",
            "debug",
            "info",
            "warning",
            "warn",
            "error",
            "exception",
            "log",
        ),
        *("critical", "abort", "jsonify", "url_for", "render_template", "write", "raises"),
    }
)
_DRIVERS = frozenset(
    {
        *("psycopg", "psycopg2", "pymysql", "MySQLdb", "mysql", "flask_mysqldb", "asyncpg", "apsw"),
        *("pyodbc", "cx_Oracle", "oracledb", "aiosqlite", "flaskext", "flask_mysql", "duckdb"),
    }
)


@dataclass(frozen=True, kw_only=True)
class SqlRisk:
    """A text of SQL with a value in it that should have been a parameter."""

    how: str  # "%", "format", "f-string", "+"
    location: Location
    from_request: bool


@dataclass(frozen=True, kw_only=True)
class SqlUse:
    """What a project does with SQL as text."""

    any_sql: bool = False  # text of SQL that runs, or a driver's library
    risks: tuple[SqlRisk, ...] = ()


def find_sql_use(project: Project, routes: tuple[Route, ...]) -> SqlUse:
    """Return what runs outside the tests and migrations, and what of it is not safe."""
    migrations = migration_files(project)
    built = [one for one in built_sql(project) if one.location.path not in migrations]
    origins, uses = Origins(project, routes), _Uses(project)
    risks = []
    for one in [one for one in built if not uses.only_shows(one)][:MOST]:
        origin = origins.of(one.node, one.scope)
        if origin >= Origin.VALUE:
            from_request = origin is Origin.REQUEST
            risks.append(SqlRisk(how=one.how, location=one.location, from_request=from_request))
    used = bool(built) or not _DRIVERS.isdisjoint(project.packages())
    return SqlUse(any_sql=used or _runs_sql(project), risks=tuple(risks))


def _runs_sql(project: Project) -> bool:
    return any(
        is_sql(text)
        for site in project.sites()
        if called(site.call) in _RUNS
        for node in site.call.args[:1]
        for text in project.resolver.texts(node, site.scope)
    )


class _Uses:
    """Which calls take what."""

    def __init__(self, project: Project) -> None:
        self._takers: dict[int, str] = {}
        self._by_name: dict[tuple[int, str], set[str]] = {}
        for site in project.sites():
            taker = called(site.call)
            for node in (*site.call.args, *(keyword.value for keyword in site.call.keywords)):
                self._takers[id(node)] = taker
                if isinstance(node, ast.Name):
                    self._by_name.setdefault((id(site.scope), node.id), set()).add(taker)
        self._names = {
            id(spot.node.value): target.id
            for spot in project.nodes.of(ast.Assign)
            for target in spot.node.targets
            if isinstance(target, ast.Name)
        }

    def only_shows(self, one: BuiltSql) -> bool:
        """Tell whether a text goes to people, to a log or into a link, and nowhere else."""
        takers = self._of(one.node, one.scope)
        return bool(takers) and takers <= _SHOWS

    def _of(self, node: ast.expr, scope: Scope) -> set[str]:
        if id(node) in self._takers:
            return {self._takers[id(node)]}
        name = self._names.get(id(node))
        return set() if name is None else self._by_name.get((id(scope), name), set())

"""How a project handles sessions and transactions."""

from dataclasses import dataclass

from flaskgrade.flaskapp.connections import Unclosed, find_unclosed, gives_back_after_requests
from flaskgrade.flaskapp.data import find_database
from flaskgrade.flaskapp.facts import Route
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.sessions import is_commit, is_write
from flaskgrade.flaskapp.swallowed import Swallowed, find_swallowed
from flaskgrade.flaskapp.units_of_work import SplitWork, find_split_work
from flaskgrade.flaskapp.view_functions import command_functions, view_functions


@dataclass(frozen=True, kw_only=True)
class Transactions:
    """What is written to the database, and what is wrong with how."""

    writes: bool = False
    swallowed: tuple[Swallowed, ...] = ()
    split: tuple[SplitWork, ...] = ()
    unclosed: tuple[Unclosed, ...] = ()


def find_transactions(project: Project, routes: tuple[Route, ...]) -> Transactions:
    """Return what can be told of units of work outside the tests."""
    views = view_functions(project, routes)
    commands = tuple(command_functions(project))
    # Flask-SQLAlchemy removes its session after every request, and that rolls back.
    given_back = find_database(project) == "flask-sqlalchemy" or gives_back_after_requests(project)
    return Transactions(
        writes=_writes(project),
        swallowed=find_swallowed(project, (*views, *commands), given_back=given_back),
        split=find_split_work(project, views, commands),
        unclosed=find_unclosed(project, routes, commands),
    )


def _writes(project: Project) -> bool:
    return any(
        is_commit(site.call) or is_write(project, site.call, site.scope) for site in project.sites()
    )

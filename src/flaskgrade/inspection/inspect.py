"""A folder in, all that reading tells about it out."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flaskgrade.flaskapp.analyse import facts_of, load
from flaskgrade.flaskapp.dev_server import Run, find_runs
from flaskgrade.flaskapp.layout import is_aside, vendored
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.project_facts import ProjectFacts
from flaskgrade.inspection.memory import uncollected
from flaskgrade.inspection.reading import Tree, read_tree
from flaskgrade.inspection.surroundings import Surroundings

TOKENS = 6_000_000  # a project of half a million lines; nobody waits for a grade here

STEPS = 4_000_000  # half a million lines take a third of it; what takes more is a knot


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """A project as sections are made from it: its files, the index of its code, its facts."""

    tree: Tree
    project: Project
    facts: ProjectFacts
    python2: tuple[str, ...]  # files that only Python 2 would run; they are read all the same

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """Where the development server is started."""
        return find_runs(self.project)

    @cached_property
    def surroundings(self) -> Surroundings:
        """The files around the code."""
        return Surroundings(tree=self.tree, root=self._root())

    def _root(self) -> str:
        """Return the folder that the application's imports start at."""
        facts = self.facts
        places = [one.location for one in facts.factories]
        places += [one.location for one in facts.apps]
        places += [one.location for one in facts.blueprints]
        paths = [place.path for place in places]
        path = next((path for path in paths if not is_aside(path)), next(iter(paths), None))
        return "." if path is None else self.project.modules.root(path).as_posix()

    @property
    def unread(self) -> tuple[tuple[str, str], ...]:
        """The files that could not be read or parsed, each with the reason."""
        return tuple(sorted((*self.tree.unread, *self.facts.unparsed)))


def inspect(root: Path) -> Inspection:
    """Read the project in a folder. Raises UsageError where there is none."""
    tree = read_tree(root)
    with uncollected():
        copied = vendored(tree.texts)
        own = {path: text for path, text in tree.texts.items() if not path.startswith(copied)}
        code = load(own, budget=TOKENS, steps=STEPS, python2=True)
        return Inspection(
            tree=tree,
            project=code.project,
            facts=facts_of(code, everything=tree.files, read=tree.text),
            python2=code.parsed.python2,
        )

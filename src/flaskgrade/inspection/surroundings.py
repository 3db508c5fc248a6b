"""The files around the code: requirements, containers, CI, each read with limits."""

from dataclasses import dataclass
from functools import cached_property

from flaskgrade.flaskapp.deployment import Deployment, find_deployment, scripts
from flaskgrade.flaskapp.requirement_files import Pinning, find_pinning, is_requirement_file
from flaskgrade.inspection.reading import Tree

MOST = 300  # texts of one kind


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What lies around the code of an application whose imports start at `root`."""

    tree: Tree
    root: str

    @cached_property
    def folders(self) -> tuple[str, ...]:
        """The folders that a project's own files may lie in: the application's, and those above."""
        parts = [] if self.root in {"", "."} else self.root.split("/")
        return tuple("/".join(parts[:depth]) or "." for depth in range(len(parts), -1, -1))

    @cached_property
    def deployment(self) -> Deployment:
        """Files that build, start or check the project."""
        return find_deployment(self.tree.files, self.folders)

    @cached_property
    def pinning(self) -> Pinning:
        """How the versions of requirements are kept."""
        wanted = [path for path in self.tree.files if is_requirement_file(path)]
        return find_pinning(self.tree.files, self.texts(wanted), self.folders)

    @cached_property
    def started(self) -> dict[str, str]:
        """The files that say what is started, and scripts that they name, with their texts."""
        texts = self.texts(self.deployment.started)
        return texts | self.texts(scripts(self.deployment, texts, self.tree.files))

    def has(self, name: str) -> bool:
        """Tell whether a file of that name is in one of the folders."""
        return any(
            self.tree.has(name if folder == "." else f"{folder}/{name}") for folder in self.folders
        )

    def texts(self, paths: "tuple[str, ...] | list[str]") -> dict[str, str]:
        """Return the texts of files that are still there."""
        found = {}
        for path in paths[:MOST]:
            try:
                found[path] = self.tree.text(path)
            except OSError:
                continue
        return found

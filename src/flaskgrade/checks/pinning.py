"""Pinned dependencies: the same versions are installed tomorrow.

What it looks at: the declaration that the environment is built from, the main requirements only.

What earns: `==` with one version, or a place in the lock file of its declaration, for each
requirement. A lock file of something else does not count.

What loses: an open range (`flask`, `flask>=3`, `flask~=3.0`), for this one requirement; and no
declaration at all, or an empty one: then nobody knows what the application needs.

Source: the Python Packaging User Guide, "install_requires vs requirements files",
https://packaging.python.org/en/latest/discussions/install-requires-vs-requirements/; pip's
documentation, "Repeatable Installs", https://pip.pypa.io/en/stable/topics/repeatable-installs/
"""

from dataclasses import dataclass

from flaskgrade.checks.base import Context, Need
from flaskgrade.model.environment import Declaration, Requirement
from flaskgrade.model.evidence import Evidence, Finding, Item, Location, Severity, Status


@dataclass(frozen=True, kw_only=True)
class PinningCheck:
    """See the module."""

    name: str = "pinning"
    title: str = "Pinned dependencies"
    needs: frozenset[Need] = frozenset()

    def run(self, context: Context) -> Evidence:
        """Return one item for each main requirement."""
        declaration = context.declaration
        main = tuple(r for r in declaration.requirements if r.group == "main")
        if not main:
            return self._nothing(declaration)
        names = tuple(dict.fromkeys(requirement.name for requirement in main))
        groups = tuple(tuple(r for r in main if r.name == name) for name in names)
        items = tuple(_item(group, declaration.locked_names) for group in groups)
        pinned = sum(item.status is Status.PASSED for item in items)
        return Evidence(
            check=self.name,
            status=Status.PASSED if pinned == len(items) else Status.FAILED,
            summary=_summary(declaration, pinned, len(items)),
            items=items,
            findings=tuple(
                Finding(code="pinning:open", message=item.message, location=item.location)
                for item in items
                if item.status is Status.FAILED
            ),
        )

    def _nothing(self, declaration: Declaration) -> Evidence:
        if declaration.files:
            message = f"{declaration.files[0]} declares no dependency."
            location = Location(path=declaration.files[0])
        else:
            message = "No file declares the dependencies."
            location = None
        return Evidence(
            check=self.name,
            status=Status.FAILED,
            summary=message,
            items=(
                Item(
                    id="pinning:declared",
                    title="Dependencies are declared",
                    status=Status.FAILED,
                    message=message,
                    location=location,
                ),
            ),
            findings=(
                Finding(
                    code="pinning:none",
                    message=message,
                    severity=Severity.MEDIUM,
                    location=location,
                ),
            ),
        )


CHECK = PinningCheck()


def _item(group: tuple[Requirement, ...], locked: tuple[str, ...]) -> Item:
    """Return the item of one name, which may be required under several markers."""
    is_open = tuple(r for r in group if not (r.pinned or r.name in locked))
    shown = is_open[0] if is_open else group[0]
    return Item(
        id=f"pinning:{shown.name}",
        title=f"{shown.name} is pinned",
        status=Status.FAILED if is_open else Status.PASSED,
        message=f"“{shown.text[:120]}” allows more than one version." if is_open else "",
        location=shown.location,
    )


def _summary(declaration: Declaration, pinned: int, total: int) -> str:
    if declaration.locked and pinned == total:
        return f"{declaration.files[0]} locks the dependencies."
    return f"{pinned} of {total} main requirements are pinned to one version."

"""How the tests come by their application, and which framework they are written for."""

from flaskgrade.flaskapp.facts import Factory
from flaskgrade.flaskapp.project import Project, imports
from flaskgrade.flaskapp.scopes import Defined, FunctionNode, Scope
from flaskgrade.flaskapp.values import Code
from flaskgrade.model.evidence import Location


def find_factory_use(project: Project, factories: tuple[Factory, ...]) -> tuple[Location, ...]:
    """Return where the tests make their application by calling a factory of the project."""
    known = {factory.location for factory in factories}
    return tuple(
        site.location
        for file in project.all_files
        if file.source.test
        for site in file.sites
        if any(
            isinstance(value, Code) and value.scope.place(value.scope.node) in known
            for value in project.values(site.call.func, site.scope)
        )
    )


def find_framework(project: Project) -> str | None:
    """Return what the tests are written for: pytest, unittest, nose; None without tests."""
    tests = [file for file in project.all_files if file.source.test]
    packages = {one.module.split(".")[0] for file in tests for one in imports(file)}
    if "pytest" in packages or any(_plain_test(file.module) for file in tests):
        return "pytest"
    if packages & {"unittest", "unittest2", "flask_testing"}:
        return "unittest"
    return "nose" if "nose" in packages else None


def _plain_test(module: Scope) -> bool:
    """Tell whether a module has a test that is a function: only pytest collects it."""
    return any(
        name.startswith("test_")
        and isinstance(bindings[-1], Defined)
        and isinstance(bindings[-1].scope.node, FunctionNode)
        for name, bindings in module.bindings.items()
    )

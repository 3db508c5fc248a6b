"""Whether the same versions are installed tomorrow."""

import pytest

from flaskgrade.flaskapp.requirement_files import find_pinning


def pinned(files: dict[str, str], folders: tuple[str, ...] = (".",)) -> bool:
    """Return whether the requirements of these files are pinned."""
    return find_pinning(tuple(files), files, folders).pinned


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "flask==3.0\nclick==8.1  # a comment\n"},
        {"requirements.txt": "-r requirements/base.txt\n", "requirements/base.txt": "a==1\n"},
        {"requirements/base.txt": "a==1\n", "requirements/dev.txt": "pytest\n"},
        {"requirements.txt": "a==1 \\\n  --hash=sha256:00\n"},
        {"requirements.txt": "".join(f"p{n}==1\n" for n in range(9)) + "flask\n"},
        {"requirements.txt": "a[extra]==1; python_version > '3'\n"},
        {"poetry.lock": "", "pyproject.toml": ""},
        {"uv.lock": ""},
        {"Pipfile.lock": ""},
        {"pyproject.toml": "[project]\ndependencies = ['flask==3.0']\n"},
        {"pyproject.toml": "[tool.poetry.dependencies]\npython = '^3'\nflask = '==3.0'\n"},
        {"setup.py": "needs = ['flask==3']\nsetup(install_requires=needs)\n"},
        {"setup.cfg": "[options]\ninstall_requires =\n    flask==3.0\n    click==8\n[x]\n"},
    ],
)
def test_lock_files_and_exact_versions_are_pinned(files: dict[str, str]) -> None:
    """In each of the formats, and nine of ten are enough."""
    assert pinned(files)


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"requirements.txt": "flask>=3\n"},
        {"requirements.txt": "flask==3.*\n"},
        {"requirements.txt": "flask==3.0\nclick\n"},
        {"requirements.txt": "# nothing\n"},
        {"requirements.txt": "flask\n", "requirements-dev.txt": "pytest==1\n"},
        {"requirements.txt": "git+https://example.org/x.git@v1\n"},
        {"requirements.txt": "-r requirements.txt\n"},
        {"requirements.txt": "-e .\n", "setup.py": "setup(install_requires=['flask'])\n"},
        {"pyproject.toml": "[tool.poetry.dependencies]\nflask = '3.0'\n"},
        {"pyproject.toml": "not [ toml"},
        {"static/package/poetry.lock": ""},
        {"setup.py": "(" * 100_000},
        {"setup.py": "x = " + "-" * 100_000 + "1"},
        {"pyproject.toml": "a = " + "[" * 100_000},
        {"pyproject.toml": "a." * 400_000 + "a = 1"},
    ],
)
def test_open_ranges_and_missing_declarations_are_not_pinned(files: dict[str, str]) -> None:
    """A lock of something else is none, and nothing at all pins nothing."""
    assert not pinned(files)


def test_the_folder_of_the_application_comes_before_those_above() -> None:
    """In a repository of several parts each has its own requirements."""
    files = {"requirements.txt": "tool\n", "api/requirements.txt": "flask==3.0\n"}

    assert pinned(files, ("api", "."))


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"app/requirements.txt": "flask==3.0\n"}, True),
        ({"api/core/poetry.lock": "", "api/core/pyproject.toml": ""}, True),
        ({"pyproject.toml": "[tool.ruff]\n", "app/requirements.txt": "flask==3.0\n"}, True),
        ({"requirements.txt": "flask\n", "app/requirements.txt": "flask==3.0\n"}, False),
        ({"tests/requirements.txt": "pytest==8.0\n"}, False),
        ({"docs/requirements.txt": "sphinx==8.0\n"}, False),
    ],
)
def test_lists_in_other_folders_count_where_the_likely_ones_have_none(
    files: dict[str, str], *, found: bool
) -> None:
    """As in a container's folder; those of tests and documentation never do."""
    assert pinned(files) is found

"""Files that declare dependencies: any text is requirements and findings, and never an error."""
# A test's name is its sentence.
# ruff: noqa: D103, ISC004 - seeds are one text in several lines

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import strategies as st

from flaskgrade.environment.declare import declare
from flaskgrade.environment.formats import (
    pipfile,
    poetry,
    pyproject,
    requirements_txt,
    setup_cfg,
    setup_py,
    uv_lock,
)
from flaskgrade.environment.formats.facts import Facts
from flaskgrade.model.submission import SourceFile, Submission
from tests.fuzz.cases import fuzz
from tests.fuzz.strategies import any_text, glued, json_values, mutated

NAMES = ("flask", "Flask_SQLAlchemy", "zope.interface", "flask[async]", ">=2", "==3.0.*", "~=1")
TOML = (
    '[project]\nname = "a"\nrequires-python = ">=3.11"\ndependencies = ["flask>=3", "a; x"]\n'
    '[project.optional-dependencies]\ndev = ["pytest"]\n[dependency-groups]\n'
    'test = ["a", {include-group = "test"}]\n[tool.poetry.dependencies]\npython = "^3.11"\n'
    'flask = {version = "^3.0", extras = ["async"], git = "x"}\n[tool.poetry.group.dev]\n'
    '[[package]]\nname = "flask"\nversion = "3.0.1"\nsource = { registry = "r" }\n'
    '[packages]\nflask = "*"\n[requires]\npython_version = "3.11"\n[tool.uv.sources]\n',
)
CFG = (
    "[metadata]\nname = a\n[options]\npython_requires = >=3.8\ninstall_requires =\n  flask>=2\n"
    "package_dir =\n  = src\n[options.extras_require]\ntest = pytest; python_version<'3.9'\n",
)
PY = (
    "from setuptools import setup\nR = ['flask>=2', 'a']\nsetup(name='a', install_requires=R,\n"
    "  extras_require={'dev': ['pytest']}, python_requires='>=3.8', package_dir={'': 'src'})\n",
)
TXT = (
    "-r base.txt\n-c c.txt\n-e .\n--index-url https://u:p@h/s\nflask==3.0 --hash=sha256:ab\n"
    "a @ git+https://h/x.git#egg=a\nb[c] ; python_version < '3.9'\nd>=1,<2 \\\n  # e\n",
)
LOCK = (
    '{"_meta": {"requires": {"python_version": "3.11"}}, "default": {"flask": {"version": "==3.0",'
    '"markers": "x", "extras": ["a"]}}, "develop": {"a": {"ref": "b", "git": "c"}}}',
)
FORMATS: dict[str, tuple[Callable[[str], Facts], tuple[str, ...]]] = {
    "requirements.txt": (lambda text: requirements_txt.parse(text, "requirements.txt"), TXT),
    "pyproject.toml": (pyproject.parse, TOML),
    "Pipfile": (pipfile.parse, TOML),
    "Pipfile.lock": (pipfile.lock, LOCK),
    "setup.cfg": (setup_cfg.parse, CFG),
    "setup.py": (setup_py.parse, PY),
    "uv.lock": (uv_lock.parse, TOML),
    "poetry.lock": (poetry.lock, TOML),
}


def texts(seeds: tuple[str, ...]) -> st.SearchStrategy[str]:
    pieces = (*NAMES, *(word + " " for seed in seeds for word in seed.split()), "\n", "[", "]")
    return st.one_of(mutated(seeds), mutated(seeds), glued(pieces), any_text)


@pytest.mark.parametrize("name", sorted(FORMATS))
@fuzz(data=st.data())
def test_any_text_of_a_format_is_requirements_and_findings(name: str, data: st.DataObject) -> None:
    parse, seeds = FORMATS[name]
    text = data.draw(texts(seeds))

    facts = parse(text)

    assert facts == parse(text)
    assert all(len(finding.message) < 1000 for finding in facts.findings)
    assert len(facts.requirements) <= len(text)


@fuzz(value=json_values)
def test_any_json_is_a_pipfile_lock(value: object) -> None:
    assert isinstance(pipfile.lock(json.dumps({"default": value, "_meta": value})), Facts)


@fuzz(
    share=0.3,
    files=st.dictionaries(
        st.sampled_from((*FORMATS, "base.txt", "c.txt", ".python-version", "requirements/dev.txt")),
        st.one_of(*(texts(seeds) for _, seeds in FORMATS.values())),
        max_size=4,
    ),
)
def test_any_files_together_are_a_declaration(room: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (room / "declared" / name).parent.mkdir(parents=True, exist_ok=True)
        (room / "declared" / name).write_text(text, encoding="utf-8", newline="")
    listed = tuple(SourceFile(path=name, size=len(text)) for name, text in files.items())

    declaration = declare(
        Submission(source="s", kind="path", root=room / "declared", tree="0", files=listed)
    )

    names = [one.name for one in declaration.requirements]
    assert all(name == name.strip() and "\n" not in name for name in names)
    assert all(
        not root.startswith("/") and ".." not in root.split("/")
        for root in declaration.source_roots
    )

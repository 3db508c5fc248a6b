"""Measure batches: `throughput`, `kills`, `thousand`. Each figure is a ratio or a count of one run.

    python benchmarks/batch.py throughput --count 20 [--busy 2] [--sandbox docker]
    python benchmarks/batch.py kills --times 50 --count 20
    python benchmarks/batch.py thousand --count 1000

throughput: gradings of a batch, held against the processor time that one grading takes alone on an
otherwise idle machine (all of it, by /proc/stat): with n of them on c processors none can be done
in less than n times that over c. The scores must be those of the one that was alone.
kills: SIGKILL at random moments; each report must be there once, as of an undisturbed batch.
thousand: small submissions by a rubric that runs nothing: memory of the harness, and the times of
`compare` and of the same command again.
"""

import argparse
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from repeat import fingerprint, spin

from flaskgrade.model.report import Report
from flaskgrade.report.document import read
from flaskgrade.submission.assembling import assemble

PROJECT = Path(__file__).resolve().parents[1]
FLASKGRADE = Path(sys.executable).with_name("flaskgrade")
TICKS = os.sysconf("SC_CLK_TCK")
READ_ONLY = """\
rubric: read-only
title: What reading tells
version: 1
works: [factory]
pass_mark: 50
bands:
  - {name: fine, at_least: 50}
  - {name: poor, at_least: 0}
categories:
  structure: Structure
criteria:
  S1: {title: Factory, category: structure, weight: 40, check: factory, points: pass_fail}
  S2: {title: Blueprints, category: structure, weight: 40, check: blueprints, points: pass_fail}
  D1: {title: Readme, category: structure, weight: 20, check: readme, points: proportion}
"""


def main() -> int:
    """Measure what was asked for; return 0 if everything is as it must be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["throughput", "kills", "thousand"])
    parser.add_argument("--count", type=int, default=0, help="submissions")
    parser.add_argument("--times", type=int, default=50, help="kills")
    parser.add_argument("--busy", type=int, default=0, help="processors kept busy meanwhile")
    parser.add_argument("--exercise", default="room-bookings")
    parser.add_argument("--sandbox", default="bwrap")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="flaskgrade-bench-") as place, busy(chosen.busy):
        folder = Path(place)
        folder.chmod(0o755)
        match chosen.what:
            case "throughput":
                return throughput(folder, chosen.exercise, chosen.count or 20, chosen.sandbox)
            case "kills":
                return kills(folder, chosen.count or 20, chosen.times, chosen.sandbox)
            case _:
                return thousand(folder, chosen.count or 1000)


@contextmanager
def busy(count: int) -> Iterator[None]:
    """Keep processors busy."""
    spinners = [multiprocessing.Process(target=spin, daemon=True) for _ in range(count)]
    for one in spinners:
        one.start()
    try:
        yield
    finally:
        for one in spinners:
            one.terminate()


def throughput(folder: Path, exercise: str, count: int, sandbox: str) -> int:
    """Hold a batch against the processor time of single gradings."""
    many = submissions(folder / "many", exercise, count)
    words = ("--exercise", exercise, "--sandbox", sandbox, "--format", "json", "-q")
    warm = submissions(folder / "warm", exercise, 1, first=1000)
    batch(warm, folder / "warm-out", *words)
    alone = []
    for number in range(3):
        single = submissions(folder / f"one-{number}", exercise, 1, first=2000 + number)
        before, began = processor_seconds(), time.monotonic()
        batch(single, folder / f"one-out-{number}", *words)
        alone.append((processor_seconds() - before, time.monotonic() - began))
    cpu, wall = sorted(alone)[1]
    began = time.monotonic()
    batch(many, folder / "out", *words)
    took = time.monotonic() - began
    cores = len(os.sched_getaffinity(0))
    reports = stored(folder / "out")
    outcomes = {
        fingerprint(one) for one in (*reports.values(), *stored(folder / "one-out-0").values())
    }
    print(f"alone: {wall:.1f} s, {cpu:.1f} processor seconds; {count}: {took:.1f} s")
    print(f"{count * 60 / took:.1f} a minute; one by one ÷ batch: {count * wall / took:.2f}")
    print(f"processor time over processors ÷ batch: {count * cpu / cores / took:.2f}")
    print(f"{len(reports)} reports, {len(outcomes)} outcome(s)")
    return 0 if len(reports) == count and len(outcomes) == 1 else 1


def kills(folder: Path, count: int, times: int, sandbox: str) -> int:
    """Kill batches at random moments."""
    many = submissions(folder / "many", "guest-book", count)
    words = ("--exercise", "guest-book", "--sandbox", sandbox, "--format", "json", "-q")
    began = time.monotonic()
    batch(many, folder / "quiet", *words)
    whole = time.monotonic() - began
    chance = random.Random()
    killed, finished = 0, 0
    while killed < times:
        process = subprocess.Popen([FLASKGRADE, *argv(many, folder / "out", *words)], stdout=-3)
        try:
            process.wait(chance.uniform(0.2, whole / 4))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            killed += 1
        else:
            finished += 1
            shutil.rmtree(folder / "out")
    batch(many, folder / "out", *words)
    expected, found = stored(folder / "quiet"), stored(folder / "out")
    same = {name for name, one in found.items() if fingerprint(one) == fingerprint(expected[name])}
    print(f"{killed} kills, {finished} batches finished between them, {whole:.0f} s undisturbed")
    print(f"{len(found)} reports of {count}, {len(same)} as of the undisturbed batch")
    return 0 if len(same) == count else 1


def thousand(folder: Path, count: int) -> int:
    """Grade many small submissions, and watch the memory of the harness."""
    place = folder / "many"
    place.mkdir()
    for number in range(count):
        with zipfile.ZipFile(place / f"sub-{number:04}.zip", "w") as archive:
            for name, text in small(number).items():
                archive.writestr(name, text)
    rubric = folder / "read-only.yaml"
    rubric.write_text(READ_ONLY)
    words = ("--rubric", str(rubric), "--sandbox", "bwrap", "--format", "json", "-q")
    out = folder / "out"
    memory: list[int] = []
    began = time.monotonic()
    process = subprocess.Popen([FLASKGRADE, *argv(place, out, *words)], stdout=-3)
    while process.poll() is None:
        memory.append(resident(process.pid))
        time.sleep(0.5)
    took = time.monotonic() - began
    again = timed(FLASKGRADE, *argv(place, out, *words))
    reports = sorted(out.glob("*/report.json"))
    compared = timed(FLASKGRADE, "compare", *map(str, reports), "--csv", str(folder / "all.csv"))
    quarters = [
        max(memory[len(memory) * n // 4 : len(memory) * (n + 1) // 4] or [0]) for n in range(4)
    ]
    print(f"{len(reports)} reports in {took:.0f} s, {took / count * 1000:.0f} ms each")
    print(f"peak memory of the harness by quarters, MiB: {[one >> 20 for one in quarters]}")
    print(f"ledger {(out / 'ledger.sqlite').stat().st_size / count / 1000:.1f} kB each")
    print(f"the same command again {again:.1f} s, compare {compared:.1f} s")
    return 0 if len(reports) == count else 1


def small(number: int) -> dict[str, str]:
    """Return the files of a small submission that no other is like."""
    app = (
        "from flask import Blueprint, Flask\n\n"
        f"desk = Blueprint('desk{number}', __name__)\n\n\n"
        f"@desk.get('/{number}')\ndef show():\n    return '{number}'\n"
    )
    factory = "\n\ndef create_app():\n    app = Flask(__name__)\n    app.register_blueprint(desk)\n"
    return {
        "app.py": app + (f"{factory}    return app\n" if number % 3 else ""),
        "README.md": f"# Desk {number}\n\n## Run\n\n    flask run\n" * (number % 4),
        "requirements.txt": "flask\n",
    }


def submissions(folder: Path, exercise: str, count: int, *, first: int = 0) -> Path:
    """Return a folder of repositories of an exercise's solution that differ in one file."""
    folder.mkdir()
    for number in range(first, first + count):
        made = assemble(
            folder / f"sub-{number:04}", files=PROJECT / "exercises" / exercise / "solution"
        )
        (made / "NOTES.md").write_text(f"This is number {number}.\n")
        git = ("git", "-c", "user.name=A", "-c", "user.email=a@example.com", "-C", str(made))
        subprocess.run([*git, "add", "NOTES.md"], check=True)
        subprocess.run([*git, "commit", "-qm", "Notes"], check=True)
    return folder


def argv(place: Path, out: Path, *words: str) -> tuple[str, ...]:
    """Return the words of a batch's command line."""
    return ("batch", str(place), "--out", str(out), *words)


def batch(place: Path, out: Path, *words: str) -> None:
    """Run a batch to its end."""
    subprocess.run([FLASKGRADE, *argv(place, out, *words)], check=True, stdout=subprocess.DEVNULL)


def timed(*words: str | Path) -> float:
    """Return how many seconds a command takes."""
    began = time.monotonic()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def stored(out: Path) -> dict[str, Report]:
    """Return the reports of a batch by the names of their folders."""
    return {one.parent.name: read(one.read_text()) for one in out.glob("*/report.json")}


def processor_seconds() -> float:
    """Return how long the processors of this machine have worked, whoever for."""
    user, nice, system, _idle, _iowait, irq, softirq = (
        int(one) for one in Path("/proc/stat").read_text().splitlines()[0].split()[1:8]
    )
    return (user + nice + system + irq + softirq) / TICKS


def resident(pid: int) -> int:
    """Return the resident memory of a process in bytes; 0 once it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(one.split()[1]) * 1024 for one in lines if one.startswith("VmRSS")), 0)


if __name__ == "__main__":
    raise SystemExit(main())

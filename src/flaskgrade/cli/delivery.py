"""Hand a report over: to the terminal, and to files that are whole or not there at all."""

import json
import os
import re
import sys
import tempfile
from contextlib import suppress
from itertools import chain, count
from pathlib import Path

from flaskgrade.cli.display import print_report, print_result
from flaskgrade.cli.streams import write_document
from flaskgrade.errors import UsageError
from flaskgrade.model.report import Report
from flaskgrade.report import seal
from flaskgrade.report.registry import RENDERERS
from flaskgrade.workspace import existing, free_space

TERMINAL = "terminal"
SEAL_KEY = "FLASKGRADE_SEAL_KEY"
DEFAULT_FOLDER = "flaskgrade-reports"
ELSEWHERE = "Name a folder that you can write to with --out, or write none: --format terminal."


def check_out(formats: tuple[str, ...], out: Path | None) -> None:
    """Raise UsageError where files could not be written: before the work, not after it."""
    if not writes_files(formats, out):
        return
    folder = out or Path(DEFAULT_FOLDER)
    place = existing(folder)
    if not place.is_dir():
        raise UsageError(
            f"cannot write the report to {folder}: {place} is no folder", hint=ELSEWHERE
        )
    if not os.access(place, os.W_OK | os.X_OK):
        raise UsageError(f"cannot write the report to {folder}: no permission", hint=ELSEWHERE)


def writes_files(formats: tuple[str, ...], out: Path | None) -> bool:
    """Tell whether anything goes to files: a single document without a folder goes to stdout."""
    return formats != (TERMINAL,) and (out is not None or len(formats) > 1)


def deliver(report: Report, formats: tuple[str, ...], out: Path | None, *, quiet: bool) -> None:
    """Print what goes to the terminal, write what goes to files, and say where they are.

    Raises UsageError where a file can't be written. The report is then on the terminal, whatever
    was asked for, so that it is not lost.
    """
    if formats != (TERMINAL,) and not writes_files(formats, out):
        write_document(rendered(report, formats[0]))
        return
    shown = TERMINAL in formats and not quiet
    if shown:
        print_report(report)
    else:
        print_result(report)
    folder = report_folder(report, out)
    try:
        for name in formats:
            if name != TERMINAL:
                path = folder / RENDERERS[name].file_name
                kept = keep_reviewed(path) if name == "json" else None
                write_whole(path, rendered(report, name))
                if kept is not None:
                    sys.stdout.write(f"{kept} has what people said of the report of before\n")
                if not quiet:
                    sys.stdout.write(f"{name:>9}: {path}\n")
    except OSError as error:
        if not shown:
            print_report(report)
        raise UsageError(
            f"cannot write the report to {folder}: {error.strerror} ({free_space(folder)})",
            hint=f"It is shown above. {ELSEWHERE}",
        ) from error


def report_folder(report: Report, out: Path | None) -> Path:
    """Return the folder of a report's files."""
    return out or Path(DEFAULT_FOLDER) / _folder_name(report)


def rendered(report: Report, name: str) -> str:
    """Return a report in a format; JSON is sealed with the company's key where there is one."""
    text = RENDERERS[name].render(report)
    key = os.environ.get(SEAL_KEY, "")
    return seal.keyed(text, key) if key and name == "json" else text


def write_whole(path: Path, text: str) -> None:
    """Write a file under another name first: whoever finds it finds all of it. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(partial).chmod(0o666 & ~_umask())
        Path(partial).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(partial).unlink()
        raise


def _umask() -> int:
    """Return the process's umask, without changing it for other threads where that can be had."""
    with suppress(OSError, StopIteration, ValueError):
        lines = Path("/proc/self/status").read_text(encoding="utf-8", errors="replace").splitlines()
        return int(next(line for line in lines if line.startswith("Umask:")).split()[1], 8)
    umask = os.umask(0o077)
    os.umask(umask)
    return umask


def keep_reviewed(path: Path) -> Path | None:
    """Move a report that people have spoken of out of the way of a new one; return where to.

    What they said was said once, and no grading brings it back. Raises OSError.
    """
    try:
        reviewed = "review" in json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        return None
    return set_aside(path) if reviewed else None


def set_aside(path: Path) -> Path:
    """Move a report out of the way of a new one, over nothing else; return where to.

    Raises OSError.
    """
    names = (
        f"{path.stem}.before{n}{path.suffix}" for n in chain([""], map("-{}".format, count(2)))
    )
    free = next(place for place in map(path.with_name, names) if not place.exists())
    path.rename(free)
    return free


def _folder_name(report: Report) -> str:
    """Return a folder name from the source, safe whatever the source was, and the tree's hash."""
    stem = report.provenance.source.rstrip("/").removesuffix(".git").rsplit("/", 1)[-1]
    clean = re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip(".-")[:60] or "submission"
    return f"{clean}-{(report.provenance.commit or report.provenance.tree)[:10]}"

"""What a batch is to grade: lists, folders, patterns and single submissions, as entries."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from flaskgrade.errors import FileError, UsageError
from flaskgrade.model.batch import Entry
from flaskgrade.submission.source import ARCHIVES, LocalPath, parse
from flaskgrade.yamlfile import Value, read_yaml

LISTS = (".csv", ".yaml", ".yml", ".txt")
COLUMNS = ("source", "ref", "subdir", "candidate", "exercise", "rubric")
LONGEST = 4096
MAX_BYTES = 10_000_000
HINT = (
    "Give lists (.csv, .yaml, or .txt with one address a line), folders of repositories or "
    "archives, or submissions."
)


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """A submission as somebody wrote it down."""

    where: str
    source: str
    ref: str | None = None
    subdir: str | None = None
    candidate: str | None = None
    exercise: str | None = None
    rubric: str | None = None


def read_entries(words: Sequence[str]) -> tuple[Entry, ...]:
    """Return what the words of a command line come to, in their order.

    Paths in a list are relative to the list's folder. Where two candidates have one name, the
    second's folder gets a number. Raises UsageError for a word that means nothing, FileError with
    the line for what is wrong in a list.
    """
    asked = [one for word in words for one in _asked(word)]
    if not asked:
        raise UsageError("there is nothing to grade", hint=HINT)
    return tuple(_named(asked))


def _asked(word: str) -> Iterator[_Asked]:
    where = parse(word)
    path = Path(word)
    if path.suffix.lower() in LISTS and not (isinstance(where, LocalPath) and path.is_dir()):
        yield from _listed(path)
    elif not isinstance(where, LocalPath) or path.is_file() or _is_repository(path):
        yield _Asked(where=word, source=word)
    elif path.is_dir():
        yield from _inside(path)
    elif any(character in word for character in "*?["):
        found = sorted(Path().glob(word) if not path.is_absolute() else _absolute(path))
        if not found:
            raise UsageError(f"nothing is called {word}", hint=HINT)
        for one in found:
            yield from _asked(str(one))
    else:
        raise UsageError(f"there is no {word}", hint=HINT)


def _absolute(path: Path) -> Iterable[Path]:
    return Path(path.anchor).glob(str(path.relative_to(path.anchor)))


def _is_repository(path: Path) -> bool:
    return (path / ".git").exists() or ((path / "HEAD").is_file() and (path / "objects").is_dir())


def _inside(folder: Path) -> Iterator[_Asked]:
    """Yield the submissions that lie in a folder."""
    found = [
        one
        for one in sorted(folder.iterdir())
        if _is_repository(one) or (one.is_file() and one.name.lower().endswith(ARCHIVES))
    ]
    if not found and any((one / ".git").exists() for one in folder.resolve().parents):
        found = [folder]  # of a repository, a part
    if not found:
        raise UsageError(
            f"{folder} is no git repository, and neither repositories nor archives lie in it",
            hint=HINT,
        )
    yield from (_Asked(where=str(one), source=str(one)) for one in found)


def _listed(path: Path) -> Iterator[_Asked]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FileError(path, None, f"a list has at most {MAX_BYTES // 1_000_000} MB")
        read = {".csv": _rows, ".txt": _lines}.get(path.suffix.lower(), _mappings)
        for one in read(path):
            yield replace(one, source=_beside(path, one.source))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FileError(path, None, f"it can't be read as a list: {error}", hint=HINT) from error


def _beside(path: Path, source: str) -> str:
    """Return a source as it is meant where the list lies."""
    relative = isinstance(parse(source), LocalPath) or source.lower().endswith(ARCHIVES)
    if "://" in source or not relative or Path(source).is_absolute():
        return source
    return str(path.parent / source)


def _rows(path: Path) -> Iterator[_Asked]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, strict=True)
        _check_columns(path, rows.fieldnames or ())
        for row in rows:
            if None in row:
                raise FileError(path, rows.line_num, "it has more cells than there are columns")
            told = {name: value.strip() for name, value in row.items() if value and value.strip()}
            if not told:
                continue
            if "source" not in told:
                raise FileError(path, rows.line_num, "it names no source")
            yield _Asked(where=f"{path.name}:{rows.line_num}", **told)


def _check_columns(path: Path, columns: Sequence[str]) -> None:
    for column in columns:
        if column not in COLUMNS:
            near = get_close_matches(column, COLUMNS, n=1)
            proposal = f"; did you mean '{near[0]}'?" if near else ""
            raise FileError(
                path,
                1,
                f"unknown column '{column[:60]}'{proposal}",
                hint=f"The first line names columns, of these: {', '.join(COLUMNS)}.",
            )
    if "source" not in columns:
        raise FileError(path, 1, "there is no column 'source'", hint=f"{', '.join(COLUMNS)}.")


def _lines(path: Path) -> Iterator[_Asked]:
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        text = line.strip()
        if text and not text.startswith("#"):
            yield _Asked(where=f"{path.name}:{number}", source=text)


def _mappings(path: Path) -> Iterator[_Asked]:
    for one in read_yaml(path).items():
        if not one.is_table:
            yield _Asked(where=f"{path.name}:{one.line}", source=one.text(longest=LONGEST))
            continue
        table = one.table().allow(required=("source",), optional=COLUMNS[1:])
        told = {name: _text(table.get(name)) for name in COLUMNS[1:]}
        source = table["source"].text(longest=LONGEST)
        yield _Asked(where=f"{path.name}:{one.line}", source=source, **told)


def _text(value: Value | None) -> str | None:
    return None if value is None else value.text(longest=LONGEST)


def _named(asked: Iterable[_Asked]) -> Iterator[Entry]:
    """Yield entries with names that are safe in a path, each once."""
    taken: set[str] = set()
    for one in asked:
        stem = folder_name(one.candidate or one.source)
        name, number = stem, 1
        while name.lower() in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(name.lower())
        yield Entry(
            name=name,
            source=one.source,
            where=one.where,
            ref=one.ref,
            subdir=one.subdir,
            exercise=one.exercise,
            rubric=one.rubric,
        )


def folder_name(text: str) -> str:
    """Return a name for a folder from a source or a person's name, safe whatever that was."""
    stem = text.rstrip("/").removesuffix(".git")
    pull = re.search(r"([^/]+)/(?:pull|pulls|-/merge_requests)/(\d+)", stem)
    last = f"{pull[1]}-{pull[2]}" if pull else stem.rsplit("/", 1)[-1]
    return re.sub(r"[^\w.-]+", "-", last).strip(".-")[:60] or "submission"

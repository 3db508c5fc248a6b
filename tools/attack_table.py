"""Make the table of attacks from a run of the suite: `python tools/attack_table.py NOTES PAGE`.

NOTES is the folder that `FLASKGRADE_ATTACK_NOTES` named in that run. Only the part of PAGE between
its two marks is written, and in it the cells of what was graded: an attack on the reading is graded
on one host unless the run was for all of them. One that did not run where it should is a failure.
With `--check` nothing is written, and a page that differs is a failure; hosts that there were none
of in that run are left as they are.
"""

import argparse
import json
import re
import sys
from pathlib import Path

HOSTS = {"bwrap": "bwrap, root", "bwrap-user": "bwrap, user", "docker": "Docker"}
SANDBOX = "the sandbox"  # what is graded on every host
START, END = "<!-- the table: made by tools/attack_table.py -->\n", "<!-- its end -->\n"


def main() -> int:
    """Write or check the page; return an exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notes", type=Path)
    parser.add_argument("page", type=Path)
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    given = parser.parse_args()
    notes = [json.loads(path.read_text()) for path in given.notes.glob("*.json")]
    runs = {(note["attack"], note["name"]): {} for note in notes}
    for note in notes:
        runs[note["attack"], note["name"]][note["host"]] = note
    ran = {note["host"] for note in notes}
    missing = [
        f"{attack}-{name}: not run on {HOSTS[host]}"
        for (attack, name), by_host in sorted(runs.items())
        for host in HOSTS
        if (host in ran or not given.check)
        and host not in by_host
        and next(iter(by_host.values()))["tries"] == SANDBOX
    ]
    if missing or not runs:
        print("\n".join(missing) or "no notes", file=sys.stderr)
        return 1
    page = given.page.read_text(encoding="utf-8")
    before, _, rest = page.partition(START)
    told, _, after = rest.partition(END)
    made = table(runs, rows(told), whole=ran == set(HOSTS))
    if given.check:
        differs = sorted(set(told.splitlines()) ^ set(made.splitlines()))
        if differs:
            print(f"{given.page} is not what this run came to; write it anew:", file=sys.stderr)
            print("\n".join(differs), file=sys.stderr)
        return 1 if differs else 0
    given.page.write_text(before + START + made + END + after, encoding="utf-8")
    return 0


def rows(told: str) -> dict[tuple[str, str], list[str]]:
    """Return the cells of a table, attack by attack."""
    lines = [re.split(r"(?<!\\)\|", line)[1:-1] for line in told.splitlines()[2:]]
    cells = [[cell.strip() for cell in line] for line in lines]
    return {tuple(row[0].split(" ", 1)): row for row in cells}


def table(
    runs: dict[tuple[str, str], dict[str, dict]],
    old: dict[tuple[str, str], list[str]],
    *,
    whole: bool,
) -> str:
    """Return the Markdown of the table, in the order of the catalogue.

    What did not run is as it was; where the run was whole, an attack that did not run is no more.
    """
    lines = [
        f"| attack | it | tries | is met by | {' | '.join(HOSTS.values())} |",
        f"| --- | --- | --- | --- | {' | '.join('---' for _ in HOSTS)} |",
    ]
    kept = {} if whole else old
    keys = sorted({*runs, *kept}, key=lambda key: order(*key))
    lines += [f"| {' | '.join(row(key, runs.get(key, {}), old.get(key)))} |" for key in keys]
    return "\n".join(lines) + "\n"


def row(key: tuple[str, str], by_host: dict[str, dict], old: list[str] | None) -> list[str]:
    """Return the cells of one attack."""
    if not by_host:
        return old
    note = next(iter(by_host.values()))
    known = old[-len(HOSTS) :] if old else [""] * len(HOSTS)
    return [
        " ".join(key),
        note["does"].replace("|", "\\|"),
        note["tries"],
        note["layer"],
        *(
            outcome(by_host[host]) if host in by_host else cell
            for host, cell in zip(HOSTS, known, strict=True)
        ),
    ]


def order(attack: str, name: str) -> tuple[bool, str, int, str]:
    """Return what sorts the catalogue first, then our own, each by number."""
    letters, digits = re.fullmatch(r"([A-Z]+)([0-9]+)", attack).groups()
    return letters != "K", letters, int(digits), name


def outcome(note: dict) -> str:
    """Return one cell: the codes that hold, and in bold those that do not."""
    broken = "".join(f" **{code}**" for code in note["broken"])
    return " ".join(note["holds"]) + broken


if __name__ == "__main__":
    sys.exit(main())

"""Make the table of attacks from a run of the suite: `python tools/attack_table.py NOTES PAGE`.

NOTES is the folder that `FLASKGRADE_ATTACK_NOTES` named in that run. Only the part of PAGE between
its two marks is written, and an attack that did not run on every host is a failure. With `--check`
nothing is written, and a page that differs is a failure; what is compared are the columns of the
hosts that there were in that run.
"""

import argparse
import json
import re
import sys
from pathlib import Path

HOSTS = {"bwrap": "bwrap, root", "bwrap-user": "bwrap, user", "docker": "Docker"}
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
    ran = {note["host"] for note in notes} if given.check else set(HOSTS)
    missing = [
        f"{attack}-{name}: not run on {HOSTS[host]}"
        for (attack, name), by_host in sorted(runs.items())
        for host in HOSTS
        if host in ran and host not in by_host
    ]
    if missing or not runs:
        print("\n".join(missing) or "no notes", file=sys.stderr)
        return 1
    page = given.page.read_text(encoding="utf-8")
    before, _, rest = page.partition(START)
    told, _, after = rest.partition(END)
    made = table(runs, ran)
    if given.check:
        differs = sorted(columns(told, ran) ^ columns(made, ran))
        if differs:
            print(f"{given.page} is not what this run came to; write it anew:", file=sys.stderr)
            print("\n".join(" | ".join(row) for row in differs), file=sys.stderr)
        return 1 if differs else 0
    given.page.write_text(before + START + made + END + after, encoding="utf-8")
    return 0


def columns(told: str, hosts: set[str]) -> set[tuple[str, ...]]:
    """Return the rows of a table without the columns of other hosts."""
    kept = [*range(3), *(3 + n for n, host in enumerate(HOSTS) if host in hosts)]
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in told.splitlines()]
    return {tuple(row[n].strip() for n in kept) for row in rows}


def table(runs: dict[tuple[str, str], dict[str, dict]], ran: set[str]) -> str:
    """Return the Markdown of the table, in the order of the catalogue, of the hosts that ran."""
    lines = [
        f"| attack | it | is met by | {' | '.join(HOSTS.values())} |",
        f"| --- | --- | --- | {' | '.join('---' for _ in HOSTS)} |",
    ]
    for (attack, name), by_host in sorted(runs.items(), key=lambda run: order(run[0])):
        note = next(iter(by_host.values()))
        cells = [outcome(by_host[host]) if host in ran else "" for host in HOSTS]
        does = note["does"].replace("|", "\\|")
        lines.append(f"| {attack} {name} | {does} | {note['layer']} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def order(key: tuple[str, str]) -> tuple[bool, str, int, str]:
    """Return what sorts the catalogue first, then our own, each by number."""
    letters, digits = re.fullmatch(r"([A-Z]+)([0-9]+)", key[0]).groups()
    return letters != "K", letters, int(digits), key[1]


def outcome(note: dict) -> str:
    """Return one cell: the codes that hold, and in bold those that do not."""
    broken = "".join(f" **{code}**" for code in note["broken"])
    return " ".join(note["holds"]) + broken


if __name__ == "__main__":
    sys.exit(main())

"""Probe a sandbox and fill the doctor's table.

Probes run a few at a time; each is harmless, and ends by itself where a limit is missing.
"""

import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from flaskgrade.errors import SandboxBroken
from flaskgrade.guest import PROBER
from flaskgrade.probes.bait import bait
from flaskgrade.probes.base import Line, Probed, Standing, Told, probed
from flaskgrade.probes.bench import Bench
from flaskgrade.probes.lines import LINES
from flaskgrade.probes.observed import OBSERVED
from flaskgrade.probes.steps import STEPS, Step
from flaskgrade.sandbox.base import Sandbox

QUICK = tuple(line for line in LINES if line.quick)
AT_ONCE = 3


def probe(
    sandbox: Sandbox,
    lines: tuple[Line, ...] = LINES,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Probed, ...]:
    """Return what was found of the lines, in their order, and of others found broken on the way.

    `progress` is told how many probes of how many are done. A sandbox that fails in a probe leaves
    its rows unknown. Raises SandboxBroken where none can be prepared, or no row could be probed.
    """
    wanted = {line.name for line in lines}
    steps = [step for step in (*STEPS, *OBSERVED) if wanted & set(step.rows)]
    stop = threading.Event()
    answers: dict[str, Told] = {}
    with tempfile.TemporaryDirectory(prefix="flaskgrade-probe-") as name:
        place = Path(name)
        place.chmod(0o755)
        work = place / "work"
        work.mkdir()
        with bait(place) as held:
            bench = Bench(
                sandbox=sandbox,
                python=sandbox.interpreters()[0].path,
                programs=sandbox.folder(PROBER),
                work=sandbox.folder(work),
                bait=held,
                stop=stop,
            )
            with ThreadPoolExecutor(AT_ONCE) as pool:
                futures = [pool.submit(_answers, step, bench) for step in steps]
                try:
                    for count, future in enumerate(as_completed(futures), 1):
                        answers |= future.result()
                        if progress:
                            progress(count, len(futures))
                except BaseException:
                    stop.set()
                    pool.shutdown(cancel_futures=True)
                    raise
    if all(one.holds is None for one in answers.values()):
        raise SandboxBroken(
            f"no probe could be run; the first: {next(iter(answers.values())).detail}",
            hint="Nothing could be graded in it either.",
        )
    return tuple(
        row
        for line in LINES
        if (row := _row(line, answers)) is not None
        and (line.name in wanted or row.standing is Standing.BROKEN)
    )


def _answers(step: Step, bench: Bench) -> dict[str, Told]:
    """Run a step. A sandbox that breaks in it says nothing of the limit."""
    try:
        return {one.row: one for one in step.run(bench)}
    except SandboxBroken as error:
        return {
            row: Told(row=row, holds=None, detail=f"the sandbox failed: {error.message}")
            for row in step.rows
        }


def _row(line: Line, answers: dict[str, Told]) -> Probed | None:
    answer = answers.get(line.name)
    return None if answer is None else probed(line, answer)

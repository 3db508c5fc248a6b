"""Note what each attack came to, so that the table in the docs is made from the run."""

import json
import os
from pathlib import Path

from tests.hostile.attack import Attack
from tests.hostile.grading import Graded, Host
from tests.hostile.judge import Outcome

VARIABLE = "FLASKGRADE_ATTACK_NOTES"  # a folder; without it, nothing is noted


def note(attack: Attack, host: Host, outcomes: tuple[Outcome, ...], graded: Graded) -> None:
    """Write one attack's outcome on one host as a JSON file, if notes are asked for."""
    if VARIABLE not in os.environ:
        return
    told = {
        "attack": attack.id,
        "name": attack.name,
        "layer": attack.layer.value,
        "does": attack.does,
        "tries": attack.tried.value,
        "host": str(host),
        "holds": [one.code for one in outcomes if not one.wrong],
        "broken": [one.code for one in outcomes if one.wrong],
        "exit": graded.code,
        "seconds": round(graded.seconds, 1),
        "finds": list(attack.finds),
    }
    path = Path(os.environ[VARIABLE]) / f"{attack.key}.{host}.json"
    path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")

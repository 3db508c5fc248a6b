"""The files that name a Python version: .python-version (pyenv, uv) and runtime.txt (Heroku).

They say what the author had, not what the project needs: tools only warn where they are not met.
So they are read as a lower bound, which also means that no later patch release is refused.
"""

import re

from flaskgrade.environment.formats.facts import Facts

_VERSION = re.compile(r"^\s*(?:c?python-?)?(3\.\d{1,2})(?:\.\d+)?\b", re.IGNORECASE | re.MULTILINE)


def at_least(text: str) -> Facts:
    """Return `>=3.12` for `3.12.4`, `python-3.12.4` and the like; nothing for anything else."""
    found = _VERSION.search(text)
    return Facts(requires_python=f">={found[1]}") if found else Facts()

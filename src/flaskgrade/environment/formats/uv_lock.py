"""uv.lock: one `[[package]]` table a package, like poetry.lock.

https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile
"""

from flaskgrade.environment.formats import poetry
from flaskgrade.environment.formats.facts import Facts


def parse(text: str, path: str = "uv.lock") -> Facts:
    """Return the pins of a uv.lock."""
    return poetry.lock(text, path)

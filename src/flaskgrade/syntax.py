"""Python source into its syntax tree, one at a time.

CPython before 3.13 counts how deep it is in one place for all threads, and fails where a thread
comes in between: https://github.com/python/cpython/issues/106905
"""

import ast
import threading

_ONE_AT_A_TIME = threading.Lock()


def parse(source: str) -> ast.Module:
    """Return what `ast.parse` does, and raise what it raises, whatever other threads do."""
    with _ONE_AT_A_TIME:
        return ast.parse(source)

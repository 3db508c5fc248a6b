"""A property as a test: how many cases it gets, a bound on the work of each, and a count of them.

The count is taken when a case has gone well, so the figure that a run prints is of cases that ran.
"""

import functools
import os
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

VARIABLE = "FLASKGRADE_FUZZ_CASES"
CI_CASES = 25
FEWEST = 5
SECONDS = 10.0  # of processor time for one case: hostile input must not buy more
CLEAN: Counter[str] = Counter()  # cases that went well in this process, by property

# A busy machine says nothing about a parser, so no wall clock: see SECONDS.
_QUIET = settings(
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("ci", _QUIET, derandomize=True)
settings.register_profile("long", _QUIET)


def fuzz(*, share: float = 1.0, **strategies: st.SearchStrategy[Any]) -> Callable[..., Any]:
    """Return a decorator that makes a property a test over `strategies`.

    `share` is the part of the run's cases that the property gets: dear ones get few.
    """
    wanted = os.environ.get(VARIABLE)
    cases = max(FEWEST, int(int(wanted or CI_CASES) * share))
    profile = settings(settings.get_profile("long" if wanted else "ci"), max_examples=cases)

    def decorated(body: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(body)
        def counted(*arguments: Any, **given_: Any) -> None:
            start = time.process_time()
            body(*arguments, **given_)
            assert time.process_time() - start < SECONDS, "the case cost too much"
            CLEAN[f"{body.__module__}.{body.__name__}"] += 1

        # Long inputs are meant to be: that showing them takes time is no failure of theirs.
        quiet = pytest.mark.filterwarnings("ignore:Generating overly large repr")
        marked: Callable[..., None] = quiet(profile(given(**strategies)(counted)))
        return marked

    return decorated

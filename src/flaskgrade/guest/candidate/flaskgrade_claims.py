"""A pytest plugin that says how the candidate's own tests ended, one JSON object a line.

It runs beside the candidate's code, which could change whatever it says: the host takes it as a
claim. The lines go to a copy of stdout made before anything of the candidate's is imported.
"""

import json
import os

_stream = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)


def _tell(**facts):
    _stream.write(json.dumps(facts) + "\n")
    _stream.flush()


def pytest_runtest_logreport(report):
    """Tell each test's outcome: of its call, or of the first phase that went wrong."""
    if report.when == "call" or report.outcome != "passed":
        crash = getattr(report.longrepr, "reprcrash", None)
        message = getattr(crash, "message", "") if report.failed else ""
        if report.failed and not message:
            message = str(report.longrepr)
        _tell(
            event="test",
            id=report.nodeid[:300],
            when=report.when,
            outcome=report.outcome,
            message=message[:1000],
            milliseconds=round(report.duration * 1000),
        )


def pytest_collectreport(report):
    """Tell what could not be collected."""
    if report.failed:
        _tell(event="uncollected", id=report.nodeid[:300], message=str(report.longrepr)[-1500:])


def pytest_collection_finish(session):
    """Tell how many tests there are to run; under pytest-xdist nobody says so here."""
    _tell(event="collected", tests=len(session.items))


def pytest_sessionfinish():
    """Tell that the run came to its end."""
    _tell(event="finished")

"""Whether time ran out in a grading: beside others, that may have been the host's fault.

A submission that was slow because the machine was busy must not pay for it. So what ran out of time
beside other gradings is graded again alone, and that counts.
"""

import re

from flaskgrade.model.evidence import Evidence, Status
from flaskgrade.model.report import Report
from flaskgrade.sandbox.base import Ended

# As the examiner's client, its clock and its control say it (guest/examiner).
_OUT_OF_TIME = re.compile(r"\bin (?:its )?time\b|did not finish|ran out of time")


def ran_out_of_time(report: Report) -> tuple[str, ...]:
    """Return the checks of a report that failed, in part at least, because time ran out."""
    return tuple(one.check for one in report.evidence if _late(one))


def _late(evidence: Evidence) -> bool:
    if evidence.status in {Status.PASSED, Status.SKIPPED}:
        return False
    return any(one.ended == Ended.TIMED_OUT.value for one in evidence.commands) or any(
        item.status is Status.FAILED
        and (_OUT_OF_TIME.search(item.message) or any(_slow(one.error) for one in item.exchanges))
        for item in evidence.items
    )


def _slow(error: str | None) -> bool:
    return error is not None and _OUT_OF_TIME.search(error) is not None

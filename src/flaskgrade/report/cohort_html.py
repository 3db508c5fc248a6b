"""Many candidates as one HTML page that asks for nothing.

Its one script is ours, stands in the page, and is named by its digest in the page's own
Content-Security-Policy: no other can run (https://www.w3.org/TR/CSP3/#directive-script-src). What
candidates wrote reaches it as data and is only ever put into text nodes.
"""

import base64
import hashlib
from functools import cache
from importlib.resources import files

from flaskgrade.model.cohort import Cohort
from flaskgrade.report import cohort_data, cohort_view, plain
from flaskgrade.report.html import page

TEXT_LIMIT = 400
SCRIPT = "cohort.js"
STEP = 100  # rows that are seen at first, as in the script; a layout of a thousand takes its time


def render(cohort: Cohort) -> str:
    """Return the cohort as an HTML document."""
    # Most sentences are said of many candidates: each is made plain once.
    shown = plain.mapped(cohort, cache(lambda text: plain.text(text, TEXT_LIMIT)))
    templates = files("flaskgrade.report").joinpath("templates")
    script = templates.joinpath(SCRIPT).read_text(encoding="utf-8")
    return page("cohort.html.j2").render(
        cohort=shown,
        rows=cohort_view.rows(shown),
        words=cohort_view,
        STEP=STEP,
        data=cohort_data.embedded(shown),
        script=script,
        digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )

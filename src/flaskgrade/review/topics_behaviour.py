"""What the app does when things go wrong, grow or change."""

from flaskgrade.review.topic import Topic

BEHAVIOUR = (
    Topic(
        about="What happens after an error",
        findings=("transactions:",),
        criteria=("M6",),
        ask=(
            "Suppose the second write of this request fails. What is in the database, and what "
            "does the next request see?"
        ),
        good=(
            "One commit for each unit of work, rollback on every way out, session given back at "
            "the end of the request; knows that a session that failed stays failed until it is "
            "rolled back."
        ),
    ),
    Topic(
        about="Nothing done twice, nothing lost",
        criteria=("C6", "C12"),
        ask="The worker dies right after the side effect and before it says so. What happens next?",
        good=(
            "At least once plus idempotent work; the key and the effect are stored in one "
            "transaction; retries with a limit and growing pauses; somewhere for what failed for "
            "good."
        ),
    ),
    Topic(
        about="When a dependency is gone",
        criteria=("O2", "O4"),
        ask=(
            "The database is away for thirty seconds, in the middle of a deployment. What do "
            "callers see, and what do you see?"
        ),
        good=(
            "503 rather than 500 or a hanging request; time-outs on connections; readiness says "
            "no while liveness stays yes; on SIGTERM open requests end before the process does."
        ),
    ),
    Topic(
        about="Migrations",
        findings=("migrations:",),
        criteria=("M1", "M2", "M3", "M4"),
        ask=(
            "This schema has to change while the app runs and has a million rows. Which steps, in "
            "which order?"
        ),
        good=(
            "Add before use, fill in batches, constrain, remove in a later release; every "
            "revision goes down as well, or says why not; models and migrations are compared in "
            "CI."
        ),
    ),
    Topic(
        about="Queries that grow",
        findings=("queries:", "templates:queries"),
        checks=("queries",),
        ask=(
            "How many statements does this page send for ten rows, and for a thousand? How would "
            "you find out?"
        ),
        good=(
            "Sees the lazy load in the loop; joins or selectin loading, or a query that asks for "
            "what is shown; counts statements in a test, so that it stays mended."
        ),
    ),
    Topic(
        about="Time",
        findings=("ruff:DTZ",),
        ask=(
            "Your server, its database and a caller are in three time zones. Which time is this "
            "one?"
        ),
        good=(
            "Aware times in UTC inside, converted at the border; refuses or defines times without "
            "a zone; knows what becomes of a local time on the day when the clocks change."
        ),
    ),
    Topic(
        about="State that is shared",
        findings=("shared-state:", "ruff:B006", "ruff:PLW06"),
        ask=(
            "Four worker processes serve this app. What does each of them see in this variable, "
            "after a while and after a restart?"
        ),
        good=(
            "Each process has a copy of its own, threads share it without order; state goes to "
            "the database, a cache, or g for one request."
        ),
    ),
    Topic(
        about="Input that is refused",
        criteria=("C2", "X13"),
        ask=(
            "A client developer gets this wrong at three in the morning. What would you like the "
            "answer to tell them?"
        ),
        good=(
            "400 or 422 with every wrong field and why, in the shape of all other errors; "
            "validation in one place (schema) rather than in each view; limits on size and depth "
            "before parsing."
        ),
    ),
    Topic(
        about="Errors in one shape",
        findings=("error-handlers:", "ruff:E722", "ruff:BLE", "bandit:B110", "bandit:B112"),
        criteria=("C3", "X4"),
        ask=(
            "Something that nobody thought of goes wrong here. What does the client get, and what "
            "do you have the next morning?"
        ),
        good=(
            "One handler for HTTP errors and one for the rest; a JSON answer without internals; "
            "the traceback and the request id in the log; catches only what it can deal with."
        ),
    ),
    Topic(
        about="Does what the brief asks",
        criteria=("C1", "C14", "C15"),
        ask=(
            "Let us run this request together. What did you expect, and where would you begin to "
            "look?"
        ),
        good=(
            "Reproduces it first, reads the code along the request, writes the test that fails, "
            "and then changes one thing. How they look matters more than how fast."
        ),
    ),
    Topic(
        about="HTTP in detail",
        findings=("route-names:",),
        criteria=("C4", "C5"),
        ask=(
            "Who relies on this status, header or order of rows, and what breaks for them if it "
            "changes?"
        ),
        good=(
            "Safe and idempotent methods; 201 with Location, 204, 405; pages with a stable order "
            "and a limit; and why a GET that writes hurts (caches, prefetching, crawlers)."
        ),
    ),
    Topic(
        about="Routes without a guard",
        criteria=("X14",),
        findings=("live:",),
        ask=(
            "How would a colleague who adds a route next month find out whether it has to be "
            "protected?"
        ),
        good=(
            "Closed by default (before_request or a wrapper for the blueprint) with a list of "
            "what is open, and a test over url_map that fails for a route in neither."
        ),
    ),
)

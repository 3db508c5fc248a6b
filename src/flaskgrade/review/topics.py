"""What there is to ask about each kind of finding, the most telling first.

The rules of a good question: it is about the candidate's own line and not about them; it can be
answered well by somebody who did it on purpose; it asks for a reason or a next step, never for a
confession. Good answers are written so that an interviewer who is no Flask engineer can hear them.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A question, and the findings (by the start of their codes) and failed tests that raise it."""

    about: str
    ask: str
    good: str
    findings: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()  # of failed hidden tests and steps
    checks: tuple[str, ...] = ()  # all failed items of these

    def asks(self, check: str, criteria: tuple[str, ...]) -> bool:
        """Tell whether a failed item of a check, of these criteria, raises this question."""
        return check in self.checks or not set(self.criteria).isdisjoint(criteria)


@dataclass(frozen=True, kw_only=True)
class Held:
    """A question on something hard that holds in full."""

    criterion: str
    about: str
    ask: str
    good: str


TOPICS = (
    Topic(
        about="SQL made of strings",
        findings=("safe-sql:", "bandit:B608"),
        ask=(
            "Which parts of this statement can a caller choose, and what does the database see if "
            "they choose badly?"
        ),
        good=(
            "Tells values from names: values are bound as parameters; a column or a direction, "
            "which cannot be bound, is looked up in a fixed list. Knows that an ORM does not "
            "protect text()."
        ),
    ),
    Topic(
        about="Whose object is it",
        criteria=("X10",),
        ask=(
            "Somebody who is logged in changes the id in this URL. Where is it decided "
            "what they get?"
        ),
        good=(
            "Finds where the owner is compared, or that nothing compares it; puts it into the "
            "query itself (filter by owner, then 404), so that no view can forget it; says why "
            "404 or 403."
        ),
    ),
    Topic(
        about="Two at the same moment",
        criteria=("C9",),
        ask=(
            "Two requests for the last free place arrive together. Draw the timeline: what does "
            "each one read and write, and when?"
        ),
        good=(
            "Shows the gap between looking and writing; closes it in the database (unique or "
            "exclusion constraint, row lock, serializable with a retry), not in Python; says what "
            "the loser is told (409) and how to test it."
        ),
    ),
    Topic(
        about="Input that is run",
        findings=(
            "bandit:B60",
            "bandit:B102",
            "bandit:B301",
            "bandit:B302",
            "bandit:B307",
            "bandit:B308",
            "bandit:B506",
            "bandit:B70",
        ),
        criteria=("X9",),
        ask="What is the worst text that could arrive at this line, and where is it made harmless?",
        good=(
            "Follows the value from the request to this line; escapes or parameterises at the "
            "place of use, not by a list of bad words at the entrance; knows what Jinja escapes "
            "and what it does not."
        ),
    ),
    Topic(
        about="Secrets",
        findings=("configuration:secrets", "configuration:required"),
        ask=(
            "How does this value get to production, and what would you do if this repository "
            "became public tonight?"
        ),
        good=(
            "From the environment or a secret store, and the app refuses to start without it; "
            "rotates the key rather than deleting the line, since history keeps it; knows that "
            "SECRET_KEY signs every session."
        ),
    ),
    Topic(
        about="Tokens and sessions",
        criteria=("X12", "X6", "C8"),
        ask=(
            "A laptop with a valid login is stolen. What can you do from the server, and what "
            "does your code do today?"
        ),
        good=(
            "Tells signed from stored sessions; expiry, revocation or a version per user; checks "
            "the algorithm; Secure, HttpOnly and SameSite for cookies; 401 for who are you, 403 "
            "for you may not."
        ),
    ),
    Topic(
        about="Forged requests",
        criteria=("X7", "X15"),
        ask="How does this endpoint know that the sender meant to send this, and only once?",
        good=(
            "For forms a token bound to the session; for webhooks a signature over the raw body, "
            "compared in constant time, with a time stamp; a message id is kept, so that a second "
            "delivery does nothing."
        ),
    ),
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
    Topic(
        about="Their own tests",
        findings=("own-tests:",),
        checks=("own-tests",),
        ask=(
            "If you could keep three of your tests, which ones, and which bug would each of them "
            "catch?"
        ),
        good=(
            "Chooses by risk, not by coverage; talks about failures and edges; tests do not "
            "depend on order, network or a developer's database; says what is not tested and why."
        ),
    ),
    Topic(
        about="One application or many",
        findings=("factory:", "extensions:", "blueprints:", "contexts:"),
        criteria=("S1",),
        ask=(
            "You need a second instance of this app in one process, with another database: for a "
            "test, say. What has to change?"
        ),
        good=(
            "A factory that takes its configuration, extensions made unbound and bound by "
            "init_app, routes on blueprints, no current_app at import; knows which of these the "
            "task really needed."
        ),
    ),
    Topic(
        about="Where code belongs",
        findings=("layers:", "hooks:", "templates:", "ruff:C9"),
        ask=(
            "The same rule is now needed by a command and by a second endpoint. Where does it go, "
            "and what moves with it?"
        ),
        good=(
            "Rules apart from HTTP; imports run one way; what each request needs is a hook, not a "
            "copy. Also good: why it was right to keep it simple at this size."
        ),
    ),
    Topic(
        about="Logs",
        criteria=("O1",),
        ask=(
            "A customer says that it failed at 14:03. Which lines do you look for, and how do you "
            "get from one to the next?"
        ),
        good=(
            "One JSON line for each event, a request id that is taken or made and carried into "
            "jobs, levels that mean something, no personal data and no secrets."
        ),
    ),
    Topic(
        about="Work in the background",
        findings=("celery:",),
        ask=(
            "What does this task know of the application when it runs in the worker, and how does "
            "it get to know?"
        ),
        good=(
            "A base task that pushes an application context; ids as arguments, not objects; time "
            "limits; what happens to results."
        ),
    ),
    Topic(
        about="Settings",
        findings=("configuration:", "bandit:B201", "bandit:B104"),
        ask="How is this app told where it runs, and what happens if somebody forgets to tell it?",
        good=(
            "Environment over defaults, defaults that are safe rather than convenient, debug "
            "never on by configuration in the repository, tests with a configuration of their "
            "own."
        ),
    ),
    Topic(
        about="Cryptography and chance",
        findings=(
            "bandit:B303",
            "bandit:B304",
            "bandit:B305",
            "bandit:B311",
            "bandit:B324",
            "bandit:B5",
        ),
        ask="What does this value protect, and what would it cost somebody to guess or forge it?",
        good=(
            "Tells identifiers and checksums from secrets; secrets and hmac from the standard "
            "library; a slow salted hash for passwords; certificates are verified."
        ),
    ),
    Topic(
        about="Setting it up elsewhere",
        findings=("pinning:", "readme:", "builds:", "requirements:"),
        checks=("builds",),
        ask=(
            "I cloned this on a clean machine, in half a year. What do I type, and what may have "
            "changed by then?"
        ),
        good=(
            "A lock file or exact versions, one documented command that works, which Python; and "
            "how dependencies are kept up to date."
        ),
    ),
    Topic(
        about="Types",
        findings=("mypy:",),
        ask="What does the type checker not believe here, and who is right?",
        good=(
            "Reads the message; tells a wrong annotation from a real None; knows where types at "
            "the border (JSON, rows) come from, and where it is not worth it."
        ),
    ),
    Topic(
        about="Silenced tools",
        findings=("suppression:",),
        ask="What did the tool say here, and how did you decide to go on without it?",
        good=(
            "Names the rule and the reason it does not apply; would write that reason beside it. "
            "A tool may well be wrong."
        ),
    ),
    Topic(
        about="What a scanner saw",
        findings=("bandit:",),
        ask="A scanner marked this line. Is it right, in this place?",
        good=(
            "Neither waves it away nor changes it blindly: says who could reach the line and with "
            "what."
        ),
    ),
    Topic(
        about="Small things",
        findings=("ruff:",),
        ask="What runs before you commit, and what would you add if four people worked on this?",
        good=(
            "A linter and formatter in a hook and in CI, with rules chosen by what they catch; "
            "has an opinion on a rule and can do without it."
        ),
    ),
)

HELD = (
    Held(
        criterion="C9",
        about="Holds under concurrency",
        ask=(
            "Parallel requests did not break yours. What makes it so, and how did you convince "
            "yourself?"
        ),
        good=(
            "Points at the constraint, lock or isolation level, and at what it costs; has a test "
            "or a way to provoke the race."
        ),
    ),
    Held(
        criterion="X10",
        about="Everybody reaches only their own",
        ask=(
            "Objects of others could not be reached in yours. Where is that decided, and how "
            "would it stay so with twenty more endpoints?"
        ),
        good="One place rather than a habit; a test over all routes.",
    ),
    Held(
        criterion="M1",
        about="Migrations run both ways",
        ask=(
            "Your migrations go up and down. When did you last need the way down, and when would "
            "you rather go forward?"
        ),
        good=(
            "Down for development and quick retreat before data has changed; forward once data "
            "was written; backups before both."
        ),
    ),
    Held(
        criterion="C12",
        about="Jobs are done once",
        ask="Your jobs survived faults. What would break first at a hundred times as many?",
        good=(
            "Names one thing (polling, one queue for all, the table that grows) and how they "
            "would see it coming."
        ),
    ),
    Held(
        criterion="C2",
        about="Precise errors",
        ask=(
            "Your errors name the field. What did you decide about errors that concern two "
            "fields, or none?"
        ),
        good=(
            "A shape that has room for both; says who the reader is; knows RFC 9457 or has a "
            "reason for another shape."
        ),
    ),
    Held(
        criterion="T1",
        about="Tests that pass anywhere",
        ask="Your tests pass in a clean environment. Which test are you least happy with?",
        good=(
            "Knows one: slow, tied to details, or passing for the wrong reason; says what they "
            "would do about it."
        ),
    ),
)

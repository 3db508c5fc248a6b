"""How it is built, tested and kept: what a colleague meets first."""

from flaskgrade.review.topic import Topic

CRAFT = (
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

"""What could hurt: injection, ownership, races, secrets, sessions."""

from flaskgrade.review.topic import Topic

SAFETY = (
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
            "Two requests arrive together, and only one may succeed. Draw the timeline: what does "
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
)

"""What was hard and holds: talked about, too."""

from flaskgrade.review.topic import Held

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

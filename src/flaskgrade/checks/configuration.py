"""Configuration: what deployments differ in comes from outside, and tests have their own.

What it looks at: where the application reads settings, the secrets and the addresses of databases,
brokers and caches in its source, and how the tests configure the application.

What earns: settings from environment variables, by whatever library, or from a file that is not in
the repository; a configuration for the tests, be it a class, a mapping for the factory, changes to
`app.config` or environment variables; addresses and secrets that the environment decides.

What loses, in degrees:

- no setting that comes from outside; PORT and HOST, DEBUG and the like alone are none;
- the address of a database, a broker or a cache as a constant;
- tests without a configuration of their own, or, without tests, no way to give one;
- a secret as a literal that nothing replaces. It costs twice what a default for development costs,
  `os.environ.get("SECRET_KEY", "dev")`: with that, production starts without its variable, too.

What costs nothing: literals in classes for tests and development, databases in memory, addresses
as defaults of environment variables, defaults that the code compares with before it starts.

Source: Flask's documentation, "Configuration Handling",
https://flask.palletsprojects.com/en/stable/config/; "III. Config", https://12factor.net/config
"""

from collections.abc import Iterator

from flaskgrade.checks.base import Context
from flaskgrade.checks.practice import Judgement, Practice, Question
from flaskgrade.flaskapp.application import is_testing
from flaskgrade.flaskapp.practices import Practices
from flaskgrade.flaskapp.project_facts import ProjectFacts
from flaskgrade.model.evidence import Location, Measure, Severity

# What starts a server, and says nothing about the application.
_OF_SERVERS = frozenset(
    {
        *("PORT", "HOST", "DEBUG", "FLASK_DEBUG", "FLASK_RUN_PORT", "FLASK_RUN_HOST"),
        *("WEB_CONCURRENCY", "LOG_LEVEL", "LOGLEVEL", "BIND"),
    }
)

OUTSIDE = (
    "Every deployment then runs with the same settings, and another one is a change of the code. "
    "Read what differs from the environment, as by app.config.from_prefixed_env()."
)
ADDRESS = (
    "Tests, developers and production then share one database, or change the source to have their "
    "own. Read it from the environment, with this as the default if need be."
)
TESTS = (
    "They run with the settings, and the database, of whoever starts them. Let the factory take a "
    "mapping or a class of settings, and give it one in a fixture, with TESTING and a database."
)
LITERAL = (
    "Everybody who can read the repository can sign sessions and tokens with it, and it cannot be "
    "changed without a release. Read it from the environment, os.environ['SECRET_KEY']."
)
FALLBACK = (
    "Where the variable is forgotten, the application starts all the same, with a key that is "
    "public. Let it refuse to start, and keep the default in a class for development."
)


def judge(context: Context) -> Judgement:
    """Ask where the settings come from, and what the source fixes that it should not."""
    facts = context.facts
    practices = facts.practices
    settings = practices.settings
    places = _from_outside(practices)
    kept = bool(practices.config_classes or settings.fixed or settings.secrets)
    if not (facts.apps or facts.blueprints) or not (places or kept):
        return Judgement(summary="The application has no settings.")
    literals = [one for one in settings.secrets if not one.replaced]
    return Judgement(
        summary=f"{len(places) or 'no'} places read settings from outside; "
        f"{len(settings.fixed) or 'no'} addresses and {len(literals) or 'no'} secrets are fixed.",
        questions=tuple(_questions(facts, places)),
        measures=(
            Measure(name="settings_from_outside", value=len(places)),
            Measure(name="fixed_addresses", value=len(settings.fixed)),
            Measure(name="literal_secrets", value=len(literals)),
            Measure(name="config_classes", value=len(practices.config_classes)),
        ),
    )


def _from_outside(practices: Practices) -> tuple[Location, ...]:
    reads = (one.location for one in practices.environment_reads if one.variable not in _OF_SERVERS)
    return tuple(dict.fromkeys((*reads, *practices.settings.outside)))


def _questions(facts: ProjectFacts, places: tuple[Location, ...]) -> Iterator[Question]:
    settings = facts.practices.settings
    literals = [one for one in settings.secrets if not one.replaced]
    kept = (
        *(one.location for one in settings.fixed),
        *(one.secret.location for one in literals),
        *(one.location for one in facts.practices.config_classes),
    )
    yield Question(
        id="outside",
        title="Settings come from the environment, or from a file beside the source",
        problems=()
        if places
        else (
            (next(iter(kept), None), "Nothing but the source says how the application is set up"),
        ),
        advice=OUTSIDE,
        severity=Severity.MEDIUM,
    )
    yield Question(
        id="addresses",
        title="No address of a database, broker or cache is a constant",
        problems=tuple((one.location, f"{one.name} is a constant") for one in settings.fixed),
        advice=ADDRESS,
        severity=Severity.MEDIUM,
    )
    yield _tests(facts)
    yield Question(
        id="secrets",
        title="No secret is a literal in the source",
        problems=tuple(
            (one.secret.location, f"{one.secret.name} is a literal") for one in literals
        ),
        advice=LITERAL,
        severity=Severity.MEDIUM,
    )
    yield Question(
        id="defaults",
        title="Without its secrets, the application does not start",
        problems=tuple(
            (
                one.secret.location,
                f"{one.secret.name} has a default that is in the source"
                if one.replaced
                else f"{one.secret.name} has a value whatever the environment says",
            )
            for one in settings.secrets
            if not (one.replaced and one.guarded)
        ),
        advice=FALLBACK,
        severity=Severity.LOW,
    )


def _tests(facts: ProjectFacts) -> Question:
    practices = facts.practices
    chosen = practices.suite_configuration is not None
    place: Location | None = None
    message = "The tests run with the settings that the application has anyway"
    if not facts.test_functions:
        message = "There are no tests, and nothing by which they could choose their settings"
        place = next((app.location for app in facts.apps), None)
        chosen = any(factory.takes_config for factory in facts.factories) or any(
            is_testing(one.name) for one in practices.config_classes
        )
    return Question(
        id="tests",
        title="The tests have a configuration of their own",
        problems=() if chosen else ((place, message),),
        advice=TESTS,
        severity=Severity.LOW,
    )


CHECK = Practice(name="configuration", title="Configuration from the environment", judge=judge)

"""Which requirements to try together, and how to explain that they cannot be met."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from packaging.requirements import Requirement as Parsed
from packaging.utils import canonicalize_name

from flaskgrade.environment.formats.facts import CONSTRAINT, MAIN
from flaskgrade.environment.resolution import Wanted
from flaskgrade.model.environment import BuildFailure, Declaration, Requirement
from flaskgrade.model.evidence import CommandRecord, Location

_NO_WHEEL_OF = r"{name}==([^\s,]+) has no (?:usable )?wheels"
_REASONS = (
    (re.compile(r"([\w.-]+) was not found in the package registry"), "{} is not in the index"),
    (re.compile(r"there are no versions of ([\w.-]+)"), "{} is not in the index"),
    (re.compile(r"there (?:is|are) no versions? of (\S+?),? and"), "the index has no {}"),
    (re.compile(r"only (\S+) is available"), "the index has {} only"),
)


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """A set to try: what of the harness's it includes, and what of the submission's it does not."""

    wanted: Wanted
    added: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def attempts(declaration: Declaration, extra: tuple[str, ...]) -> Iterator[Attempt]:
    """Yield what to try, best first: all, main only, main with any version of what we add."""
    named = {one.name for one in declaration.requirements if one.group != CONSTRAINT}
    needed = tuple(one for one in extra if _name(one) not in named)
    everything = [one for one in declaration.requirements if one.group != CONSTRAINT]
    main = [one for one in everything if one.group == MAIN]
    others = tuple(dict.fromkeys(one.name for one in everything if one.group != MAIN))
    others = tuple(name for name in others if all(name != one.name for one in main))
    if len(main) < len(everything):
        yield _attempt(everything, declaration, needed)
    needed = tuple(one for one in extra if _name(one) not in {req.name for req in main})
    yield _attempt(main, declaration, needed, left_out=others)
    anything = tuple(_name(one) for one in needed)
    if anything != needed:
        yield _attempt(main, declaration, anything, left_out=others)


def alone(declaration: Declaration) -> Attempt:
    """Return the main requirements without anything of ours."""
    main = [one for one in declaration.requirements if one.group == MAIN]
    return _attempt(main, declaration, ())


def _attempt(
    requirements: list[Requirement],
    declaration: Declaration,
    extra: tuple[str, ...],
    left_out: tuple[str, ...] = (),
) -> Attempt:
    limits = [one for one in declaration.requirements if one.group == CONSTRAINT]
    return Attempt(
        wanted=Wanted(
            requirements=tuple(dict.fromkeys([*(one.text for one in requirements), *extra])),
            constraints=tuple(dict.fromkeys(one.text for one in limits)),
            exact=all(one.pinned for one in requirements),
        ),
        added=tuple(_name(one) for one in extra),
        left_out=left_out,
    )


def _name(requirement: str) -> str:
    return str(canonicalize_name(Parsed(requirement).name))


def allowed(name: str, wanted: Wanted, message: str) -> str:
    """Return the range of versions in which a source of `name` is looked for."""
    if found := re.search(_NO_WHEEL_OF.format(name=re.escape(name)), message):
        return f"=={found[1]}"
    ranges = [
        str(parsed.specifier)
        for parsed in map(Parsed, (*wanted.requirements, *wanted.constraints))
        if canonicalize_name(parsed.name) == canonicalize_name(name)
    ]
    return ",".join(one for one in ranges if one)


def failure(message: str, declaration: Declaration) -> BuildFailure:
    """Return the failure with the submission's own line that is most likely its cause."""
    culprits = _culprits(message, declaration)
    lines = [f"{one.location}: {one.text}" for one in culprits]
    return BuildFailure(
        reason=_reason(message),
        record=CommandRecord(
            command=f"install {', '.join(declaration.files) or 'nothing'}",
            ended="the requirements can't be met",
            exit_code=1,
            output="\n".join([*lines, "", message.strip()]).strip()[:4000],
        ),
        location=culprits[0].location if culprits else None,
    )


def _reason(message: str) -> str:
    for pattern, text in _REASONS:
        if found := pattern.search(message):
            return text.format(found[1].rstrip(","))
    if "No solution found" in message:
        return "the requirements contradict each other"
    first = (message.strip().splitlines() or ["the requirements can't be met"])[0]
    return first.removeprefix("error: ")[:300].rstrip(":")


def _culprits(message: str, declaration: Declaration) -> list[Requirement]:
    """Return the requirements that the message names, in the order of their mention."""
    mentions: dict[Location, tuple[int, Requirement]] = {}
    for one in declaration.requirements:
        found = re.search(rf"(?<![\w.-]){re.escape(one.name)}(?![\w-])", message)
        if found and one.group != CONSTRAINT:
            mentions.setdefault(one.location, (found.start(), one))
    return [one for _, one in sorted(mentions.values(), key=lambda pair: pair[0])][:10]

"""What a rubric says about itself: what its weights come to, and what earns a criterion, in words.

Neither bears on a score, so neither is in a rubric's digest. A file states sums of the rubric that
it makes; what lies on it makes another, and states its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from flaskgrade.rubric.layers import HEAVIEST, ID, Stack
from flaskgrade.yamlfile import Value

ALL = "all"
SUM_KEYS = ("weight",)
SUM_OPTIONAL_KEYS = ("without",)
LONGEST_PAGE = 2000
LONGEST_SUM = 100 * HEAVIEST


@dataclass(frozen=True, kw_only=True)
class Sum:
    """What the weights of a category come to, or `all` of them, but for some criteria."""

    name: str
    stated: Fraction
    without: frozenset[str]
    at: Value

    def found(self, stack: Stack) -> Fraction:
        """Return what they do come to."""
        return sum(
            (
                stack.weight(key)
                for key, table in stack.criteria.items()
                if key not in self.without and self.name in {ALL, table["category"].text()}
            ),
            Fraction(0),
        )


def stated_sums(stack: Stack) -> tuple[Sum, ...]:
    """Return the sums that the named file states itself; what it leaves out is inherited.

    Raises FileError for one of no category, or without an unknown criterion.
    """
    found = []
    for name, table in stack.sums.items():
        table.allow(
            required=SUM_KEYS, optional=SUM_OPTIONAL_KEYS, hint="State what the weights come to."
        )
        if name != ALL and name not in stack.categories:
            known = (ALL, *stack.categories)
            raise table.at.error(f"'{name}' is no category", hint=f"There are: {', '.join(known)}.")
        without = table.get("without")
        left_out = without.items() if without is not None else ()
        for each in left_out:
            each.text(ID, of="the id of a criterion")
            each.choice(stack.criteria)
        stated = Sum(
            name=name,
            stated=table["weight"].number(at_least=0, at_most=LONGEST_SUM),
            without=frozenset(each.text() for each in left_out),
            at=table["weight"],
        )
        if len(stack.heads) == 1 and name in stack.heads[0].sums:
            found.append(stated)
    return tuple(found)


def explanations(stack: Stack) -> Mapping[str, str]:
    """Return what earns a criterion and what loses it, in words, where a rubric says it.

    Raises FileError for the words of an unknown criterion.
    """
    told = {}
    for key, value in stack.about.items():
        if key not in stack.criteria:
            known = ", ".join(stack.criteria)
            raise value.error("there is no such criterion", hint=f"There are: {known}.")
        told[key] = value.text(longest=LONGEST_PAGE).strip()
    return told

"""Which pieces of evidence a criterion's points rest on."""

from dataclasses import dataclass

from flaskgrade.model.evidence import CommandRecord, Evidence, Finding, Item
from flaskgrade.model.score import CriterionScore


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """What one criterion was scored on: positions in the evidence, and the evidence itself."""

    evidence: Evidence
    item_positions: tuple[int, ...]
    finding_positions: tuple[int, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """The items that were weighed."""
        return tuple(self.evidence.items[position] for position in self.item_positions)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings that were weighed."""
        return tuple(self.evidence.findings[position] for position in self.finding_positions)

    @property
    def commands(self) -> tuple[CommandRecord, ...]:
        """What was run to find out."""
        return self.evidence.commands


def grounds(score: CriterionScore, evidence: tuple[Evidence, ...]) -> Grounds | None:
    """Return what a criterion's points rest on; None where its check left no evidence.

    As in rubrics, `select` names an item's criterion or the prefix of a finding's code; without it
    everything that the check found counts.
    """
    found = next((one for one in evidence if one.check == score.check), None)
    if found is None:
        return None
    wanted = score.select
    return Grounds(
        evidence=found,
        item_positions=tuple(
            position
            for position, item in enumerate(found.items)
            if wanted is None or wanted in item.criteria
        ),
        finding_positions=tuple(
            position
            for position, finding in enumerate(found.findings)
            if wanted is None or finding.code.startswith(wanted)
        ),
    )
